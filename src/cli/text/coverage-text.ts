/** What a dream does not know, in lines for people. */

import type { CoverageGap } from "../../synthetic/measure/coverage.ts";
import type { SearchCoverage } from "../../transfer/search-coverage.ts";

const SHOWN_GAPS = 12;
const SHOWN_EXAMPLES = 2;

/** @param siteFlags the flags that chose the sites, as typed; the next command needs them as well */
export function describeCoverage(
  { coverage, tasks, plans, expansions }: SearchCoverage,
  from: string,
  siteFlags: string,
): string[] {
  const { gaps, visits, unknown } = coverage;
  const heading = [
    `${plans.length} of ${tasks} train tasks solved by search in the dream, with ${expansions} actions tried.`,
    `${unknown} of ${visits} pages that the searches came to rest on something unknown, of ${gaps.length} kinds.`,
  ];
  if (gaps.length === 0) return [...heading, "Nothing to record: the dream knew every page."];
  return [
    ...heading,
    "",
    "Record, the most promising first:",
    ...gaps.slice(0, SHOWN_GAPS).flatMap(describeGap),
    ...(gaps.length > SHOWN_GAPS
      ? [`  … and ${gaps.length - SHOWN_GAPS} more kinds (--json)`]
      : []),
    "",
    `Next: dreamgym collect --out ${from}${siteFlags} --directed`,
  ];
}

function describeGap({ kind, weight, searches, wants }: CoverageGap): string[] {
  return [
    `  ${kind}: ${searches} ${searches === 1 ? "search" : "searches"} ended there (weight ${weight.toPrecision(2)})`,
    ...wants
      .slice(0, SHOWN_EXAMPLES)
      .map(({ url, taskId, goal }) => `      ${url}, task ${taskId}: ${goal}`),
  ];
}
