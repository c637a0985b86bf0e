/** Variations of train tasks, as they are proposed and as they enter the curriculum. */

import { z } from "zod";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { Plan } from "./plan.ts";

/** How a variation was made. `reasoned`: a language model wrote the goal. */
type VariationKind =
  | "hindsight"
  | "other-entity"
  | "reasoned"
  | "infeasible"
  | "shorter"
  | "composition";

/** A task that may be worth learning, with plans that may solve it, the most promising first. */
export interface ProposedTask {
  kind: VariationKind;
  task: Task;
  /** The train tasks that it was made from. */
  seedIds: readonly string[];
  plans: readonly Plan[];
}

/** A proposal that was proved. */
export interface Variation {
  kind: VariationKind;
  task: Task;
  seedIds: readonly string[];
  solution: Trajectory;
}

export const VariationConfigSchema = z.strictObject({
  perTemplate: z.int().min(0).default(8).describe("proposals of each kind for one template"),
  maxSimilarity: z
    .number()
    .min(0)
    .max(1)
    .default(0.85)
    .describe("goals on one start page that are at least this similar are duplicates"),
});
export type VariationConfig = z.infer<typeof VariationConfigSchema>;
