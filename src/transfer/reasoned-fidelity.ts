/**
 * Fidelity over cost: retrieval alone, a language model alone, and hybrids between them, on the same held-out steps.
 * Each step costs two calls to the language model, whatever the number of hybrids.
 */

import type { ExperienceModel, ExperienceQuery, Prediction } from "../core/experience.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { readRecords } from "../synthetic/buffer/experience-records.ts";
import type { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { forceSteps } from "../synthetic/buffer/teacher-forcing.ts";
import { measureSteps, type StepFidelityReport } from "../synthetic/measure/fidelity.ts";
import { HybridModel } from "../synthetic/reasoning/hybrid-model.ts";
import {
  ReasoningModel,
  type ReasoningModelOptions,
} from "../synthetic/reasoning/reasoning-model.ts";

export interface ReasonedFidelityOptions {
  /** How the language model is asked. Its buffer is what retrieval knows too. */
  reasoning: Omit<ReasoningModelOptions, "recall">;
  buffer: ReplayBuffer;
  retrieval: ExperienceModel;
  /** Real episodes, recorded with pages, that the buffer does not hold. */
  heldOut: readonly Trajectory[];
  /** Certainties from which retrieval's answer stands, 0–1: one hybrid each. */
  thresholds: readonly number[];
  /** A clock, in milliseconds. */
  now: () => number;
  onStep?: (asked: number, steps: number) => void | Promise<void>;
}

export interface ReasonedFidelityRow {
  name: string;
  /** Of a hybrid: from which certainty retrieval's answer stands. */
  sureFrom: number | null;
  fidelity: StepFidelityReport["model"];
  /** Share of steps that the language model was asked about, 0–1. */
  reasonedShare: number;
  /** Means over all steps. */
  promptTokens: number;
  completionTokens: number;
  seconds: number;
  /** Replies that nobody could read. */
  unreadable: number;
}

interface Answer {
  prediction: Prediction;
  promptTokens: number;
  completionTokens: number;
  seconds: number;
  unreadable: number;
  isReasoned: boolean;
}

export async function measureReasoned(
  options: ReasonedFidelityOptions,
): Promise<ReasonedFidelityRow[]> {
  const { reasoning, retrieval, heldOut, thresholds, onStep } = options;
  const queries = heldOut.flatMap((trajectory) =>
    forceSteps(readRecords(trajectory)).map(({ query }) => query),
  );
  const alone = new ReasoningModel(reasoning);
  const hybrid = new HybridModel({ ...reasoning, retrieval, sureFrom: Infinity });
  const answers = { retrieved: [] as Answer[], reasoned: [] as Answer[], mended: [] as Answer[] };
  for (const [at, query] of queries.entries()) {
    answers.retrieved.push(await timed(options, retrieval, query));
    answers.reasoned.push(await timed(options, alone, query, alone));
    answers.mended.push(await timed(options, hybrid, query, hybrid.reasoning));
    await onStep?.(at + 1, queries.length);
  }
  const row = (name: string, sureFrom: number | null, chosen: readonly Answer[]) =>
    rowOf(options, name, sureFrom, chosen);
  const rows = [await row("retrieval", null, answers.retrieved)];
  for (const sureFrom of thresholds)
    rows.push(
      await row(
        "hybrid",
        sureFrom,
        answers.retrieved.map((answer, at) =>
          answer.prediction.certainty >= sureFrom ? answer : (answers.mended[at] as Answer),
        ),
      ),
    );
  rows.push(await row("language model", null, answers.reasoned));
  return rows;
}

async function timed(
  { now }: ReasonedFidelityOptions,
  model: ExperienceModel,
  query: ExperienceQuery,
  counted?: ReasoningModel,
): Promise<Answer> {
  const before = { ...counted?.cost };
  const start = now();
  const prediction = await model.predict(query);
  const seconds = (now() - start) / 1000;
  const spent = (key: keyof ReasoningModel["cost"]): number =>
    (counted?.cost[key] ?? 0) - (before[key] ?? 0);
  return {
    prediction,
    seconds,
    promptTokens: spent("promptTokens"),
    completionTokens: spent("completionTokens"),
    unreadable: spent("unreadable"),
    isReasoned: counted !== undefined,
  };
}

async function rowOf(
  { buffer, heldOut }: ReasonedFidelityOptions,
  name: string,
  sureFrom: number | null,
  answers: readonly Answer[],
): Promise<ReasonedFidelityRow> {
  let next = 0;
  // The measure asks the same steps in the same order.
  const model: ExperienceModel = { predict: () => (answers[next++] as Answer).prediction };
  const { model: fidelity } = await measureSteps({ model, buffer, heldOut });
  const mean = (value: (answer: Answer) => number): number =>
    answers.length === 0 ? 0 : answers.reduce((sum, a) => sum + value(a), 0) / answers.length;
  return {
    name,
    sureFrom,
    fidelity,
    reasonedShare: mean(({ isReasoned }) => (isReasoned ? 1 : 0)),
    promptTokens: mean(({ promptTokens }) => promptTokens),
    completionTokens: mean(({ completionTokens }) => completionTokens),
    seconds: mean(({ seconds }) => seconds),
    unreadable: answers.reduce((sum, { unreadable }) => sum + unreadable, 0),
  };
}

/** Episodes spread evenly, as many as have at most so many steps together, and at least one. */
export function spreadEpisodes(episodes: readonly Trajectory[], steps: number): Trajectory[] {
  const lengths = episodes.map((episode) => readRecords(episode).length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total <= steps) return [...episodes];
  const stride = Math.max(1, Math.ceil(total / steps));
  const chosen = episodes.filter((_, at) => at % stride === 0);
  let left = steps;
  return chosen.filter((episode, at) => {
    left -= readRecords(episode).length;
    return at === 0 || left >= 0;
  });
}
