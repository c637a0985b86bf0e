/** From recordings to proved variations: templates, hindsight goals, proposals of every kind, and the gate. */

import type { Random } from "../../core/random.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { Admission, type AdmissionOptions, type Rejection } from "./admit.ts";
import type { TemplateSolution } from "./analogy.ts";
import { matchGoal } from "./goal-pattern.ts";
import { findHindsightGoals } from "./hindsight.ts";
import { isSolved, planOf } from "./plan.ts";
import { proposeCompositions, proposeShorter, type SolvedTask } from "./propose-solved.ts";
import { proposeInfeasible, proposeOtherEntities } from "./propose-values.ts";
import { SiteLexicon } from "./site-lexicon.ts";
import { induceTemplates, type TaskTemplate } from "./task-template.ts";
import {
  type ProposedTask,
  type Variation,
  type VariationConfig,
  VariationConfigSchema,
} from "./variation.ts";

/** Proposes further tasks of a template, as a language model does. */
export type TemplateProposer = (
  template: TaskTemplate,
  solutions: readonly TemplateSolution[],
  lexicon: SiteLexicon,
) => Promise<readonly ProposedTask[]>;

export interface CreateVariationsOptions extends Omit<AdmissionOptions, "config"> {
  buffer: ReplayBuffer;
  /** Recorded, searched or dreamed episodes, successful or not. */
  episodes: readonly Trajectory[];
  config?: Partial<VariationConfig>;
  random: Random;
  /** Proposes more than the rules do. */
  propose?: TemplateProposer;
  /** Receives the fate of each proposal. */
  onProposal?: (proposal: ProposedTask, outcome: "entered" | Rejection) => void;
}

/**
 * Proposes variations of the tasks and keeps those that the gate lets in. Hindsight goals come first, since their
 * solutions show how further tasks of the template are done.
 */
export async function createVariations(options: CreateVariationsOptions): Promise<Variation[]> {
  const { buffer, tasks, episodes, random, onProposal } = options;
  const config = VariationConfigSchema.parse(options.config ?? {});
  const lexicon = new SiteLexicon(buffer);
  const templates = induceTemplates(tasks, lexicon);
  const admission = new Admission({ ...options, config });
  const variations: Variation[] = [];
  const admit = async (proposals: Iterable<ProposedTask>, most: number): Promise<void> => {
    let entered = 0;
    for (const proposal of proposals) {
      if (entered >= most) return;
      const outcome = await admission.admit(proposal);
      onProposal?.(proposal, typeof outcome === "string" ? outcome : "entered");
      if (typeof outcome === "string") continue;
      variations.push(outcome);
      entered++;
    }
  };
  const count = config.perTemplate;
  for (const template of templates) await admit(hindsightOf(template, episodes, lexicon), count);
  const solved = (): SolvedTask[] => [...solvedTasks(tasks, episodes), ...variations];
  for (const template of templates) {
    const solutions = solutionsOf(template, solved());
    const stream = random.fork(`template ${template.templateId}`);
    await admit(
      proposeOtherEntities(template, count, solutions, lexicon, stream.fork("entities")),
      count,
    );
    if (options.propose !== undefined)
      await admit(await options.propose(template, solutions, lexicon), count);
    await admit(
      proposeInfeasible(template, count, solutions, lexicon, stream.fork("infeasible")),
      count,
    );
  }
  await admit(solvedTasks(tasks, episodes).flatMap(proposeShorter), count * templates.length);
  const pairs = proposeCompositions(solved(), count * templates.length, random.fork("pairs"));
  await admit(pairs, count * templates.length);
  return variations;
}

/** One proposal a task. Shortest plans first: they hold the fewest steps that lead nowhere. */
function hindsightOf(
  template: TaskTemplate,
  episodes: readonly Trajectory[],
  lexicon: SiteLexicon,
): ProposedTask[] {
  const proposals = episodes.flatMap((episode) => findHindsightGoals(episode, template, lexicon));
  const length = ({ plans }: ProposedTask): number => plans[0]?.length ?? 0;
  const shortest = new Map<string, ProposedTask>();
  for (const proposal of proposals.toSorted((a, b) => length(a) - length(b)))
    if (!shortest.has(proposal.task.id)) shortest.set(proposal.task.id, proposal);
  return [...shortest.values()];
}

/** The shortest solution of each task that has one. */
function solvedTasks(tasks: readonly Task[], episodes: readonly Trajectory[]): SolvedTask[] {
  const best = new Map<string, Trajectory>();
  for (const episode of episodes.filter(isSolved)) {
    const other = best.get(episode.taskId);
    if (other === undefined || episode.transitions.length < other.transitions.length)
      best.set(episode.taskId, episode);
  }
  return tasks.flatMap((task) => {
    const solution = best.get(task.id);
    return solution === undefined ? [] : [{ task, solution }];
  });
}

function solutionsOf(template: TaskTemplate, solved: readonly SolvedTask[]): TemplateSolution[] {
  return solved.flatMap(({ task, solution }) => {
    const values =
      task.templateId === template.templateId ? matchGoal(template.goal, task.goal) : null;
    return values === null ? [] : [{ values, plan: planOf(solution) }];
  });
}
