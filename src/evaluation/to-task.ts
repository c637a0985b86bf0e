/** From WebArena's config to the toolkit's `Task`: placeholders become origins, and texts with separators lists. */

import { TaskError } from "../core/errors.ts";
import type { Check, NetworkExpectation, Task, TextCondition } from "../core/task.ts";
import { AND, type TaskConfig, type TextConditionConfig } from "./task-config.ts";
import { OR } from "./text-condition.ts";

/** WebArena's own limit (`run.py --max_steps`), for configs without `max_steps`. */
const DEFAULT_MAX_STEPS = 30;

/** The URL for a placeholder, by site name (`shopping` for `__SHOPPING__`): an origin, possibly with a path. */
export type SiteUrls = Readonly<Record<string, string>>;

/** @throws TaskError when the config names a site that `origins` lacks */
export function toTask(config: TaskConfig, origins: SiteUrls): Task {
  const resolve = (text: string): string => resolvePlaceholders(text, origins, config.task_id);
  return {
    id: String(config.task_id),
    goal: config.intent,
    startUrls: config.start_url.split(AND).map((url) => resolve(url.trim())),
    sites: config.sites,
    maxSteps: config.max_steps ?? DEFAULT_MAX_STEPS,
    checks: config.eval.eval_types.map((kind) => toCheck(kind, config.eval, resolve)),
    templateId: config.intent_template_id,
    world: config.world ?? "",
  };
}

function resolvePlaceholders(text: string, origins: SiteUrls, taskId: number): string {
  return text.replaceAll(/__([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)__/g, (placeholder, name: string) => {
    const origin = origins[name.toLowerCase()];
    if (origin !== undefined) return origin.replace(/\/+$/, "");
    const known = Object.keys(origins).join(", ") || "none";
    throw new TaskError(
      `Task ${taskId}: expected an origin for ${placeholder}, got origins for: ${known}. Add the URL of the site.`,
    );
  });
}

function toCheck(
  kind: TaskConfig["eval"]["eval_types"][number],
  config: TaskConfig["eval"],
  resolve: (text: string) => string,
): Check {
  switch (kind) {
    case "string_match": {
      const note = config.string_note ?? "";
      return {
        kind,
        ...toTextCondition(config.reference_answers ?? {}),
        ...(note === "" ? {} : { note }),
      };
    }
    case "url_match":
      return { kind, urls: (config.reference_url ?? "").split(OR).map((url) => resolve(url)) };
    case "program_html":
      return {
        kind,
        targets: config.program_html.map((target) => ({
          url: target.url.startsWith("func:") ? target.url : resolve(target.url),
          locator: target.locator,
          required: toTextCondition(target.required_contents, resolve),
          ...(target.prep_actions === undefined ? {} : { prepActions: target.prep_actions }),
        })),
      };
    case "network_event":
      return {
        kind,
        events: (config.network_events ?? []).map((event) => toExpectation(event, resolve)),
      };
  }
}

function toTextCondition(
  config: TextConditionConfig,
  resolve: (text: string) => string = (text) => text,
): TextCondition {
  const list = (value: string | string[]): string[] =>
    (typeof value === "string" ? [value] : value).map((text) => resolve(text));
  return {
    ...(config.exact_match === undefined ? {} : { exactMatch: resolve(config.exact_match) }),
    ...(config.must_include === undefined ? {} : { mustInclude: list(config.must_include) }),
    ...(config.fuzzy_match === undefined ? {} : { fuzzyMatch: list(config.fuzzy_match) }),
  };
}

function toExpectation(
  event: NonNullable<TaskConfig["eval"]["network_events"]>[number],
  resolve: (text: string) => string,
): NetworkExpectation {
  return {
    present: event.present,
    method: event.method,
    url: resolve(event.url),
    ...(event.query === undefined ? {} : { query: event.query }),
    ...(event.post_data === undefined ? {} : { postData: event.post_data }),
    ...(event.status === undefined ? {} : { status: event.status }),
    ...(event.last_event_only === undefined ? {} : { lastEventOnly: event.last_event_only }),
  };
}
