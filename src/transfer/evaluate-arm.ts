/** Evaluates an arm at a point of its training, on every split that wants this point. */

import { decodeCheckpoint } from "../agent/network/checkpoint.ts";
import { evaluatePolicy, type EvaluatePolicyOptions } from "../real/harness/evaluate-policy.ts";
import { realStepsOf } from "./compare-config.ts";
import { checkpointAt, readStart } from "./checkpoint-names.ts";
import type { CompareOptions } from "./compare.ts";
import { startAgent } from "../real/harness/agent.ts";
import { pickTasks } from "./pick-tasks.ts";
import { runOnLedger } from "./run-on-ledger.ts";

export async function evaluateAt(
  options: CompareOptions,
  arm: string,
  seed: number,
  realSteps: number,
): Promise<void> {
  const { config, records } = options;
  const isEnd = realSteps === 0 || realSteps === realStepsOf(config, arm);
  for (const { split, tasks: limit, points } of config.evaluate) {
    if (points === "ends" && !isEnd) continue;
    const point = { arm, seed, split, realSteps };
    const done = records.evaluatedTasks(point);
    const picked = pickTasks(options.tasks[split] ?? [], limit);
    const tasks = picked.filter(({ id }) => !done.has(id));
    if (tasks.length === 0) continue;
    const inBrowser = isEnd || config.real.confirm === "all";
    const world = inBrowser ? options.world : await options.practiceWorld();
    let successes = 0;
    await runOnLedger(records, { world, line: "evaluation", arm, seed }, (envs) =>
      evaluatePolicy({
        envs,
        ...playerOf(options, arm, seed, realSteps),
        tasks,
        point,
        onEvaluation(evaluation) {
          if (evaluation.status === "success") successes++;
          records.addEvaluation(evaluation);
          options.onProgress(`${arm}, seed ${seed}: evaluation on ${split}`, {
            done: records.evaluatedTasks(point).size,
            total: picked.length,
          });
        },
        signal: options.signal,
      }),
    );
    options.log(
      `${arm}, seed ${seed}, ${realSteps} real steps: ${successes} of ${tasks.length} on ${split}`,
    );
  }
}

/** The agent is the only arm that has no checkpoint. */
function playerOf(
  { config, records, agent }: CompareOptions,
  arm: string,
  seed: number,
  realSteps: number,
): Pick<EvaluatePolicyOptions, "policy" | "decisionTimeoutMs"> {
  if (arm !== "agent" || agent === undefined) {
    const checkpoint = readStart(records, checkpointAt(config, arm, seed, realSteps));
    return { policy: decodeCheckpoint(checkpoint).greedy() };
  }
  const { decisionTimeoutMs } = agent;
  return {
    policy: (task) => startAgent(agent, { task, seed }),
    ...(decisionTimeoutMs !== undefined && { decisionTimeoutMs }),
  };
}
