/** One task played by one policy in the dream and in a real browser, with a picture of each step, for people to compare. */

import type { Env } from "../core/env.ts";
import type { Policy, PolicyInput, PolicyOutput } from "../core/policy.ts";
import { runEpisode } from "../core/episode.ts";
import type { PageNode } from "../core/observation.ts";
import type { Action } from "../core/action.ts";
import type { Task } from "../core/task.ts";
import { judge } from "../real/harness/evaluate-policy.ts";

/** The picture before an action, and the action. */
export interface PicturedStep {
  /** `click link 'Lamps'` */
  action: string;
  /** `data:` URL of a screenshot; null where none could be taken. */
  picture: string | null;
}

export interface PicturedEpisode {
  steps: PicturedStep[];
  /** `success`, or the reason for another outcome. */
  outcome: string;
}

export interface SideBySide {
  goal: string;
  dreamed: PicturedEpisode;
  real: PicturedEpisode;
}

export interface PictureEpisodeOptions {
  env: Env;
  policy: Policy;
  task: Task;
  source: "real" | "synthetic";
  /** A screenshot of the page that the environment shows now, as a `data:` URL. */
  takePicture(): Promise<string | null>;
  signal: AbortSignal;
}

export async function pictureEpisode(options: PictureEpisodeOptions): Promise<PicturedEpisode> {
  const steps: PicturedStep[] = [];
  const policy: Policy = {
    async act(input: PolicyInput): Promise<PolicyOutput> {
      const output = await options.policy.act(input);
      // A failed picture is not the policy's failure: the browser reports its own with the next step.
      const picture = await options.takePicture().catch(() => null);
      steps.push({ action: describeAction(output.action, input.observation.nodes), picture });
      return output;
    },
  };
  const { env, task, source, signal } = options;
  const id = `picture-${task.id}`;
  const trajectory = await runEpisode({
    env,
    policy,
    task,
    seed: 0,
    id,
    actor: "policy",
    source,
    signal,
  });
  const { status, reason } = judge(trajectory);
  return { steps, outcome: status === "success" ? status : `${status}: ${reason}` };
}

/** An action in words that are clear without the observation. */
function describeAction(action: Action, nodes: readonly PageNode[]): string {
  const node = "ref" in action ? nodes.find(({ ref }) => ref === action.ref) : undefined;
  const target = node === undefined ? "" : ` ${node.role} '${node.name}'`;
  switch (action.kind) {
    case "type":
      return `type "${action.text}" into${target}${action.submit ? ", Enter" : ""}`;
    case "select":
      return `select "${action.option}" in${target}`;
    case "stop":
      return action.answer === "" ? "stop" : `stop: "${action.answer}"`;
    case "goto":
      return `goto ${action.url}`;
    case "press":
      return `press ${action.keys}`;
    case "scroll":
      return `scroll ${action.direction}`;
    case "switchTab":
      return `switchTab ${action.index}`;
    default:
      return `${action.kind}${target}`;
  }
}
