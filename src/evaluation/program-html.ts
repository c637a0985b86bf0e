/** The check of pages after the episode: WebArena's `program_html`. */

import type { EpisodeOutcome, LivePage } from "../core/evaluator.ts";
import type { PageSnapshot } from "../core/site-request.ts";
import type { Check, TextCondition } from "../core/task.ts";
import {
  type HelperCall,
  parseHelperCall,
  readPageHelper,
  resolveUrlHelper,
  type SiteHelpers,
} from "./helper-call.ts";
import { admitLocator, admitPreparation } from "./live-locator.ts";
import type { Value } from "./node-properties.ts";
import { decodeEntities, readLocator, valueAsText } from "./read-locator.ts";
import { type AnswerContext, matchFuzzily } from "./string-match.ts";
import { exactMatch, pageIncludes } from "./text-condition.ts";
import { allOf, unknown, type Verdict } from "./verdict.ts";

type Target = Extract<Check, { kind: "program_html" }>["targets"][number];

export interface PageCheckContext extends AnswerContext {
  helpers: SiteHelpers;
}

/** What a target is compared with, or why it cannot be read. */
type Reading = { text: string; url: string } | { unread: string };

export async function checkPages(
  targets: readonly Target[],
  outcome: EpisodeOutcome,
  context: PageCheckContext,
): Promise<Verdict> {
  const pages = new CheckedPages(outcome, context);
  const verdicts: Verdict[] = [];
  for (const target of targets) {
    const lack = lackOf(target);
    const reading = lack === null ? await pages.read(target) : { unread: lack };
    if ("unread" in reading) {
      verdicts.push(unknown(reading.unread));
      continue;
    }
    const { passed, detail } = await meetsOnPage(target.required, reading.text, context);
    const place = target.locator === "" ? reading.url : `${target.locator} at ${reading.url}`;
    verdicts.push({ passed, detail: `${place}: ${detail}` });
  }
  return allOf(verdicts);
}

/** Checks made in code reach this place untested. */
function lackOf(target: Partial<Target>): string | null {
  for (const field of ["url", "locator"] as const) {
    const value: unknown = target[field];
    if (typeof value !== "string")
      return `expected a text in \`${field}\` of a target, got ${JSON.stringify(value) ?? "nothing"}${field === "locator" ? "; an empty one stands for the whole page" : ""}`;
  }
  return target.required === undefined ? "expected `required` in a target, got nothing" : null;
}

/** Reads targets one after the other. Without a live page it opens each page once, so all its targets see one state. */
class CheckedPages {
  readonly #outcome: EpisodeOutcome;
  readonly #context: PageCheckContext;
  readonly #opened = new Map<string, Awaited<ReturnType<EpisodeOutcome["probe"]["open"]>>>();
  /** The address that WebArena's `last` means: it looks at pages in the agent's own tab. */
  #last: string | null = null;

  constructor(outcome: EpisodeOutcome, context: PageCheckContext) {
    this.#outcome = outcome;
    this.#context = context;
  }

  async read(target: Target): Promise<Reading> {
    const { probe } = this.#outcome;
    const { profile } = this.#context;
    const url = await this.#urlOf(target.url);
    if (typeof url === "object" && url !== null) return url;
    if (profile === "webarena" && url !== null) this.#last = url;
    const locatorCall = parseHelperCall(target.locator);
    const needsClicks = (target.prepActions ?? []).length > 0;
    const isLive = probe.visit !== undefined && (needsClicks || profile === "webarena");
    if (locatorCall !== null) return await this.#readHelper(locatorCall, url);
    if (isLive) return await this.#readLive(target, url);
    if (needsClicks)
      return { unread: "prep_actions click before the check, which needs a live page" };
    const page = await this.#open(url, target.locator.trim() === "");
    return "unread" in page ? page : { text: readLocator(target.locator, page), url: page.url };
  }

  /** null for the page as the agent left it. */
  async #urlOf(text: string): Promise<string | null | { unread: string }> {
    const { finalUrl } = this.#outcome;
    const call = parseHelperCall(text);
    if (call === null) return text === "last" ? this.#last : text;
    const url = resolveUrlHelper(call, this.#last ?? finalUrl, this.#context.profile);
    return url ?? (await this.#ask(call, text));
  }

  async #ask(call: HelperCall, text: string): Promise<string | { unread: string }> {
    const { helpers } = this.#context;
    const helper = Object.hasOwn(helpers, call.name) ? helpers[call.name] : undefined;
    if (helper === undefined)
      return { unread: `${text} is not supported: it needs the site's own interface` };
    return await helper(...call.arguments);
  }

  async #readHelper(call: HelperCall, url: string | null): Promise<Reading> {
    const page = await this.#open(url, false);
    if ("unread" in page) return page;
    const text =
      readPageHelper(call, page) ??
      (await this.#ask(call, `func:${call.name}(${call.arguments.join(", ")})`));
    return typeof text === "string" ? { text: decodeEntities(text), url: page.url } : text;
  }

  async #open(url: string | null, isWhole: boolean): Promise<PageSnapshot | { unread: string }> {
    const { finalPage, finalMarkup, probe } = this.#outcome;
    // WebArena compares the browser's source of the whole page, which lacks what was typed into fields.
    if (url === null) return isWhole ? { ...finalPage, html: finalMarkup } : finalPage;
    const answer = this.#opened.get(url) ?? (await probe.open(url));
    this.#opened.set(url, answer);
    return answer.page ?? { unread: `${url} could not be opened: ${answer.reason}` };
  }

  async #readLive(target: Target, url: string | null): Promise<Reading> {
    const { probe } = this.#outcome;
    const expression = target.locator.trim() === "" ? null : admitLocator(target.locator);
    const clicks = (target.prepActions ?? []).map(admitPreparation);
    const visited = await probe.visit?.(url, async (page): Promise<Reading> => {
      // WebArena ignores what goes wrong here, and then reads the page as it is.
      for (const click of clicks) await page.evaluate(click);
      return { text: decodeEntities(await readExpression(page, expression)), url: page.url };
    });
    if (visited === undefined) return { unread: "the page cannot be read live" };
    return "reason" in visited
      ? { unread: `${url ?? "the final page"} could not be opened: ${visited.reason}` }
      : visited.value;
  }
}

/** @param expression null for the page's whole source */
async function readExpression(page: LivePage, expression: string | null): Promise<string> {
  if (expression === null) return await page.source();
  const result = await page.evaluate(expression);
  // A missing element gives an empty text, as in WebArena.
  return result.failed ? "" : valueAsText(result.value as Value);
}

/** All conditions must hold. `webarena` looks at the first that is given: exact text, then words, then the judge. */
async function meetsOnPage(
  required: TextCondition,
  text: string,
  context: AnswerContext,
): Promise<Verdict> {
  const { exactMatch: exact, mustInclude: phrases, fuzzyMatch: references = [] } = required;
  const verdicts: Verdict[] = [];
  if (exact !== undefined) verdicts.push(exactMatch(exact, text));
  if (phrases !== undefined) verdicts.push(pageIncludes(phrases, text));
  if (context.profile === "webarena" && verdicts[0] !== undefined) return verdicts[0];
  for (const reference of references) verdicts.push(await matchFuzzily(reference, text, context));
  return allOf(verdicts);
}
