/** Variations of solved tasks: the same goal from a page on the way, and two goals one after the other. */

import type { Random } from "../../core/random.ts";
import { NOT_ACHIEVABLE, rightAnswer } from "../../core/right-answer.ts";
import { isMutation } from "../../core/site-request.ts";
import type { Check, Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { endWith, type Plan, planOf } from "./plan.ts";
import { derivedTask } from "./task-template.ts";
import type { ProposedTask } from "./variation.ts";

export interface SolvedTask {
  task: Task;
  solution: Trajectory;
}

/** The task from each page that its solution passed before it changed anything; the nearest to the goal first. */
export function proposeShorter({ task, solution }: SolvedTask): ProposedTask[] {
  const { transitions } = solution;
  const proposals = new Map<string, ProposedTask>();
  for (const [step, { observation, requests }] of transitions.entries()) {
    const isStart = task.startUrls.includes(observation.url) || observation.tabs.length > 1;
    if (step > 0 && !isStart) {
      const nearer = derivedTask(task, "shorter", { startUrls: [observation.url] });
      proposals.set(nearer.id, {
        kind: "shorter",
        task: nearer,
        seedIds: [task.id],
        plans: [planOf({ transitions: transitions.slice(step) })],
      });
    }
    if (requests.some(isMutation)) break;
  }
  return [...proposals.values()].toReversed();
}

/** Pairs of solved tasks of different templates. The first one must only ask for requests, which stay sent. */
export function proposeCompositions(
  solved: readonly SolvedTask[],
  count: number,
  random: Random,
): ProposedTask[] {
  const proposals: ProposedTask[] = [];
  for (const first of random.shuffle(solved)) {
    if (proposals.length >= count) break;
    if (!first.task.checks.every(isOfRequests)) continue;
    const second = random.shuffle(solved).find((other) => fit(first, other));
    if (second !== undefined) proposals.push(compose(first, second));
  }
  return proposals;
}

function fit({ task: a }: SolvedTask, { task: b }: SolvedTask): boolean {
  const events = new Set(eventKeys(a));
  return (
    a.templateId !== b.templateId &&
    a.world === b.world &&
    a.startUrls.join() === b.startUrls.join() &&
    rightAnswer(b) !== NOT_ACHIEVABLE &&
    !eventKeys(b).some((key) => events.has(key))
  );
}

/** Two checks of one request may contradict each other: only its last one counts. */
function eventKeys({ checks }: Task): string[] {
  return checks.flatMap((check) =>
    check.kind === "network_event" ? check.events.map(({ method, url }) => `${method} ${url}`) : [],
  );
}

function isOfRequests(check: Check): boolean {
  return check.kind === "network_event" && check.events.every(({ present }) => present);
}

function compose({ task: a, solution: first }: SolvedTask, second: SolvedTask): ProposedTask {
  const { task: b } = second;
  const task = derivedTask(a, "composition", {
    goal: `${a.goal} Then: ${b.goal}`,
    checks: [...a.checks, ...b.checks],
    sites: [...new Set([...a.sites, ...b.sites])],
    maxSteps: a.maxSteps + b.maxSteps,
  });
  const [start, end] = [planOf(first), planOf(second.solution)];
  const between = (plan: Plan): Plan =>
    endWith(
      [...start.filter(({ action }) => action.kind !== "stop"), ...plan],
      rightAnswer(b) ?? "",
    );
  const back: Plan = [{ action: { kind: "goto", url: a.startUrls[0] ?? "" }, element: null }];
  return {
    kind: "composition",
    task,
    seedIds: [a.id, b.id],
    plans: [between(end), between([...back, ...end])],
  };
}
