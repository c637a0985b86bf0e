/** The check of pages after the episode: WebArena's `program_html`, read from HTML as data. */

import type { EpisodeOutcome } from "../core/evaluator.ts";
import type { PageSnapshot } from "../core/site-request.ts";
import type { Check } from "../core/task.ts";
import { parseHelperCall, resolveUrlHelper } from "./helper-call.ts";
import { readLocator } from "./read-locator.ts";
import { meetsOnPage } from "./text-condition.ts";
import { allOf, unknown, type Verdict } from "./verdict.ts";

type Target = Extract<Check, { kind: "program_html" }>["targets"][number];

/** Opens each page once, so that all its targets see the same state. */
export async function checkPages(
  targets: readonly Target[],
  outcome: EpisodeOutcome,
): Promise<Verdict> {
  const opened = new Map<string, Awaited<ReturnType<typeof outcome.probe.open>>>();
  const verdicts: Verdict[] = [];
  for (const target of targets) {
    const url = resolveUrl(target.url, outcome.finalUrl);
    if (url === null) {
      verdicts.push(unknown(`${target.url} is not supported: it needs the site's own interface`));
      continue;
    }
    if (url === "last") {
      // WebArena compares the browser's source of the whole page, which lacks what was typed into fields.
      const isWhole = target.locator.trim() === "";
      const { finalPage, finalMarkup } = outcome;
      verdicts.push(checkTarget(target, isWhole ? { ...finalPage, html: finalMarkup } : finalPage));
      continue;
    }
    const answer = opened.get(url) ?? (await outcome.probe.open(url));
    opened.set(url, answer);
    verdicts.push(
      answer.page === null
        ? unknown(`${url} could not be opened: ${answer.reason}`)
        : checkTarget(target, answer.page),
    );
  }
  return allOf(verdicts);
}

/** `last`, an absolute URL, or null for an unsupported helper. */
function resolveUrl(url: string, finalUrl: string): string | null {
  const call = parseHelperCall(url);
  return call === null ? url : resolveUrlHelper(call, finalUrl);
}

function checkTarget(target: Target, page: PageSnapshot): Verdict {
  if (target.prepActions !== undefined && target.prepActions.length > 0) {
    return unknown("prep_actions are not supported: they click before the check");
  }
  if (parseHelperCall(target.locator) !== null) {
    return unknown(`${target.locator} is not supported: it needs the site's own interface`);
  }
  const verdict = meetsOnPage(target.required, readLocator(target.locator, page));
  const place = target.locator === "" ? page.url : `${target.locator} at ${page.url}`;
  return { passed: verdict.passed, detail: `${place}: ${verdict.detail}` };
}
