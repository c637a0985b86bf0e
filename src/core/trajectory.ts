/** The record of an episode. The next state of a transition is the next transition's observation. */

import { z } from "zod";
import { ActionSchema } from "./action.ts";
import { ObservationSchema } from "./observation.ts";
import { ScoreSchema } from "./score.ts";
import { PageSnapshotSchema, SiteRequestSchema } from "./site-request.ts";

export const TransitionSchema = z.strictObject({
  observation: ObservationSchema,
  action: ActionSchema,
  reward: z.number(),
  /** log π(action) at collection time. */
  logprob: z.number().exactOptional(),
  /** The requests that the action caused. */
  requests: z.array(SiteRequestSchema),
  /** The page before the action; absent where nobody asked for recording. */
  page: PageSnapshotSchema.exactOptional(),
});
export type Transition = z.infer<typeof TransitionSchema>;

export const TrajectorySchema = z.strictObject({
  id: z.string(),
  taskId: z.string(),
  goal: z.string(),
  templateId: z.int(),
  world: z.string(),
  source: z.enum(["real", "synthetic", "human"]),
  /** Who acted: `demonstrator`, `noisy-demonstrator`, `random`, a policy's name. */
  actor: z.string(),
  seed: z.int(),
  transitions: z.array(TransitionSchema),
  finalObservation: ObservationSchema,
  finalPage: PageSnapshotSchema.exactOptional(),
  /** Requests of the start pages. */
  startRequests: z.array(SiteRequestSchema),
  /** `error`: infrastructure failed; such a trajectory is counted apart and kept out of training. */
  stopReason: z.enum(["terminated", "truncated", "error"]),
  score: ScoreSchema.nullable(),
  error: z.string().nullable(),
});
export type Trajectory = z.infer<typeof TrajectorySchema>;
