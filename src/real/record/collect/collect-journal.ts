/**
 * The outcome of each planned episode, one line each, on disk before the next episode starts. A killed collection
 * resumes from it, and every request that it cost stays counted.
 */

import { z } from "zod";
import type { Trajectory } from "../../../core/trajectory.ts";
import { UsageSchema } from "../../../core/usage.ts";
import { openJsonLines, readJsonLines } from "../../../store/json-lines.ts";
import { type PlannedEpisode, RECORDED_ACTORS } from "./collect-plan.ts";
import type { EntityHoldout } from "./entity-holdout.ts";

const OUTCOMES = ["kept", "withheld", "failed"] as const;

const EntrySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("started"), id: z.string() }),
  /** Somebody deleted its recording. Its cost stays counted. */
  z.strictObject({ kind: z.literal("lost"), id: z.string() }),
  z.strictObject({
    kind: z.literal("ended"),
    id: z.string(),
    actor: z.enum(RECORDED_ACTORS),
    /** `withheld`: it touched a held-out entity. `failed`: infrastructure or policy broke it. Both are stored apart. */
    outcome: z.enum(OUTCOMES),
    steps: z.int(),
    /** Documents and script requests, including start pages and checks of the outcome. */
    requests: z.int(),
    succeeded: z.boolean(),
    unscored: z.boolean(),
    /** Held-out names on its pages, summed over steps. */
    appearances: z.int(),
    /** What the decisions of an agent cost, where it counts it. */
    usage: UsageSchema.required().exactOptional(),
  }),
]);
type Entry = z.infer<typeof EntrySchema>;
type Ended = Extract<Entry, { kind: "ended" }>;
export type EndedEntry = Omit<Ended, "outcome"> & { outcome: Ended["outcome"] | "lost" };

export interface CollectJournal extends Disposable {
  readonly ended: readonly EndedEntry[];
  /** Episodes that were running when a run was killed. Their cost is unknown. */
  readonly interrupted: number;
  /** Kept, withheld, or given up after too many failures. */
  isSettled(episode: PlannedEpisode): boolean;
  start(episode: PlannedEpisode): void;
  end(entry: Omit<Ended, "kind">): void;
  /** The recording of a kept or withheld episode is gone, so it is no longer settled. */
  lose(id: string): void;
}

/** Tries of an episode if the infrastructure fails. */
const MAX_ATTEMPTS = 2;

/** @throws RecordingError if the file is broken, except for a torn last line */
export async function openCollectJournal(path: string): Promise<CollectJournal> {
  const ended: EndedEntry[] = [];
  const running = new Map<string, number>();
  const note = (entry: Entry): void => {
    if (entry.kind === "lost") {
      for (const [index, before] of ended.entries())
        if (before.id === entry.id && before.outcome !== "failed")
          ended[index] = { ...before, outcome: "lost" };
      return;
    }
    const change = entry.kind === "started" ? 1 : -1;
    running.set(entry.id, (running.get(entry.id) ?? 0) + change);
    if (entry.kind === "ended") ended.push(entry);
  };
  for (const entry of await readJsonLines(path, EntrySchema)) note(entry);
  const interrupted = [...running.values()].reduce((sum, count) => sum + Math.max(0, count), 0);
  const file = openJsonLines(path);
  const append = (entry: Entry): void => {
    file.append(entry);
    note(entry);
  };
  return {
    ended,
    interrupted,
    isSettled: ({ id }) => {
      const outcomes = ended.filter((entry) => entry.id === id).map(({ outcome }) => outcome);
      const failed = outcomes.filter((outcome) => outcome === "failed").length;
      return outcomes.some((o) => o === "kept" || o === "withheld") || failed >= MAX_ATTEMPTS;
    },
    start: ({ id }) => append({ kind: "started", id }),
    end: (entry) => append({ kind: "ended", ...entry }),
    lose: (id) => append({ kind: "lost", id }),
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

/** The journal's line for a finished episode. */
export function describeEpisode(
  { id, actor }: PlannedEpisode,
  trajectory: Trajectory,
  holdout: EntityHoldout,
  requests: number,
): Omit<Ended, "kind"> {
  const { score, transitions, stopReason } = trajectory;
  const isApart = stopReason !== "error" && holdout.isBrokenBy(trajectory);
  return {
    id,
    actor,
    outcome: stopReason === "error" ? "failed" : isApart ? "withheld" : "kept",
    steps: transitions.length,
    requests,
    succeeded: score?.status === "scored" && score.value === 1,
    unscored: score?.status === "unscored",
    appearances: transitions.reduce(
      (sum, { observation }) => sum + holdout.countAppearances(observation),
      0,
    ),
  };
}
