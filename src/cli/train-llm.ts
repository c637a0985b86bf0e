/** `dreamgym train --agent llm`: the weights are on an engine; environments, rollouts and advantages are here. */

import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { createRandom } from "../core/random.ts";
import type { Env } from "../core/env.ts";
import type { Policy } from "../core/policy.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { FREE } from "../llm/budget.ts";
import type { ChatModel } from "../llm/chat-model.ts";
import { createLlmPolicy, LlmPolicyConfigSchema } from "../llm/policy/llm-policy.ts";
import { type ChatTokenizer, loadChatTokenizer } from "../llm/tinker/chat-tokenizer.ts";
import { lessonsOf, replaySolutions } from "../llm/tinker/demonstrations.ts";
import { PROFILE_NAMES, PROFILES } from "../llm/tinker/engine-profile.ts";
import { imitate, ImitationConfigSchema } from "../llm/tinker/imitate.ts";
import { TinkerEngine } from "../llm/tinker/tinker-engine.ts";
import { createTinkerLearner, TinkerLearnerConfigSchema } from "../llm/tinker/tinker-learner.ts";
import type { TinkerModel } from "../llm/tinker/tinker-model.ts";
import { TRAIN_START, TrainConfigSchema } from "../rl/train.ts";
import type { RunFolder } from "../store/run-folder.ts";
import type { CliContext } from "./context.ts";
import type { World } from "./open-world.ts";
import { packageVersion } from "./package-version.ts";
import { trainLoop } from "./train-loop.ts";
import { readTrainState, type TrainState, writeTrainState } from "./train-state.ts";

export const LlmTrainingSchema = z.strictObject({
  engine: z.url().describe("address of a server of the Tinker API"),
  profile: z.enum(PROFILE_NAMES).describe("which server it is"),
  baseModel: z.string().min(1).describe("as the engine knows it"),
  tokenizer: z.string().min(1).describe("folder with the base model's tokenizer.json"),
  rank: z.int().min(1).default(32).describe("of the LoRA adapter"),
  seed: z.int().min(0).default(1),
  agent: LlmPolicyConfigSchema.prefault({}),
  imitation: ImitationConfigSchema.prefault({}),
  learner: TinkerLearnerConfigSchema.prefault({}),
  rollouts: TrainConfigSchema,
  saveEvery: z.int().min(1).default(1).describe("iterations between two saves"),
});
type LlmTraining = z.infer<typeof LlmTrainingSchema>;

export interface TrainLlmOptions {
  run: RunFolder;
  training: LlmTraining;
  world: World;
  tasks: readonly Task[];
  envs: readonly Env[];
  /** Recorded episodes. Those that solved a task are imitated before training. */
  demonstrations: readonly Trajectory[];
  context: CliContext;
}

/** Trains, or resumes. Returns the address of the trained weights. */
export async function trainLlm(options: TrainLlmOptions): Promise<string> {
  const { run, training, context } = options;
  const { progress, signal } = context;
  const tokenizer = loadChatTokenizer(training.tokenizer);
  const saved = readTrainState(run);
  await using engine = await openEngine(training, context);
  progress.update(`waiting for ${training.baseModel} on the engine`);
  const model = await engine.createModel({
    baseModel: training.baseModel,
    rank: training.rank,
    seed: training.seed,
    loadFrom: saved?.weights,
  });
  if (saved !== null) progress.note(`Resuming after iteration ${saved.progress.iteration}.`);
  const start = saved ?? (await begin(options, model, tokenizer));
  if (saved === null) writeTrainState(run, start);
  const createPolicy = (chat: ChatModel): Policy =>
    createLlmPolicy({
      model: chat,
      config: { ...training.agent, temperature: 1, tokens: true },
      seed: 0,
      price: FREE,
      signal,
    });
  const learner = await createTinkerLearner({
    model,
    tokenizer,
    config: training.learner,
    createPolicy,
    warn: (message) => progress.note(message),
  });
  return await trainLoop({
    run,
    start,
    learner,
    world: options.world,
    envs: options.envs,
    tasks: options.tasks,
    rollouts: training.rollouts,
    seed: training.seed,
    actor: "llm",
    saveEvery: training.saveEvery,
    saveWeights: ({ iteration }) => model.save(`iteration-${String(iteration).padStart(6, "0")}`),
    context,
  });
}

async function openEngine(
  { engine, profile }: LlmTraining,
  { progress, signal, environment }: CliContext,
): Promise<TinkerEngine> {
  const apiKey = environment.variables["TINKER_API_KEY"] ?? "";
  const { protocol, hostname } = new URL(engine);
  if (apiKey !== "" && protocol === "http:" && !LOOPBACK.has(hostname))
    progress.note(`The API key goes to ${hostname} without encryption. Use https.`);
  return await TinkerEngine.open({
    baseUrl: engine.replace(/\/+$/u, "").replace(/\/api\/v1$/u, ""),
    apiKey,
    profile: PROFILES[profile],
    clientVersion: `dreamgym-web/${packageVersion()}`,
    warn: (message) => progress.note(message),
    sleep: async (ms, stop) => await pause(ms, undefined, stop && { signal: stop }),
    random: createRandom(1).fork("retries"),
    fetch,
    signal,
  });
}

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Imitates the recorded solutions, if there are any, and saves the weights that training starts from. */
async function begin(
  { training, world, tasks, envs, demonstrations, context }: TrainLlmOptions,
  model: TinkerModel,
  tokenizer: ChatTokenizer,
): Promise<TrainState> {
  const { progress, signal } = context;
  const [env] = envs;
  const solutions =
    training.imitation.epochs === 0 || env === undefined
      ? []
      : await replaySolutions({
          env,
          tasks,
          recordings: demonstrations,
          source: world.name === "dream" ? "synthetic" : "real",
          signal,
        });
  const lessons = solutions.flatMap((solution) => lessonsOf(solution, tokenizer, training.agent));
  const loss = await imitate({
    model,
    lessons,
    config: training.imitation,
    random: createRandom(training.seed).fork("imitation"),
    onStep: (now, { done, total }) =>
      progress.update(`imitating: step ${done} of ${total}, loss ${now.toFixed(3)}`),
  });
  if (loss !== null)
    progress.note(
      `Imitated ${lessons.length} decisions of ${solutions.length} recorded solutions: loss ${loss.toFixed(3)} in the last epoch.`,
    );
  return { weights: await model.save("start"), progress: TRAIN_START, imitated: lessons.length };
}
