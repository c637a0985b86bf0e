/** A replay, in lines for people. */

import type { Replay, ReplayedStep } from "../../real/record/replay/replay-trajectory.ts";

export function formatReplayed({ steps, untried, matched, score }: Replay): string[] {
  const good = steps.filter(({ divergence }) => divergence === null).length;
  const total = steps.length + untried;
  return [
    ...steps.map(formatStep),
    ...(untried === 0 ? [] : [`${untried} more steps not tried`]),
    "",
    matched
      ? `All ${total} steps went as recorded.`
      : `${good} of ${total} steps went as recorded.`,
    ...(score === null ? [] : [`The task's own checks: ${formatScore(score)}`]),
  ];
}

function formatStep({ step, action, foundBy, divergence, detail, likeness }: ReplayedStep): string {
  const way = foundBy === null ? "" : `  found by ${foundBy}`;
  const page = likeness === null ? "" : `  page ${Math.round(100 * likeness)} %`;
  const verdict = divergence === null ? "ok" : `${divergence}: ${detail}`;
  return `${String(step).padStart(3)}  ${action.padEnd(9)}${way.padEnd(24)}${page.padEnd(14)}${verdict}`;
}

function formatScore(score: NonNullable<Replay["score"]>): string {
  if (score.status === "unscored") return `unscored, ${score.reason}`;
  return score.value === 1 ? "passed" : "failed";
}
