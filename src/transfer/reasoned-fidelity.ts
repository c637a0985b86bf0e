/**
 * Fidelity over cost: retrieval alone, a language model alone, and hybrids between them, on the same held-out steps.
 * Each step costs two calls to the language model, whatever the number of hybrids.
 */

import type { ExperienceModel, ExperienceQuery, Prediction } from "../core/experience.ts";
import { createRandom, type Random } from "../core/random.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { readRecords } from "../synthetic/buffer/experience-records.ts";
import type { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import {
  answerOf,
  markSteps,
  type StepFidelity,
  type StepMark,
  summarizeMarks,
} from "../synthetic/measure/fidelity.ts";
import { HybridModel } from "../synthetic/reasoning/hybrid-model.ts";
import {
  ReasoningModel,
  type ReasoningModelOptions,
} from "../synthetic/reasoning/reasoning-model.ts";
import { clusteredMean, type Estimate } from "./statistics.ts";

export interface ReasonedFidelityOptions {
  /** How the language model is asked. Its buffer is what retrieval knows too. */
  reasoning: ReasoningModelOptions;
  buffer: ReplayBuffer;
  retrieval: ExperienceModel;
  /** Real episodes, recorded with pages, that the buffer does not hold. */
  heldOut: readonly Trajectory[];
  /** Ids of the steps to ask about; without it all. See `drawSteps`. */
  asked?: ReadonlySet<string>;
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
  fidelity: StepFidelity;
  /** The same figures with intervals. Null where nothing was asked. */
  estimates: Record<Measure, Estimate | null>;
  /** What it gains, step by step, on the row that it is compared with. Null for that row itself. */
  gain: { over: string; estimates: Record<Measure, Estimate | null> } | null;
  /** Share of steps that the language model was asked about, 0–1. */
  reasonedShare: number;
  /** Means over all steps. */
  promptTokens: number;
  completionTokens: number;
  seconds: number;
  /** Replies that nobody could read. */
  unreadable: number;
}

const MEASURES = ["nextUrl", "changeF1", "knowableF1", "exactPage"] as const;
export type Measure = (typeof MEASURES)[number];

interface Answer {
  prediction: Prediction;
  promptTokens: number;
  completionTokens: number;
  seconds: number;
  unreadable: number;
  isReasoned: boolean;
}

type MarkedAnswer = Answer & { mark: StepMark; templateId: number };

/** Of one step. */
interface Answers {
  retrieved: MarkedAnswer;
  reasoned: MarkedAnswer;
  mended: MarkedAnswer;
  told: MarkedAnswer | undefined;
}

export async function measureReasoned(
  options: ReasonedFidelityOptions,
): Promise<ReasonedFidelityRow[]> {
  const answers = await askSteps(options);
  const retrieved = answers.map((step) => step.retrieved);
  const reasoned = answers.map((step) => step.reasoned);
  const told = answers.flatMap((step) => step.told ?? []);
  const alone = { name: "language model", sureFrom: null };
  return [
    rowOf({ name: "retrieval", sureFrom: null }, retrieved, null),
    ...options.thresholds.map((sureFrom) =>
      rowOf(
        { name: "hybrid", sureFrom },
        answers.map((step) =>
          step.retrieved.prediction.certainty >= sureFrom ? step.retrieved : step.mended,
        ),
        { name: "retrieval", answers: retrieved },
      ),
    ),
    rowOf(alone, reasoned, { name: "retrieval", answers: retrieved }),
    ...(options.tellsGoal === true
      ? [
          rowOf({ name: "goal known", sureFrom: null }, told, {
            name: alone.name,
            answers: reasoned,
          }),
        ]
      : []),
  ];
}

async function askSteps(options: ReasonedFidelityOptions): Promise<Answers[]> {
  const { reasoning, retrieval, heldOut, buffer, asked, onStep } = options;
  const alone = new ReasoningModel(reasoning);
  const hybrid = new HybridModel({ ...reasoning, retrieval, sureFrom: Infinity });
  const steps = asked?.size ?? heldOut.flatMap(readRecords).length;
  const given: Answer[][] = [];
  const marked = await markSteps({ buffer, heldOut }, async (step, { goal }) => {
    if (asked !== undefined && !asked.has(step.record.id)) return [];
    const { query } = step;
    const answers = [
      await timed(options, retrieval, query),
      await timed(options, alone, query, alone),
      await timed(options, hybrid, query, hybrid.reasoning),
      ...(options.tellsGoal === true
        ? [await timed(options, alone, { ...query, goal }, alone)]
        : []),
    ];
    given.push(answers);
    await onStep?.(given.length, steps);
    return answers.map(({ prediction }) => answerOf(prediction, step));
  });
  return marked.map(({ episode, marks }, at) => {
    const [retrieved, reasoned, mended, told] = (given[at] ?? []).map((answer, place) => ({
      ...answer,
      mark: marks[place] as StepMark,
      templateId: episode.templateId,
    }));
    return { retrieved, reasoned, mended, told } as Answers;
  });
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

function rowOf(
  named: Pick<ReasonedFidelityRow, "name" | "sureFrom">,
  answers: readonly MarkedAnswer[],
  compared: { name: string; answers: readonly MarkedAnswer[] } | null,
): ReasonedFidelityRow {
  const mean = (value: (answer: Answer) => number): number =>
    answers.length === 0 ? 0 : answers.reduce((sum, a) => sum + value(a), 0) / answers.length;
  return {
    ...named,
    fidelity: summarizeMarks(answers.map(({ mark }) => mark)),
    estimates: estimate(answers, [0, 1], (measure, at) => answers[at]?.mark[measure] ?? 0),
    gain: compared && {
      over: compared.name,
      estimates: estimate(
        answers,
        [-1, 1],
        (measure, at) =>
          (answers[at]?.mark[measure] ?? 0) - (compared.answers[at]?.mark[measure] ?? 0),
      ),
    },
    reasonedShare: mean(({ isReasoned }) => (isReasoned ? 1 : 0)),
    promptTokens: mean(({ promptTokens }) => promptTokens),
    completionTokens: mean(({ completionTokens }) => completionTokens),
    seconds: mean(({ seconds }) => seconds),
    unreadable: answers.reduce((sum, { unreadable }) => sum + unreadable, 0),
  };
}

/** Means over steps. Steps of one template are alike, so the intervals resample templates. */
function estimate(
  answers: readonly MarkedAnswer[],
  range: [number, number],
  valueOf: (measure: Measure, at: number) => number,
): Record<Measure, Estimate | null> {
  const of = (measure: Measure): Estimate | null =>
    clusteredMean(
      answers.map(({ templateId }, at) => ({ templateId, seed: 0, value: valueOf(measure, at) })),
      range,
      createRandom("reasoned fidelity"),
    );
  return Object.fromEntries(MEASURES.map((measure) => [measure, of(measure)])) as Record<
    Measure,
    Estimate | null
  >;
}

/** Ids of so many steps, drawn from all episodes. More steps with the same seed add to those of fewer. */
export function drawSteps(
  episodes: readonly Trajectory[],
  steps: number,
  random: Random,
): Set<string> {
  const ids = episodes.flatMap((episode) => readRecords(episode).map(({ id }) => id));
  return new Set(random.shuffle(ids).slice(0, steps));
}
