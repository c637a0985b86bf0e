/** A model explains a recorded visit, and answers instead of the site. */

import { join } from "node:path";
import type { Trajectory } from "../../src/core/trajectory.ts";
import type { ChatModel } from "../../src/llm/chat-model.ts";
import { CollectConfigSchema } from "../../src/real/record/collect/collect-plan.ts";
import { annotateTrajectory } from "../../src/synthetic/reasoning/annotate.ts";
import { calibrateReasoning } from "../../src/synthetic/reasoning/create-reasoning-model.ts";
import { ReplayBuffer } from "../../src/synthetic/buffer/replay-buffer.ts";
import { learnModel } from "../../src/transfer/pipeline.ts";
import { measureReasoned } from "../../src/transfer/reasoned-fidelity.ts";
import { recordSplit } from "../../src/transfer/record-split.ts";
import type { Parts } from "./agent-and-judge.ts";

/** Demonstrations to learn from, in the text browser. They cost no call. */
export async function recordShop({ site, out }: Parts): Promise<void> {
  await recordSplit({
    site,
    split: "train",
    config: CollectConfigSchema.parse({
      episodes: 12,
      mix: { demonstrator: 1, noisyDemonstrator: 1, random: 0 },
    }),
    folder: join(out, "recorded"),
    browsers: 1,
    browser: "text",
    executablePath: "",
  });
}

/** What the teacher explained, in words. */
export async function explainVisit(
  { size }: Parts,
  teacher: ChatModel,
  recordings: readonly Trajectory[],
): Promise<string> {
  const buffer = new ReplayBuffer(recordings);
  const countOf = ({ id }: Trajectory): number =>
    buffer.records.filter((record) => record.trajectory === id).length;
  const [shortest] = recordings
    .filter((one) => countOf(one) > 0)
    .toSorted((a, b) => countOf(a) - countOf(b));
  if (shortest === undefined) return "nothing was recorded";
  const found = await annotateTrajectory({
    teacher,
    buffer,
    trajectory: shortest,
    room: size.transitionCharacters,
    maxTokens: size.answerTokens,
  });
  const first = found[0] === undefined ? "" : `; the first one says "${found[0].reasoning}"`;
  return `${found.length} of ${countOf(shortest)} transitions explained${first}`;
}

/** How true its answers are, next to those of retrieval, in lines. */
export async function predictPages(
  { size, now }: Parts,
  chat: ChatModel,
  recordings: readonly Trajectory[],
): Promise<string[]> {
  const asked = recordings.slice(-1).map((one) => cutAfter(one, size.predictions));
  const { buffer, model } = await learnModel(recordings.slice(0, -1));
  const reasoning = {
    chat,
    buffer,
    examples: 1,
    maxTokens: size.answerTokens,
    size: { page: size.pageCharacters, example: size.pageCharacters / 5, history: 2 },
  };
  const calibration = await calibrateReasoning(reasoning, { samples: size.predictions });
  const rows = await measureReasoned({
    reasoning: { ...reasoning, calibration },
    buffer,
    retrieval: model,
    heldOut: asked,
    thresholds: [0.9],
    now,
  });
  return [
    `experience model: says 0.9, and is believed ${calibration(0.9).toFixed(2)} after ${size.predictions} questions of calibration`,
    ...rows.map(
      ({ name, fidelity, reasonedShare, unreadable, promptTokens, completionTokens }) =>
        `${name}: next URL ${fidelity.nextUrl.toFixed(2)}, F1 ${fidelity.changeF1.toFixed(2)}, exact ${fidelity.exactPage.toFixed(2)} of ${fidelity.steps} steps; ${(100 * reasonedShare).toFixed(0)} % asked, ${(promptTokens + completionTokens).toFixed(0)} tokens a step, ${unreadable} unreadable`,
    ),
  ];
}

/** The first steps of an episode, which a try of a small model can afford. */
function cutAfter(trajectory: Trajectory, steps: number): Trajectory {
  const { transitions } = trajectory;
  const next = transitions[steps];
  if (next?.page === undefined) return trajectory;
  return {
    ...trajectory,
    transitions: transitions.slice(0, steps),
    finalObservation: next.observation,
    finalPage: next.page,
  };
}
