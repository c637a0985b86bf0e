/** A dreamed episode beside the real one, as text for people to read. */

import type { Observation } from "../core/observation.ts";
import type { Score } from "../core/score.ts";
import type { DreamedReplay } from "./replay-in-dream.ts";

/** Differing nodes shown at a step. */
const SHOWN = 8;

export function readDream({ real, steps, finalObservation, score }: DreamedReplay): string {
  const lines = [`${real.id}: ${real.goal}`, `real: ${tell(real.score)}   dreamed: ${tell(score)}`];
  const compare = (dreamed: Observation, seen: Observation): void => {
    lines.push(`  real  ${seen.url} "${seen.title}"`);
    lines.push(`  dream ${dreamed.url} "${dreamed.title}"`);
    for (const text of differences(seen, dreamed)) lines.push(`      ${text}`);
  };
  steps.forEach(({ observation, action, answers }, i) => {
    const transition = real.transitions[i];
    if (transition === undefined) return;
    lines.push(`step ${i + 1}`);
    compare(observation, transition.observation);
    const { kind, ...details } = transition.action;
    lines.push(
      `  ${kind} ${JSON.stringify(details)}${action === null ? "  (its element is not in the dream)" : ""}`,
    );
    for (const { cause, prediction } of answers) {
      const what =
        cause.kind === "request"
          ? `${cause.request.method} ${cause.request.url}`
          : `${cause.event.kind} event`;
      lines.push(
        `    ${what}: certainty ${prediction.certainty.toFixed(2)}, ${prediction.reasoning}`,
      );
    }
  });
  lines.push("end");
  compare(finalObservation, real.finalObservation);
  return lines.join("\n");
}

function tell(score: Score | null): string {
  if (score === null) return "no score";
  return score.status === "scored" ? `score ${score.value}` : `unscored (${score.reason})`;
}

function differences(real: Observation, dreamed: Observation): string[] {
  const texts = (observation: Observation): string[] =>
    observation.nodes.map(
      ({ role, name, value, url }) =>
        `${role} "${name}"${value === undefined ? "" : ` = "${value}"`}${url === undefined ? "" : ` → ${url}`}`,
    );
  const [seen, shown] = [texts(real), texts(dreamed)];
  const without = (from: string[], other: string[]): string[] => {
    const left = [...other];
    return from.filter((text) => {
      const at = left.indexOf(text);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  const list = (mark: string, found: string[]): string[] => [
    ...found.slice(0, SHOWN).map((text) => `${mark} ${text}`),
    ...(found.length > SHOWN ? [`${mark} … and ${found.length - SHOWN} more`] : []),
  ];
  return [
    ...list("only real: ", without(seen, shown)),
    ...list("only dream:", without(shown, seen)),
  ];
}
