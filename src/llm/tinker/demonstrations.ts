/** Recorded solutions as what the agent should have written: its own prompts, and replies with the recorded actions. */

import type { Action } from "../../core/action.ts";
import { transferAction } from "../../core/element-reference.ts";
import type { Env } from "../../core/env.ts";
import { runEpisode } from "../../core/episode.ts";
import { PolicyError } from "../../core/errors.ts";
import type { Policy } from "../../core/policy.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { type ActionForm, GRAMMARS } from "../policy/action-forms.ts";
import { shortenInput } from "../policy/brief-page.ts";
import { type PromptOptions, writePrompt } from "../policy/prompt.ts";
import type { ChatTokenizer } from "./chat-tokenizer.ts";
import type { Lesson } from "./datum.ts";
import { toLesson } from "./imitate.ts";

/** A lesson for each decision of a trajectory, with the prompt that `createLlmPolicy` asks there. */
export function lessonsOf(
  { goal, transitions }: Trajectory,
  tokenizer: ChatTokenizer,
  options: PromptOptions,
): Lesson[] {
  return transitions.map(({ observation, action, thought }, step) => {
    const { input, shorten } = shortenInput({
      goal,
      history: transitions.slice(0, step),
      observation,
    });
    const reply = writeReply(shorten(action), options.actionForm, thought);
    return toLesson(tokenizer, writePrompt(input, options), reply);
  });
}

function writeReply(action: Action, form: ActionForm, thought: string | undefined): string {
  const written = GRAMMARS[form].print(action);
  if (form === "json") return written;
  return `${thought === undefined ? "" : `${thought}\n`}\`\`\`${written}\`\`\``;
}

export interface ReplayOptions {
  env: Env;
  tasks: readonly Task[];
  recordings: readonly Trajectory[];
  source: Trajectory["source"];
  signal?: AbortSignal;
}

/**
 * Plays recorded solutions again in the world to train in, and returns those that its checks accept there. So every
 * lesson shows pages as that world shows them.
 */
export async function replaySolutions(options: ReplayOptions): Promise<Trajectory[]> {
  const { env, tasks, recordings, source, signal } = options;
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const solutions: Trajectory[] = [];
  for (const recording of recordings) {
    const task = byId.get(recording.taskId);
    if (task === undefined || recording.score?.status !== "scored" || recording.score.value !== 1)
      continue;
    const replayed = await runEpisode({
      env,
      task,
      policy: repeat(recording),
      seed: recording.seed,
      id: `${recording.id}-again`,
      actor: recording.actor,
      source,
      ...(signal && { signal }),
    });
    if (replayed.score?.status === "scored" && replayed.score.value === 1) solutions.push(replayed);
  }
  return solutions;
}

/** The recorded actions, on the same elements of the pages that this world shows. */
function repeat({ transitions }: Trajectory): Policy {
  let step = 0;
  return {
    act({ observation }) {
      const recorded = transitions[step++];
      const action =
        recorded === undefined
          ? null
          : transferAction(recorded.action, recorded.observation, observation);
      if (action === null) throw new PolicyError("The recorded action has no counterpart here.");
      return { action };
    },
  };
}
