/**
 * The confusion table of dreamed plans: who succeeds in the dream, and who in reality? AdvSim2Real (arXiv:2610.08773)
 * prints such a table for its web agent. A dream that solves what reality does not teaches the wrong thing.
 */

import { z } from "zod";
import { groupBy } from "../../core/group-by.ts";
import { ShareSchema, shareOf } from "../../synthetic/measure/share.ts";

/** One plan in both worlds. */
export interface PlanOutcome {
  planId: string;
  taskId: string;
  templateId: number;
  site: string;
  goal: string;
  dreamed: "success" | "failure" | "unscored";
  /** `failed`: the browser or the site broke. `not replayed`: the budget ended, or the dream did not score it. */
  real: "success" | "failure" | "unscored" | "failed" | "not replayed";
  /** Whether each action found its element in reality and was accepted there. Null if that was not tried. */
  isExecutable: boolean | null;
}

const PlanTableSchema = z.strictObject({
  plans: z.int(),
  scored: z.int().describe("plans that were scored in both worlds: the base of the four cells"),
  both: ShareSchema.describe("succeed in both worlds"),
  onlyDream: ShareSchema.describe("succeed in the dream and fail in reality"),
  onlyReality: ShareSchema.describe("fail in the dream and succeed in reality"),
  neither: ShareSchema.describe("fail in both worlds"),
  holds: ShareSchema.describe("of plans that succeed in the dream: succeed in reality too"),
  executable: ShareSchema.describe(
    "of plans replayed: each action found its element in reality and was accepted",
  ),
  unscoredInDream: z.int().describe("the dream withheld the score; never counted as a failure"),
  unscoredInReality: z.int().describe("a check could not be computed on the real site"),
  failed: z.int().describe("the browser or the site broke during the replay"),
  notReplayed: z.int().describe("scored in the dream, but the budget of real steps was used up"),
});
export type PlanTable = z.infer<typeof PlanTableSchema>;

const PlanGroupSchema = PlanTableSchema.extend({
  site: z.string(),
  templateId: z.int().nullable().describe("null: all templates of the site"),
  goal: z.string().describe("of one of the plans"),
});

export const PlanReportSchema = z.strictObject({
  source: z.string().describe("who made the plans: recorded, policy, search, or a folder"),
  solvedInDream: ShareSchema.describe(
    "of the tasks that plans were sought for: tasks with a plan that succeeds in the dream",
  ),
  all: PlanTableSchema,
  sites: z.array(PlanGroupSchema),
  templates: z.array(PlanGroupSchema),
});
export type PlanReport = z.infer<typeof PlanReportSchema>;

export function tabulatePlans(outcomes: readonly PlanOutcome[]): PlanTable {
  const count = (holds: (outcome: PlanOutcome) => boolean): number => outcomes.filter(holds).length;
  const cell = (dreamed: "success" | "failure", real: "success" | "failure"): number =>
    count((outcome) => outcome.dreamed === dreamed && outcome.real === real);
  const both = cell("success", "success");
  const onlyDream = cell("success", "failure");
  const onlyReality = cell("failure", "success");
  const neither = cell("failure", "failure");
  const scored = both + onlyDream + onlyReality + neither;
  const tried = count(({ isExecutable }) => isExecutable !== null);
  return {
    plans: outcomes.length,
    scored,
    both: shareOf(both, scored),
    onlyDream: shareOf(onlyDream, scored),
    onlyReality: shareOf(onlyReality, scored),
    neither: shareOf(neither, scored),
    holds: shareOf(both, both + onlyDream),
    executable: shareOf(
      count(({ isExecutable }) => isExecutable === true),
      tried,
    ),
    unscoredInDream: count(({ dreamed }) => dreamed === "unscored"),
    unscoredInReality: count(({ dreamed, real }) => dreamed !== "unscored" && real === "unscored"),
    failed: count(({ real }) => real === "failed"),
    notReplayed: count(({ dreamed, real }) => dreamed !== "unscored" && real === "not replayed"),
  };
}

/**
 * The table over all plans, by site, and by template.
 *
 * @param tasks number of tasks that plans were sought for; default: those that have one
 */
export function reportPlans(
  source: string,
  outcomes: readonly PlanOutcome[],
  tasks: number = countTasks(outcomes),
): PlanReport {
  const solved = outcomes.filter(({ dreamed }) => dreamed === "success");
  const bySite = groupBy(outcomes, ({ site }) => site);
  const byTemplate = groupBy(outcomes, ({ site, templateId }) => `${site} ${templateId}`);
  return {
    source,
    solvedInDream: shareOf(countTasks(solved), tasks),
    all: tabulatePlans(outcomes),
    sites: [...bySite.values()].map((own) => toRow(own, null)),
    templates: [...byTemplate.values()]
      .toSorted(([a], [b]) => a.site.localeCompare(b.site) || a.templateId - b.templateId)
      .map((own) => toRow(own, own[0].templateId)),
  };
}

const countTasks = (outcomes: readonly PlanOutcome[]): number =>
  new Set(outcomes.map(({ taskId }) => taskId)).size;

function toRow(
  own: [PlanOutcome, ...PlanOutcome[]],
  templateId: number | null,
): PlanReport["sites"][number] {
  const [{ site, goal }] = own;
  return { site, templateId, goal, ...tabulatePlans(own) };
}
