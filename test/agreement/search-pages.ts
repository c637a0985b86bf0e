/** Compares generated pages one after another, and shrinks each difference to a small page. */

import fc from "fast-check";
import type { BothWorlds } from "../support/both-worlds.ts";
import { comparePage, type Comparison, type Tally } from "./compare-page.ts";
import { generatedPage, type GeneratedPage } from "./page-grammar.ts";

export interface SearchOptions {
  pages: number;
  seed: number;
  /** How many more pages one difference may cost. 0: no shrinking. */
  shrinks: number;
  onFound?: (found: FoundDifference, number: number) => void;
}

export interface FoundDifference {
  page: GeneratedPage;
  seed: number;
  differences: readonly string[];
}

export interface SearchResult {
  pages: number;
  text: Tally;
  recorded: Tally;
  sent: Tally;
  found: FoundDifference[];
}

export async function searchPages(
  worlds: BothWorlds,
  { pages, seed: first, shrinks, onFound }: SearchOptions,
): Promise<SearchResult> {
  const empty = (): Tally => ({ same: 0, total: 0 });
  const result: SearchResult = {
    pages,
    text: empty(),
    recorded: empty(),
    sent: empty(),
    found: [],
  };
  for (let number = 0; number < pages; number++) {
    const seed = first + number;
    let last: FoundDifference | null = null;
    let runs = 0;
    const property = fc.asyncProperty(generatedPage, async (page) => {
      if (runs > shrinks) return true;
      const comparison = await comparePage(worlds, page, seed);
      if (runs++ === 0) count(result, comparison);
      if (comparison.differences.length === 0) return true;
      last = { page, seed, differences: comparison.differences };
      return false;
    });
    await fc.check(property, { seed, numRuns: 1, endOnFailure: shrinks === 0 });
    if (last === null) continue;
    result.found.push(last);
    onFound?.(last, number);
  }
  return result;
}

function count(result: SearchResult, comparison: Comparison): void {
  for (const part of ["text", "recorded", "sent"] as const) {
    result[part].same += comparison[part].same;
    result[part].total += comparison[part].total;
  }
}

/** What a page is made of: names the kind of a difference. */
export function kindOf({ parts }: GeneratedPage): string {
  const tags = parts.join("").matchAll(/<([a-z][\w-]*)((?:\s[^<>]*)?)>/gu);
  const named = Array.from(tags, ([, tag = "", rest = ""]) => {
    const names = Array.from(
      rest.matchAll(/\s([\w-]+)(=(?:"[^"]*"|\S+))?/gu),
      ([, name = "", value = ""]) =>
        name === "type" || name === "role" || name === "style" ? name + value : name,
    );
    return names.length === 0 ? tag : `${tag}[${names.join(" ")}]`;
  });
  return named.join(" ");
}
