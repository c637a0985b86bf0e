/** What a collection came to, in lines for people. */

import { join } from "node:path";
import type { CollectSummary } from "../../real/record/collect/collect-summary.ts";

export function describeCollection(summary: CollectSummary, out: string): string {
  const actors = Object.entries(summary.actors)
    .filter(([, { episodes }]) => episodes > 0)
    .map(
      ([name, { episodes, steps, successes, unscored }]) =>
        `  ${name.padEnd(20)} ${episodes} episodes, ${steps} steps, ${successes} successes${unscored === 0 ? "" : `, ${unscored} unscored`}`,
    );
  const counts = [
    [summary.demonstratedTasks, "tasks demonstrated"],
    [summary.withheld, "episodes withheld, because they came upon held-out entities"],
    [summary.failed, "attempts failed"],
    [summary.interrupted, "interrupted"],
    [summary.appearances, "times a held-out entity was merely seen on a recorded page"],
  ] as const;
  return [
    `${summary.episodes} episodes recorded in ${join(out, "offline")}: ${summary.steps} steps, ${summary.requests} requests`,
    ...actors,
    ...counts.filter(([count]) => count > 0).map(([count, what]) => `  ${count} ${what}`),
    `Next: dreamgym dream --from ${out}`,
  ].join("\n");
}
