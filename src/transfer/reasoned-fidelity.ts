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
import { readEpisode } from "../synthetic/measure/recorded-episode.ts";
import { HybridModel } from "../synthetic/reasoning/hybrid-model.ts";
import {
  ReasoningModel,
  type ReasoningModelOptions,
} from "../synthetic/reasoning/reasoning-model.ts";

export interface ReasonedFidelityOptions {
  /** How the language model is asked. Its buffer is what retrieval knows too. */
  reasoning: ReasoningModelOptions;
  buffer: ReplayBuffer;
  retrieval: ExperienceModel;
  /** Real episodes, recorded with pages, that the buffer does not hold. */
  heldOut: readonly Trajectory[];
  /** Certainties from which retrieval's answer stands, 0–1: one hybrid each. */
  thresholds: readonly number[];
  /** Asks the language model once more about each step, with the episode's goal, as the paper does. */
  tellsGoal?: boolean;
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
  const questions = heldOut.flatMap((trajectory) =>
    forceSteps(readRecords(trajectory)).map(({ query }) => ({ query, goal: trajectory.goal })),
  );
  const alone = new ReasoningModel(reasoning);
  const hybrid = new HybridModel({ ...reasoning, retrieval, sureFrom: Infinity });
  const retrieved: Answer[] = [];
  const reasoned: Answer[] = [];
  const mended: Answer[] = [];
  const told: Answer[] = [];
  for (const [at, { query, goal }] of questions.entries()) {
    retrieved.push(await timed(options, retrieval, query));
    reasoned.push(await timed(options, alone, query, alone));
    mended.push(await timed(options, hybrid, query, hybrid.reasoning));
    if (options.tellsGoal === true)
      told.push(await timed(options, alone, { ...query, goal }, alone));
    await onStep?.(at + 1, questions.length);
  }
  const row = (name: string, sureFrom: number | null, chosen: readonly Answer[]) =>
    rowOf(options, name, sureFrom, chosen);
  const rows = [await row("retrieval", null, retrieved)];
  for (const sureFrom of thresholds)
    rows.push(
      await row(
        "hybrid",
        sureFrom,
        retrieved.map((answer, at) =>
          answer.prediction.certainty >= sureFrom ? answer : (mended[at] as Answer),
        ),
      ),
    );
  rows.push(await row("language model", null, reasoned));
  if (options.tellsGoal === true) rows.push(await row("goal known", null, told));
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
    // A resumed run waits for no reply that it has already.
    seconds: seconds + spent("keptSeconds"),
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

/** A model's own reward at the end of real episodes, against their scores. A share of nothing is null. */
export interface OwnRewardFidelity {
  realFailures: number;
  realSuccesses: number;
  /** Share of real failures that the model calls a success. */
  falseSuccess: number | null;
  /** Share of real successes that the model calls a failure. */
  falseFailure: number | null;
  /** Episodes without a verdict. They are left out of the shares. */
  noVerdict: number;
}

/** One call for each scored episode that was recorded with pages. */
export async function measureOwnReward(
  model: Pick<ReasoningModel, "judgeOutcome">,
  episodes: readonly Trajectory[],
  onEpisode?: (asked: number) => void | Promise<void>,
): Promise<OwnRewardFidelity> {
  const counts = { failures: 0, successes: 0, falseSuccess: 0, falseFailure: 0, noVerdict: 0 };
  for (const [at, real] of episodes.entries()) {
    const episode = readEpisode(real);
    const page = episode.states.at(-1)?.page;
    if (real.score?.status !== "scored" || page === undefined) continue;
    const last = real.transitions.at(-1)?.action;
    const { reward } = await model.judgeOutcome({
      goal: real.goal,
      session: episode.sessionAt(real.transitions.length),
      page,
      answer: last?.kind === "stop" ? last.answer : "",
    });
    await onEpisode?.(at + 1);
    if (reward === null) counts.noVerdict++;
    else if (real.score.value === 1) {
      counts.successes++;
      if (reward === 0) counts.falseFailure++;
    } else {
      counts.failures++;
      if (reward === 1) counts.falseSuccess++;
    }
  }
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    realFailures: counts.failures,
    realSuccesses: counts.successes,
    falseSuccess: share(counts.falseSuccess, counts.failures),
    falseFailure: share(counts.falseFailure, counts.successes),
    noVerdict: counts.noVerdict,
  };
}
