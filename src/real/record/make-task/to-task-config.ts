/** The chosen checks as a task in WebArena's form, with placeholders where its sites' origins stand. */

import type { Check } from "../../../core/task.ts";
import type { TaskConfigInput } from "../../../evaluation/task-config.ts";

export interface MadeTask {
  id: number;
  goal: string;
  world: string;
  startUrls: readonly string[];
  /** Of the recording, its stop included. */
  steps: number;
  checks: readonly Check[];
  /** By site name. */
  origins: Readonly<Record<string, string>>;
}

/** The split of tasks made from recordings. */
const MADE_SPLIT = "recorded";
const LEAST_STEPS = 8;

export function toTaskConfig(made: MadeTask): TaskConfigInput {
  const { id, goal, world, startUrls, steps, checks, origins } = made;
  const place = (url: string): string => withPlaceholder(url, origins);
  const events = checks.flatMap((check) => (check.kind === "network_event" ? check.events : []));
  const answer = checks.find((check) => check.kind === "string_match");
  const address = checks.find((check) => check.kind === "url_match");
  const targets = checks.flatMap((check) => (check.kind === "program_html" ? check.targets : []));
  return {
    sites: Object.keys(origins),
    task_id: id,
    require_login: false,
    storage_state: null,
    start_url: startUrls.map(place).join(" |AND| "),
    geolocation: null,
    intent_template: goal,
    instantiation_dict: {},
    intent: goal,
    require_reset: events.length > 0,
    eval: {
      eval_types: [...new Set(checks.map(({ kind }) => kind))],
      reference_answers:
        answer?.exactMatch === undefined ? null : { exact_match: answer.exactMatch },
      reference_url: address === undefined ? null : address.urls.map(place).join(" |OR| "),
      program_html: targets.map(({ url, locator, required }) => ({
        url,
        locator,
        required_contents: { must_include: required.mustInclude ?? [] },
      })),
      ...(events.length > 0 && {
        network_events: events.map(({ method, url, query, postData }) => ({
          present: true,
          method,
          url: place(url),
          ...(query && { query }),
          ...(postData && { post_data: postData }),
        })),
      }),
    },
    intent_template_id: id,
    max_steps: Math.max(LEAST_STEPS, 2 * steps),
    ...(world !== "" && { world }),
    split: MADE_SPLIT,
  };
}

function withPlaceholder(url: string, origins: Readonly<Record<string, string>>): string {
  for (const [name, origin] of Object.entries(origins)) {
    const isOn = url === origin || /^[/?#]/u.test(url.slice(origin.length));
    if (url.startsWith(origin) && isOn)
      return `__${name.toUpperCase()}__${url.slice(origin.length)}`;
  }
  return url;
}

/** A name for each origin, as tasks and `--site name=url` spell it: `docs_example` for `https://docs.example.com`. */
export function nameOrigins(origins: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (const origin of origins) {
    const { hostname } = new URL(origin);
    const isNumber = /^[\d.]+$|^\[/u.test(hostname);
    const labels = hostname.replace(/^www\./u, "").split(".");
    const words = isNumber ? [] : labels.length > 1 ? labels.slice(0, -1) : labels;
    const base = words
      .join("_")
      .replaceAll(/[^a-z\d_]+/gu, "_")
      .replaceAll(/_+/gu, "_");
    const name = /^[a-z].*[a-z\d]$/u.test(base) ? base : "site";
    let unique = name;
    for (let number = 2; unique in named; number++) unique = `${name}_${number}`;
    named[unique] = origin;
  }
  return named;
}
