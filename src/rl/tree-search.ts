/**
 * Policy-guided tree search over a world that can be forked: Levin tree search (Orseau et al. 2018, arXiv:1811.10928,
 * §4). It expands nodes in the order of
 *
 *     cost(path) = log(depth + 1) − log π(path)
 *     π(path)    = Π_t [ (1 − ε) π(a_t | s_t) + ε / |A(s_t)| ]
 *
 * so that a plan of depth d costs at most about (d + 1) / π(path) expansions. The share ε of the uniform distribution
 * keeps every action within reach of a policy that is sure of something else.
 *
 * Differences from the paper: pages that look the same are merged after the same requests that change something, even
 * if their paths differ. `stop` actions open no page: the budget does not count them, and they come earlier. The search
 * continues after the first plan. A path ends where the world doubts it (`ForkableEnv.certainty`).
 */

import TinyQueue from "tinyqueue";
import { z } from "zod";
import type { Action } from "../core/action.ts";
import type { ForkableEnv, StepResult } from "../core/env.ts";
import type { Observation } from "../core/observation.ts";
import type { PastStep, PolicyInput, ProposingPolicy } from "../core/policy.ts";
import { isMutation } from "../core/site-request.ts";
import { assertTasks, type Task } from "../core/task.ts";
import type { Trajectory, Transition } from "../core/trajectory.ts";
import { createPageNames } from "./page-names.ts";
import { countsAsPlan } from "./plan-score.ts";

export const SearchConfigSchema = z.strictObject({
  expansions: z.int().min(1).default(600).describe("actions tried for one task, `stop` left out"),
  solutions: z.int().min(1).default(8).describe("different plans after which the search ends"),
  uniformShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe("ε: share of the uniform distribution in π"),
  minCertainty: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe("a path that the world is less sure of leads nowhere"),
});
export type SearchConfig = z.infer<typeof SearchConfigSchema>;

export interface SearchOptions {
  /** The search resets it once and steps forks of it only. */
  env: ForkableEnv;
  task: Task;
  policy: ProposingPolicy;
  config?: z.input<typeof SearchConfigSchema>;
  /** Seed of the episode. */
  seed?: number;
  /** Name of the searcher, for the record. */
  actor?: string;
  source?: Trajectory["source"];
  /** Called with each page that the search expands, and with those it leaves because the world is unsure of them. */
  onVisit?: (visit: SearchVisit) => void;
  signal?: AbortSignal;
}

/** A page that a search came to. */
export interface SearchVisit {
  /** The path to it; empty for the start page. */
  path: readonly PastStep[];
  observation: Observation;
  /** log π(path), in nats. */
  logprob: number;
  /** 0–1; 1 where the world does not say. */
  certainty: number;
  /** False if the page was left since `certainty` is below the floor. */
  isExpanded: boolean;
  /** The running episode there. Reading it is allowed, stepping it is not. */
  env: ForkableEnv;
}

export interface SearchResult {
  /** Plans with reward 1, in the order of their cost. */
  solutions: Trajectory[];
  /** How sure the world is of each plan, 0–1. */
  certainties: number[];
  /** Actions tried, `stop` left out. */
  expansions: number;
  /** Answers tried. */
  answers: number;
  /** Expansions before the first plan. Null without one. */
  firstSolvedAt: number | null;
  /** Whether nothing was left to try. */
  isExhausted: boolean;
}

/** An answer opens no page and takes about a tenth of the time, so it comes as if it were ten times as probable. */
const ANSWER_DISCOUNT = Math.log(10);

interface Node {
  /** Where its actions start. */
  parent: Visited;
  /** One, or a unit of several. */
  actions: readonly Action[];
  logprob: number;
  cost: number;
  /** Breaks ties: earlier first. */
  order: number;
}

/** A page that was reached: its running episode and its past. */
interface Visited {
  env: ForkableEnv;
  observation: Observation;
  history: readonly PastStep[];
  transitions: readonly Transition[];
  /** Requests that change something, in order. */
  changes: string;
}

/** @throws TaskError, ResetNeededError. When aborted, the signal's reason. */
export async function searchTree(options: SearchOptions): Promise<SearchResult> {
  return new TreeSearch(options).run();
}

class TreeSearch {
  readonly #options: SearchOptions;
  readonly #config: SearchConfig;
  readonly #queue = new TinyQueue<Node>([], (a, b) => a.cost - b.cost || a.order - b.order);
  readonly #pageName = createPageNames();
  readonly #seen = new Set<string>();
  readonly #result: SearchResult = {
    solutions: [],
    certainties: [],
    expansions: 0,
    answers: 0,
    firstSolvedAt: null,
    isExhausted: false,
  };
  #pushed = 0;

  constructor(options: SearchOptions) {
    assertTasks([options.task]);
    this.#options = options;
    this.#config = SearchConfigSchema.parse(options.config ?? {});
  }

  async run(): Promise<SearchResult> {
    const { env, task, seed = 0, signal } = this.#options;
    const observation = await env.reset({ task, seed, ...(signal && { signal }) });
    const start = { env, observation, history: [], transitions: [], changes: "" };
    await this.#expand(start, { logprob: 0 });
    const result = this.#result;
    while (result.solutions.length < this.#config.solutions) {
      signal?.throwIfAborted();
      const node = this.#queue.pop();
      if (node === undefined) {
        result.isExhausted = true;
        break;
      }
      const isAnswer = node.actions[0]?.kind === "stop";
      if (!isAnswer && result.expansions >= this.#config.expansions) break;
      await this.#visit(node);
    }
    return result;
  }

  async #visit({ parent, actions, logprob }: Node): Promise<void> {
    const result = this.#result;
    const env = parent.env.fork();
    let { observation, changes } = parent;
    const history = [...parent.history];
    const transitions = [...parent.transitions];
    for (const [i, action] of actions.entries()) {
      const step = await env.step(action);
      if (action.kind === "stop") result.answers++;
      else result.expansions++;
      transitions.push(toTransition(observation, action, step));
      if (step.terminated || step.truncated) {
        this.#end(transitions, step, env);
        return;
      }
      // A unit ends where the page no longer knows its elements.
      if (i + 1 < actions.length && step.observation.lastActionError !== null) return;
      history.push({ observation, action });
      changes += changesOf(step);
      ({ observation } = step);
    }
    await this.#expand({ env, observation, history, transitions, changes }, { logprob });
  }

  #end(transitions: Transition[], step: StepResult, env: ForkableEnv): void {
    if (!countsAsPlan(step.score)) return;
    const result = this.#result;
    result.firstSolvedAt ??= result.expansions;
    result.solutions.push(this.#toTrajectory(transitions, step, env));
    result.certainties.push(env.certainty ?? 1);
  }

  /** Rates what can be done on a page, unless a cheaper path led to the same one. */
  async #expand(at: Visited, { logprob }: { logprob: number }): Promise<void> {
    const name = this.#pageName(at.observation) + at.changes;
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const { env, observation, history } = at;
    const certainty = env.certainty ?? 1;
    const isExpanded = certainty >= this.#config.minCertainty;
    this.#options.onVisit?.({ path: history, observation, logprob, certainty, isExpanded, env });
    if (!isExpanded) return;
    const { goal } = this.#options.task;
    const input: PolicyInput = { goal, history, observation };
    const proposals = await this.#options.policy.propose(input);
    const { uniformShare } = this.#config;
    for (const { action, rest = [], logprob: log } of proposals) {
      const share = (1 - uniformShare) * Math.exp(log) + uniformShare / proposals.length;
      if (share === 0) continue;
      const path = logprob + Math.log(share);
      const actions = [action, ...rest];
      const discount = action.kind === "stop" ? ANSWER_DISCOUNT : 0;
      const cost = Math.log(history.length + actions.length + 1) - path - discount;
      this.#queue.push({ parent: at, actions, logprob: path, cost, order: this.#pushed++ });
    }
  }

  #toTrajectory(transitions: Transition[], step: StepResult, env: ForkableEnv): Trajectory {
    const { task, seed = 0, actor = "search", source = "synthetic" } = this.#options;
    return {
      id: `${actor}-${task.id}-${this.#result.solutions.length}`,
      taskId: task.id,
      goal: task.goal,
      templateId: task.templateId,
      world: task.world,
      source,
      actor,
      seed,
      transitions,
      finalObservation: step.observation,
      startRequests: [...(env.startRequests ?? [])],
      stopReason: step.terminated ? "terminated" : "truncated",
      score: step.score,
      error: null,
    };
  }
}

function toTransition(observation: Observation, action: Action, step: StepResult): Transition {
  const { reward, requests, performed } = step;
  return { observation, action: performed ?? action, reward, requests };
}

/** The requests of a step that change something on the site, as text. Pages that look the same differ by them. */
function changesOf({ requests }: StepResult): string {
  return requests
    .filter(isMutation)
    .map(({ method, url, fields }) => `\n${method} ${url} ${JSON.stringify(fields)}`)
    .join("");
}
