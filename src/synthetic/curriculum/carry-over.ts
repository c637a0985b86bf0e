/**
 * Which plans of a search carry over to other tasks. A plan that found its answer by luck, on a page that happens to
 * show it, does so for one task. A plan that does what the goal asks also solves the siblings of its task, with their
 * values in place of its own and with the answer read at the same place of the page. So a plan's support is the number
 * of siblings that it solves in the dream, and it solves tasks that the search left open.
 */

import type { Env } from "../../core/env.ts";
import { pushTo } from "../../core/group-by.ts";
import type { PageNode } from "../../core/observation.ts";
import { isInfeasible, rightAnswer } from "../../core/right-answer.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { countsAsPlan } from "../../rl/plan-score.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { transferPlans } from "./analogy.ts";
import { type AnswerPlace, answerPlaces, numberedPlaces, readPlace } from "./answer-place.ts";
import { induceGoalPattern, matchGoal } from "./goal-pattern.ts";
import { type Plan, planOf, playPlan } from "./plan.ts";
import { showsAnswer } from "./proof.ts";
import { SiteLexicon } from "./site-lexicon.ts";

export interface CarryOverOptions {
  buffer: ReplayBuffer;
  /** All tasks of the templates, solved or not. */
  tasks: readonly Task[];
  /** Plans of a search, the best of each task first. */
  plans: readonly Trajectory[];
  /** Where they are played: the dream. */
  env: Env;
}

/** Different plans of a template that are carried over, at most. Those that most tasks share come first. */
const CARRIED_PLANS = 10;
/** A plan counts if it solves at least this share of the siblings that the best plan of its template solves. */
const LEAST_SHARE = 0.5;
/** Siblings below which luck cannot be told from skill, so every plan counts. */
const LEAST_SIBLINGS = 2;

/**
 * The plans that count, by task, best supported first: those given, and those carried over from siblings. Where a
 * template's goals have no pattern, its plans stay as they are. A plan whose answer no sibling confirms does not count.
 */
export async function carryOver(options: CarryOverOptions): Promise<Map<string, Trajectory[]>> {
  const { tasks, plans, buffer } = options;
  const lexicon = new SiteLexicon(buffer);
  const standing = new Map<string, Trajectory[]>();
  for (const templateId of new Set(plans.map((plan) => plan.templateId))) {
    const own = plans.filter((plan) => plan.templateId === templateId);
    const siblings = readSiblings(tasks.filter((task) => task.templateId === templateId));
    const kept = siblings === null ? own : choose(await carryAll(options, siblings, own, lexicon));
    for (const plan of kept) pushTo(standing, plan.taskId, plan);
  }
  return standing;
}

interface Sibling {
  task: Task;
  values: readonly string[];
  answer: string;
}

/** What a plan solves, its own task included, and how many siblings confirm it. */
interface Carried {
  solved: Trajectory[];
  support: number;
}

/** Null where there are too few to compare, or their goals have no pattern. */
function readSiblings(tasks: readonly Task[]): Sibling[] | null {
  const pattern = induceGoalPattern(tasks.map(({ goal }) => goal));
  const siblings = tasks.flatMap((task) => {
    const values = pattern === null ? null : matchGoal(pattern, task.goal);
    return values === null || isInfeasible(task)
      ? []
      : [{ task, values, answer: rightAnswer(task) ?? "" }];
  });
  return siblings.length > LEAST_SIBLINGS ? siblings : null;
}

async function carryAll(
  { env }: CarryOverOptions,
  siblings: readonly Sibling[],
  plans: readonly Trajectory[],
  lexicon: SiteLexicon,
): Promise<Carried[]> {
  const groups = new Map<string, { source: Sibling; plan: Plan; episodes: Trajectory[] }>();
  for (const episode of plans) {
    const source = siblings.find(({ task }) => task.id === episode.taskId);
    if (source === undefined) continue;
    const plan = planOf(episode);
    const key = liftedKey(plan, source);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { source, plan, episodes: [episode] });
    else group.episodes.push(episode);
  }
  const common = [...groups.values()]
    .toSorted((a, b) => b.episodes.length - a.episodes.length || a.plan.length - b.plan.length)
    .slice(0, CARRIED_PLANS);
  const carried: Carried[] = [];
  for (const { source, plan, episodes } of common) {
    const played = new Map(episodes.map((episode) => [episode.taskId, episode]));
    for (const { task, values, answer } of siblings) {
      for (const moved of transferPlans(plan, source.values, values, answer, lexicon)) {
        if (played.has(task.id)) break;
        const trajectory = await playPlan(env, task, moved, "carried-over");
        if (trajectory === null || !countsAsPlan(trajectory.score)) continue;
        if (showsAnswer(task, trajectory)) played.set(task.id, trajectory);
      }
    }
    carried.push(confirm(played, siblings, source));
  }
  return carried;
}

/** What the plan solves, if it reads its answer where the source has it. */
function confirm(
  played: ReadonlyMap<string, Trajectory>,
  siblings: readonly Sibling[],
  source: Sibling,
): Carried {
  const reached = siblings.flatMap((sibling) => {
    const trajectory = played.get(sibling.task.id);
    return trajectory === undefined ? [] : [{ ...sibling, trajectory }];
  });
  if (source.answer === "") {
    const solved = reached.map(({ trajectory }) => trajectory);
    return { solved, support: solved.length - 1 };
  }
  // Without a confirmed place the plan solves nothing, not even its own task.
  let best: Carried = { solved: [], support: 0 };
  const own = played.get(source.task.id) as Trajectory;
  for (const place of placesIn(own.finalObservation.nodes, source)) {
    const right = reached.filter(
      ({ trajectory, values, answer }) =>
        readPlace(place, trajectory.finalObservation.nodes, values) === answer,
    );
    // Equal answers confirm nothing: many places show the same small number.
    const support = new Set(right.map(({ answer }) => answer)).size - 1;
    if (support > best.support)
      best = { solved: right.map(({ trajectory }) => trajectory), support };
  }
  return best;
}

function* placesIn(
  nodes: readonly PageNode[],
  { answer, values }: Sibling,
): Generator<AnswerPlace> {
  yield* answerPlaces(nodes, answer, values);
  yield* numberedPlaces(nodes, answer);
}

/** What the plans with a support near the best solve, best first. */
function choose(carried: readonly Carried[]): Trajectory[] {
  const most = Math.max(...carried.map(({ support }) => support));
  return carried
    .filter(({ support }) => support >= LEAST_SHARE * most)
    .toSorted((a, b) => b.support - a.support)
    .flatMap(({ solved }) => solved);
}

/** Equal for plans that differ in their values alone. */
function liftedKey(plan: Plan, { values, answer }: Sibling): string {
  const lift = (text: string): string =>
    values.reduce(
      (lifted, value, slot) =>
        value === "" ? lifted : lifted.replaceAll(value.toLowerCase(), `{${slot}}`),
      text.toLowerCase(),
    );
  return JSON.stringify(
    plan.map(({ action, element }) => {
      if (action.kind === "stop") return action.answer === answer ? "answer" : action.answer;
      const { kind } = action;
      const text = action.kind === "type" ? action.text : "";
      const option = action.kind === "select" ? action.option : "";
      return [kind, element?.role, lift(element?.name ?? ""), lift(text), lift(option)];
    }),
  );
}
