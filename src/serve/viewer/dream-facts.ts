/**
 * What dreamed steps rest on, from the two files that keep it: `dreamgym dream --show --json` writes a real episode
 * with the dream of it, and a buffer that keeps dreamed episodes notes their answers in `journal.jsonl`.
 */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { ActionSchema } from "../../core/action.ts";
import { type Observation, ObservationSchema } from "../../core/observation.ts";
import type { SessionEvent } from "../../core/experience.ts";
import { ScoreSchema } from "../../core/score.ts";
import { type Trajectory, TrajectorySchema } from "../../core/trajectory.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { readJsonLines } from "../../store/json-lines.ts";
import { readRecords } from "../../synthetic/buffer/experience-records.ts";
import { originsOf } from "../../synthetic/buffer/dream-origin.ts";

/** What the dream said about the outcome of one step. Step 0 is the start page. */
export interface DreamedStep {
  /** 0–1, of the least certain answer of the step. Null: the step asked for none. */
  certainty: number | null;
  /** Ids of real transitions, `<trajectory id>#<step>`, best first. */
  evidence: string[];
  reasoning: string[];
  /** The dream's page after the step. Null: the episode itself is the dream. */
  dreamed: { observation: Observation; page: PageSnapshot | null } | null;
  /** The dream's page lacks the element, so it did not do the action. */
  isMissing: boolean;
}

const CauseSchema = z.custom<SessionEvent["cause"]>((value) => typeof value === "object");
const PredictionSchema = z.object({
  certainty: z.number(),
  evidence: z.array(z.string()),
  reasoning: z.string().default(""),
  next: z
    .object({
      kind: z.string(),
      url: z.string().optional(),
      html: z.string().optional(),
    })
    .optional(),
});
const AnswerSchema = z.object({ cause: CauseSchema, prediction: PredictionSchema });
type Answer = z.infer<typeof AnswerSchema>;

const ReplaySchema = z.object({
  real: TrajectorySchema,
  steps: z.array(
    z.object({
      observation: ObservationSchema,
      action: ActionSchema.nullable(),
      answers: z.array(AnswerSchema),
    }),
  ),
  finalObservation: ObservationSchema,
  score: ScoreSchema.nullable(),
});

export interface DreamOfEpisode {
  real: Trajectory;
  /** By number of actions done. */
  steps: DreamedStep[];
}

/** Null if the value is something else. */
export function readDreamOf(value: unknown): DreamOfEpisode | null {
  const parsed = ReplaySchema.safeParse(value);
  if (!parsed.success) return null;
  const { real, steps, finalObservation } = parsed.data;
  const seen = [...steps.map(({ observation }) => observation), finalObservation];
  // The first answers of the first step are those of the start page.
  const first = steps[0]?.answers ?? [];
  const ofStart = Math.min(first.length, Math.max(1, seen[0]?.tabs.length ?? 1));
  const answersAt = [first.slice(0, ofStart), ...steps.map(({ answers }) => answers)];
  answersAt[1] = first.slice(ofStart);
  let last: PageSnapshot | null = null;
  return {
    real,
    steps: seen.map((observation, at) => {
      const answers = answersAt[at] ?? [];
      last = pageOf(answers) ?? (last?.url === observation.url ? last : null);
      return {
        ...summaryOf(answers),
        dreamed: { observation, page: last },
        isMissing: at > 0 && steps[at - 1]?.action === null,
      };
    }),
  };
}

function pageOf(answers: readonly Answer[]): PageSnapshot | null {
  const next = answers.findLast(({ prediction }) => prediction.next?.kind === "page")?.prediction
    .next;
  return next?.url !== undefined && next.html !== undefined
    ? { url: next.url, html: next.html }
    : null;
}

function summaryOf(answers: readonly Answer[]) {
  const all = answers.map(({ prediction }) => prediction);
  return {
    certainty: all.length === 0 ? null : Math.min(...all.map(({ certainty }) => certainty)),
    evidence: [...new Set(all.flatMap(({ evidence }) => evidence))],
    reasoning: all.map(({ reasoning }) => reasoning).filter((text) => text !== ""),
  };
}

const JournalLineSchema = z.object({
  kind: z.string(),
  id: z.string().optional(),
  answers: z.array(AnswerSchema).optional(),
});

/** The answers of the dreamed episodes of a kept buffer, by id. Empty without its journal. */
export async function readJournal(episodes: string): Promise<Map<string, Answer[]>> {
  const path = join(dirname(episodes), "journal.jsonl");
  if (!existsSync(path)) return new Map();
  const lines = await readJsonLines(path, JournalLineSchema);
  return new Map(
    lines.flatMap(({ id, answers = [] }) =>
      id === undefined || answers.length === 0 ? [] : [[id, answers]],
    ),
  );
}

/** A dreamed episode's own steps: each rests on its answer and on all before it. */
export function stepsOfDream(trajectory: Trajectory, answers: readonly Answer[]): DreamedStep[] {
  const records = readRecords(trajectory);
  const origins = originsOf(records, answers);
  return Array.from({ length: trajectory.transitions.length + 1 }, (_, at) => {
    const own = records.findLastIndex(({ step }) => step === at);
    const { certainty = null, evidence = [] } = origins[own] ?? {};
    return { certainty, evidence: [...evidence], reasoning: [], dreamed: null, isMissing: false };
  });
}
