/** The result of a collection, in lines for people. */

import { join } from "node:path";
import type { CollectSummary } from "../../real/record/collect/collect-summary.ts";
import type { DirectedSummary } from "../../transfer/record-directed.ts";

/** @param siteFlags the flags that chose the sites, as typed; the next command needs them as well */
export function describeCollection(
  summary: CollectSummary,
  out: string,
  siteFlags: string,
): string {
  const actors = Object.entries(summary.actors)
    .filter(([, { episodes }]) => episodes > 0)
    .map(
      ([name, { episodes, steps, successes, unscored }]) =>
        `  ${name.padEnd(20)} ${episodes} episodes, ${steps} steps, ${successes} successes${unscored === 0 ? "" : `, ${unscored} unscored`}`,
    );
  const counts = [
    [summary.demonstratedTasks, "tasks demonstrated"],
    [summary.withheld, "episodes withheld, because they reached held-out entities"],
    [summary.failed, "attempts failed"],
    [summary.interrupted, "interrupted"],
    [summary.appearances, "appearances of held-out entities on recorded pages, which is allowed"],
  ] as const;
  return [
    `${summary.episodes} episodes recorded in ${join(out, "offline")}: ${summary.steps} steps, ${summary.requests} requests`,
    ...actors,
    ...counts.filter(([count]) => count > 0).map(([count, what]) => `  ${count} ${what}`),
    `Next: dreamgym dream --from ${out}${siteFlags}`,
  ].join("\n");
}

/** Kinds of pages named. */
const SHOWN_KINDS = 8;

/** The result of a directed recording. @param siteFlags as in `describeCollection` */
export function describeDirected(
  { visits, arrived, steps, requests, withheld, failed, kinds, rounds }: DirectedSummary,
  out: string,
  siteFlags: string,
): string {
  const counts = [
    [withheld, "visits withheld, because they reached held-out entities"],
    [failed, "attempts failed"],
  ] as const;
  return [
    `${visits} directed visits in ${rounds === 1 ? "1 round" : `${rounds} rounds`}, recorded in ${join(out, "offline")}: ${arrived} took their whole path, ${steps} steps, ${requests} requests`,
    ...kinds.slice(0, SHOWN_KINDS).map(({ kind, visits: of }) => `  ${of} for ${kind}`),
    ...counts.filter(([count]) => count > 0).map(([count, what]) => `  ${count} ${what}`),
    `Next: dreamgym dream coverage --from ${out}${siteFlags}`,
  ].join("\n");
}
