/** Start URLs and checks of sibling tasks as one pattern: the same structure, with expressions for its texts. */

import type { Check, Task } from "../../core/task.ts";
import { type Expression, induceExpression, renderExpression } from "./expression.ts";
import type { SiteLexicon } from "./site-lexicon.ts";

/** Plain data whose texts have addresses; an address with a query is an object, so that each value is a text. */
type Data = string | number | boolean | null | Data[] | { [key: string]: Data };

export interface CheckPattern {
  skeleton: Data;
  /** By path. */
  texts: ReadonlyMap<string, Expression>;
  /** Paths of texts that the slots do not explain. */
  unexplained: readonly string[];
}

export interface Sibling {
  task: Task;
  /** Of the goal's slots. */
  values: readonly string[];
}

/** The pattern of the siblings' checks. @returns null where their structure differs */
export function induceCheckPattern(
  siblings: readonly Sibling[],
  lexicon: SiteLexicon,
): CheckPattern | null {
  const bodies = siblings.map(({ task }) => dataOf(task));
  const leaves = bodies.map((body) => new Map(textsIn(body)));
  const [first] = bodies;
  const signatures = new Set(bodies.map((body) => JSON.stringify(mapTexts(body, () => ""))));
  if (first === undefined || signatures.size !== 1) return null;
  const texts = new Map<string, Expression>();
  const unexplained: string[] = [];
  for (const path of leaves[0]?.keys() ?? []) {
    const samples = siblings.map(({ values }, index) => ({
      text: leaves[index]?.get(path) as string,
      values,
    }));
    const expression = induceExpression(samples, lexicon);
    if (expression === null) unexplained.push(path);
    else texts.set(path, expression);
  }
  return { skeleton: first, texts, unexplained };
}

/** Start URLs and checks for other values. @returns null where a text of the pattern has none */
export function renderChecks(
  { skeleton, texts }: CheckPattern,
  values: readonly string[],
  lexicon: SiteLexicon,
  answers: ReadonlyMap<string, string>,
): Pick<Task, "startUrls" | "checks"> | null {
  let isWhole = true;
  const body = mapTexts(skeleton, (_, path) => {
    const expression = texts.get(path);
    const text =
      answers.get(path) ?? (expression && renderExpression(expression, values, lexicon)) ?? null;
    isWhole &&= text !== null;
    return text ?? "";
  });
  return isWhole ? (joinAddresses(body) as unknown as Pick<Task, "startUrls" | "checks">) : null;
}

/** The path of a check's right answer among the texts. */
export function answerPath(checks: readonly Check[]): string | null {
  const index = checks.findIndex((check) => check.kind === "string_match");
  return index < 0 ? null : `.checks.${index}.exactMatch`;
}

function dataOf({ startUrls, checks }: Task): Data {
  return splitAddresses({ startUrls, checks } as unknown as Data);
}

function textsIn(data: Data): [path: string, text: string][] {
  const found: [string, string][] = [];
  mapTexts(data, (text, path) => {
    found.push([path, text]);
    return text;
  });
  return found;
}

function mapTexts(data: Data, change: (text: string, path: string) => string, path = ""): Data {
  if (typeof data === "string") return change(data, path);
  if (Array.isArray(data)) return data.map((item, i) => mapTexts(item, change, `${path}.${i}`));
  if (typeof data !== "object" || data === null) return data;
  const entries = Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, item]) => [key, mapTexts(item, change, `${path}.${key}`)]),
  );
}

/** An address with a query becomes `{ address, parameters }`. */
function splitAddresses(data: Data): Data {
  if (Array.isArray(data)) return data.map(splitAddresses);
  if (typeof data === "object" && data !== null)
    return Object.fromEntries(
      Object.entries(data).map(([key, item]) => [key, splitAddresses(item)]),
    );
  if (typeof data !== "string" || !/^https?:\/\/\S+\?/.test(data) || !URL.canParse(data))
    return data;
  const url = new URL(data);
  const parameters = Object.fromEntries(url.searchParams);
  return { address: `${url.origin}${url.pathname}`, parameters };
}

function joinAddresses(data: Data): Data {
  if (Array.isArray(data)) return data.map(joinAddresses);
  if (typeof data !== "object" || data === null) return data;
  const { address, parameters } = data;
  if (typeof address === "string" && typeof parameters === "object" && parameters !== null)
    return `${address}?${new URLSearchParams(parameters as Record<string, string>).toString()}`;
  return Object.fromEntries(Object.entries(data).map(([key, item]) => [key, joinAddresses(item)]));
}
