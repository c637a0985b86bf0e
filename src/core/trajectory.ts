/** The record of an episode. The next state of a transition is the next transition's observation. */

import { z } from "zod";
import { ActionSchema } from "./action.ts";
import { ObservationSchema } from "./observation.ts";
import { RecordedElementSchema } from "./ranked-reference.ts";
import { ReplyTokensSchema } from "./reply-tokens.ts";
import { ScoreSchema } from "./score.ts";
import { PageSnapshotSchema, SiteRequestSchema } from "./site-request.ts";

/** What else an action did that the next observation does not show. */
const EffectSchema = z.discriminatedUnion("kind", [
  /** It opened a tab or a window. */
  z.strictObject({ kind: z.literal("popup"), url: z.string() }),
  /** The browser loaded a file instead of a page. */
  z.strictObject({ kind: z.literal("download"), url: z.string(), name: z.string() }),
  z.strictObject({
    kind: z.literal("dialog"),
    /** `alert`, `confirm`, `prompt` or `beforeunload`. */
    type: z.string(),
    message: z.string(),
  }),
]);
export type Effect = z.infer<typeof EffectSchema>;

export const TransitionSchema = z.strictObject({
  observation: ObservationSchema,
  action: ActionSchema,
  reward: z.number(),
  /** log π(action) at collection time. */
  logprob: z.number().exactOptional(),
  /** Number of the action among those that the policy considered: says which one it was where its text is masked. */
  choice: z.int().min(0).exactOptional(),
  /** The policy's reasoning in words, if it gives any. */
  thought: z.string().exactOptional(),
  /** Why earlier replies of the policy for this step held no action, in words. */
  parseFailures: z.array(z.string()).exactOptional(),
  /** Of the reply that holds the action. */
  tokens: ReplyTokensSchema.exactOptional(),
  /** The requests that the action caused. */
  requests: z.array(SiteRequestSchema),
  /** The page before the action. Absent unless recording was on. */
  page: PageSnapshotSchema.exactOptional(),
  /** Ways to find the element of the action's `ref` again. */
  element: RecordedElementSchema.exactOptional(),
  /** Ways to find the element of a drag's `to` again. */
  dropElement: RecordedElementSchema.exactOptional(),
  effects: z.array(EffectSchema).exactOptional(),
  /** A picture of the page before the action: a file next to the trajectory, `/` between folders. */
  screenshot: z.string().exactOptional(),
  /** When the action began, in milliseconds since the recording began. */
  atMs: z.number().min(0).exactOptional(),
});
export type Transition = z.infer<typeof TransitionSchema>;

/**
 * `env`: the infrastructure (browser, site, a model's server) failed. `policy`: the policy threw, hung, or gave no
 * action. `evaluator`: a check could not be computed, though it may be later. `limit`: the episode took too long or too
 * many tokens.
 */
const FailedPartSchema = z.enum(["env", "policy", "evaluator", "limit"]);
export type FailedPart = z.infer<typeof FailedPartSchema>;

export const TrajectorySchema = z.strictObject({
  id: z.string(),
  taskId: z.string(),
  goal: z.string(),
  templateId: z.int(),
  world: z.string(),
  source: z.enum(["real", "synthetic", "human"]),
  /** Who acted: `demonstrator`, `noisy-demonstrator`, `random`, or a policy's name. */
  actor: z.string(),
  seed: z.int(),
  transitions: z.array(TransitionSchema),
  finalObservation: ObservationSchema,
  finalPage: PageSnapshotSchema.exactOptional(),
  /** Requests of the start pages. */
  startRequests: z.array(SiteRequestSchema),
  /** `error`: something failed, see `failedPart`. Such a trajectory is counted separately and not used for training. */
  stopReason: z.enum(["terminated", "truncated", "error"]),
  score: ScoreSchema.nullable(),
  /** What went wrong, in words. Null unless `stopReason` is `error`. */
  error: z.string().nullable(),
  /** Which part failed. Absent in older files: there the environment failed. */
  failedPart: FailedPartSchema.exactOptional(),
  /** The `code` of the error, such as `browser` or `site`. Absent in older files. */
  errorCode: z.string().exactOptional(),
  /** A picture of the last page. */
  finalScreenshot: z.string().exactOptional(),
  /** What the recorder saw but could not write as an action, one sentence each. */
  uncaptured: z.array(z.string()).exactOptional(),
});
export type Trajectory = z.infer<typeof TrajectorySchema>;

/** Why an episode failed. */
export interface EpisodeFailure {
  part: FailedPart;
  /** In words. */
  reason: string;
}

/** Null if the episode ended normally, scored or not. */
export function failureOf(
  trajectory: Pick<Trajectory, "stopReason" | "error" | "failedPart">,
): EpisodeFailure | null {
  if (trajectory.stopReason !== "error") return null;
  return { part: trajectory.failedPart ?? "env", reason: trajectory.error ?? "unknown" };
}

/** The answer of the stop action; empty if the episode was cut short. */
export function answerOf({ transitions }: Pick<Trajectory, "transitions">): string {
  const last = transitions.at(-1)?.action;
  return last?.kind === "stop" ? last.answer : "";
}
