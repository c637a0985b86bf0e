/** `--agent`: a checkpoint, a built-in policy, or a user's module. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { createRandomPolicy } from "../agent/baselines/baseline-policies.ts";
import { decodeCheckpoint } from "../agent/network/checkpoint.ts";
import { ConfigError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { createRandom } from "../core/random.ts";
import type { Benchmark } from "../real/harness/benchmark.ts";
import type { Agent } from "../real/harness/agent.ts";
import { importFile } from "./load-site-module.ts";
import type { RunModels } from "./run-models.ts";

/** What a module's function gets: nothing of the task, whose answer would be among it. */
interface ModuleEpisode {
  trial: number;
  seed: number;
}
type CreatePolicy = (episode: ModuleEpisode) => Policy;

const MODULE = /^\.[cm]?[jt]s$/u;

/** As `loadAgent`, or `llm`: the model that flags and variables name. @throws ConfigError */
export async function openAgent(
  name: string,
  models: Pick<RunModels, "openAgent">,
  benchmark: Pick<Benchmark, "name" | "createDemonstrator">,
  trials = 1,
): Promise<Agent> {
  return name === "llm" ? await models.openAgent() : await loadAgent(name, benchmark, trials);
}

/** @throws ConfigError if there is no such agent, or the file is not one */
export async function loadAgent(
  name: string,
  benchmark: Pick<Benchmark, "name" | "createDemonstrator">,
  trials: number,
): Promise<Agent> {
  if (name === "random") return randomAgent();
  if (name === "scripted") return scriptedAgent(benchmark);
  if (!existsSync(name))
    throw new ConfigError(
      `Expected --agent to be random, scripted, a checkpoint or a module, got ${name}, which is not a file. Check the path.`,
    );
  return MODULE.test(extname(name)) ? await moduleAgent(name) : checkpointAgent(name, trials);
}

function randomAgent(): Agent {
  return {
    name: "random",
    facts: {},
    policyFor: ({ task, seed }) => createRandomPolicy(createRandom(seed).fork(task.id)),
  };
}

function scriptedAgent({
  name,
  createDemonstrator,
}: Pick<Benchmark, "name" | "createDemonstrator">): Agent {
  if (createDemonstrator === undefined)
    throw new ConfigError(
      `Expected --env ${name} to have scripted solvers, got none. Add \`createDemonstrator\` to the site module, or choose another --agent.`,
    );
  return { name: "scripted", facts: {}, policyFor: ({ task }) => createDemonstrator(task) };
}

/** Greedy: two runs are the same. With several trials it samples, since greedy ones would not differ. */
function checkpointAgent(path: string, trials: number): Agent {
  const bytes = readFileSync(path);
  const policy = decodeCheckpoint(bytes, path);
  const mode = trials > 1 ? "sampling" : "greedy";
  return {
    name: basename(path),
    facts: { path, sha256: sha256(bytes), mode },
    policyFor: ({ task, seed }) =>
      mode === "greedy" ? policy.greedy() : policy.sampling(createRandom(seed).fork(task.id)),
  };
}

async function moduleAgent(path: string): Promise<Agent> {
  const { default: exported } = await importFile(path);
  const create = toCreatePolicy(exported);
  if (create === null)
    throw new ConfigError(
      `Expected ${path} to export a policy or a function that creates one, got ${describe(exported)}. Write \`export default { act({ goal, history, observation }) { … } }\`.`,
    );
  return {
    name: basename(path),
    facts: { path, sha256: sha256(readFileSync(path)) },
    policyFor: ({ trial, seed }) => create({ trial, seed }),
  };
}

function toCreatePolicy(exported: unknown): CreatePolicy | null {
  if (isPolicy(exported)) return () => exported;
  if (typeof exported !== "function") return null;
  return (episode) => {
    const policy: unknown = (exported as (episode: ModuleEpisode) => unknown)(episode);
    if (isPolicy(policy)) return policy;
    throw new ConfigError(
      `Expected the agent's function to return a policy, got ${describe(policy)}. Return an object with the method \`act\`, not a promise of one.`,
    );
  };
}

function isPolicy(value: unknown): value is Policy {
  return typeof (value as Partial<Policy> | null | undefined)?.act === "function";
}

function describe(value: unknown): string {
  if (value === undefined) return "no default export";
  if (value instanceof Promise) return "a promise";
  return typeof value === "object" && value !== null
    ? `an object with ${Object.keys(value).join(", ") || "no keys"}`
    : `a ${typeof value}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
