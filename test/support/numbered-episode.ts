/** An endless supply of different episodes, every fifth one dreamed from the one before. */

import type { Trajectory } from "../../src/core/trajectory.ts";
import type { AnswerOrigin } from "../../src/synthetic/buffer/dream-origin.ts";
import { recordedTrajectory } from "./recorded-trajectory.ts";

export function numberedEpisode(number: number): {
  trajectory: Trajectory;
  answers: AnswerOrigin[];
} {
  const id = (of: number): string => `episode-${String(of).padStart(6, "0")}`;
  const url = `http://site.test/${number}`;
  const html = `<title>${number}</title><main>${"word ".repeat(2000 + (number % 7) * 1000)}</main>`;
  const trajectory = recordedTrajectory(id(number), { url, html });
  if (number % 5 !== 4) return { trajectory, answers: [] };
  return {
    trajectory: { ...trajectory, source: "synthetic", actor: "dreamer" },
    answers: [
      {
        cause: { kind: "request", request: { method: "GET", url, fields: null } },
        prediction: { certainty: 0.95, evidence: [`${id(number - 1)}#0`] },
      },
    ],
  };
}
