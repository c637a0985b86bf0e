/** Compares generated pages one after another, and shrinks each difference to a small page. */

import fc from "fast-check";
import type { BothWorlds } from "../support/both-worlds.ts";
import { comparePage, type Comparison, type Tally } from "./compare-page.ts";
import { bytesOf, generatedPage, type GeneratedPage } from "./page-grammar.ts";

export interface SearchOptions {
  /** Each makes one page and one walk. Several searches may share one iterator. */
  seeds: Iterable<number>;
  /** How many more pages one difference may cost. 0: no shrinking. */
  shrinks: number;
}

export interface SearchedPage extends Pick<Comparison, "text" | "recorded" | "sent" | "isRefused"> {
  seed: number;
  /** The smallest page that differs, and how. Null: no difference. */
  found: { page: GeneratedPage; differences: readonly string[] } | null;
}

export async function* searchPages(
  worlds: BothWorlds,
  { seeds, shrinks }: SearchOptions,
): AsyncGenerator<SearchedPage> {
  for (const seed of seeds) {
    let first: Comparison | null = null;
    let found: SearchedPage["found"] = null;
    let runs = 0;
    const property = fc.asyncProperty(generatedPage, async (page) => {
      if (runs++ > shrinks) return true;
      const comparison = await comparePage(worlds, bytesOf(page), seed).catch((error: unknown) =>
        failedComparison(worlds, error),
      );
      first ??= comparison;
      const { differences } = comparison;
      if (differences.length === 0) return true;
      // A smaller page that differs elsewhere is another find.
      if (found !== null && outlineOf(differences) !== outlineOf(found.differences)) return true;
      found = { page, differences };
      return false;
    });
    await fc.check(property, { seed, numRuns: 1, endOnFailure: shrinks === 0 });
    const { text, recorded, sent, isRefused } = first as unknown as Comparison;
    yield { seed, text, recorded, sent, isRefused, found };
  }
}

/** A page that breaks an environment is a difference like any other. The next page starts another episode. */
function failedComparison(worlds: BothWorlds, error: unknown): Comparison {
  worlds.endVisits();
  const none = { same: 0, total: 0 };
  const says = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const differences = ["failed", ...says.split("\n")];
  return { text: none, recorded: none, sent: none, isRefused: false, differences };
}

/** The lines of all pages together. */
export function sumOf(
  pages: readonly SearchedPage[],
  part: "text" | "recorded" | "sent",
): Tally & { share: number } {
  const sum = { same: 0, total: 0 };
  for (const { [part]: tally } of pages) {
    sum.same += tally.same;
    sum.total += tally.total;
  }
  return { ...sum, share: sum.total === 0 ? 1 : sum.same / sum.total };
}

/** Where the first difference is, and which of the two accounts has lines of its own there. */
function outlineOf([where = "", ...lines]: readonly string[]): string {
  const end = lines.findIndex((line) => !/^[-+] /u.test(line));
  const signs = new Set(lines.slice(0, end === -1 ? lines.length : end).map((line) => line[0]));
  return [placeOf(where), ...signs].join(" ");
}

function placeOf(where: string): string {
  return /^(?:failed|sent|as recorded|at the start)/u.exec(where)?.[0] ?? actionIn(where);
}

/** Names the kind of a difference: where it is, and what of which role differs. */
export function kindOf([where = "", ...lines]: readonly string[]): string {
  const place = placeOf(where);
  if (place === "failed") return `failed: ${lines[0] ?? ""}`;
  const [missing, extra] = ["-", "+"].map((sign) => lines.find((line) => line.startsWith(sign)));
  const [wanted, got] = [missing, extra].map((line) => (line === undefined ? null : partsOf(line)));
  if (wanted == null || got == null || wanted.role !== got.role) {
    const is = wanted == null ? "extra" : "missing";
    return `${place}: ${is} ${(wanted ?? got)?.role ?? "order"}`;
  }
  const differing =
    wanted.name === got.name ? (wanted.rest === got.rest ? "depth" : "state") : "name";
  return `${place}: ${differing} of ${wanted.role}`;
}

function actionIn(where: string): string {
  const kind = /"kind":"(\w+)"/u.exec(where)?.[1] ?? "a step";
  const keys = /"keys":"([^"]*)"/u.exec(where)?.[1];
  return `after ${kind}${keys === undefined ? "" : ` ${JSON.stringify(keys)}`}`;
}

function partsOf(line: string): { role: string; name: string; rest: string } {
  const [, role = "", name = "", rest = ""] =
    /^[-+]\s+(\S+)\s*("(?:[^"\\]|\\.)*")?(.*)$/u.exec(line) ?? [];
  return { role, name, rest };
}
