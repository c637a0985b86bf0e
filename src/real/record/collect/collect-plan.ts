/** What a collection records: which episodes, in which order, as a function of config, seed and tasks alone. */

import { z } from "zod";
import { ConfigError } from "../../../core/errors.ts";
import { createRandom, type Random } from "../../../core/random.ts";
import type { Task } from "../../../core/task.ts";

export const CollectConfigSchema = z.strictObject({
  seed: z.int().min(0).default(1).describe("of the whole plan"),
  episodes: z.int().min(1).default(200).describe("how many, over all actors"),
  mix: z
    .strictObject({
      demonstrator: z.number().min(0).default(0.25),
      noisyDemonstrator: z.number().min(0).default(0.35),
      random: z.number().min(0).default(0.4),
    })
    .prefault({})
    .refine((mix) => mix.demonstrator + mix.noisyDemonstrator + mix.random > 0, {
      message: "expected at least one share above 0",
    })
    .describe("shares of the actors, in any unit"),
  demonstratedShare: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.5)
    .describe("share of each template's tasks that demonstrators may show, at most half"),
  demonstratedTemplates: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      "share of the templates that demonstrators show at all; the others are only explored",
    ),
  noise: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe("chance of a random action at each step of a noisy demonstrator"),
});
export type CollectConfig = z.infer<typeof CollectConfigSchema>;

export const ACTORS = ["demonstrator", "noisy-demonstrator", "random"] as const;
export type Actor = (typeof ACTORS)[number];

export interface PlannedEpisode {
  /** Also the name of its file: place in the plan, actor, task. */
  id: string;
  actor: Actor;
  task: Task;
  seed: number;
}

/**
 * The plan. Every prefix of it has about the mix of the whole. A demonstrator does the same each time, so each
 * task is shown cleanly at most once; what is left of that share goes to noisy demonstrations.
 *
 * @throws ConfigError without tasks, and where demonstrations are wanted and there are too few tasks for one
 */
export function planCollection(config: CollectConfig, tasks: readonly Task[]): PlannedEpisode[] {
  const random = createRandom(config.seed).fork("collect");
  const demonstrated = chooseDemonstrated(config, tasks, random.fork("share"));
  const wanted = shareOut(config);
  if (tasks.length === 0)
    throw new ConfigError("Expected tasks to collect on, got none. Give at least one.");
  if (demonstrated.length === 0 && wanted.demonstrator + wanted.noisy > 0 && mayShow(config))
    throw new ConfigError(
      `Expected tasks to demonstrate, got none: a share of ${config.demonstratedShare} of each template's tasks (demonstratedShare), rounded down, is no task. Give more tasks of a template, or set demonstrator and noisyDemonstrator of the mix to 0.`,
    );
  const clean = Math.min(wanted.demonstrator, demonstrated.length);
  const noisy = demonstrated.length === 0 ? 0 : wanted.noisy + (wanted.demonstrator - clean);
  const counts: Record<Actor, number> = {
    demonstrator: clean,
    "noisy-demonstrator": noisy,
    random: config.episodes - clean - noisy,
  };
  const slots = ACTORS.flatMap((actor) => {
    const pool = actor === "random" ? tasks : demonstrated;
    const draw = cycle(pool, random.fork(actor));
    return Array.from({ length: counts[actor] }, (_, k) => ({
      actor,
      task: draw(),
      place: (k + 0.5) / counts[actor],
    }));
  });
  return slots
    .toSorted((a, b) => a.place - b.place)
    .map(({ actor, task }, index) => ({
      id: `${String(index).padStart(5, "0")}-${actor}-${task.id}`,
      actor,
      task,
      seed: random.fork(`episode ${index}`).int(2 ** 31),
    }));
}

const mayShow = ({ demonstratedShare, demonstratedTemplates }: CollectConfig): boolean =>
  demonstratedShare > 0 && demonstratedTemplates > 0;

/** The tasks that demonstrators show: the same share of every shown template, rounded down. */
function chooseDemonstrated(
  { demonstratedShare, demonstratedTemplates }: CollectConfig,
  tasks: readonly Task[],
  random: Random,
): Task[] {
  const templates = [...new Set(tasks.map((task) => task.templateId))];
  const shown = new Set(
    random
      .fork("templates")
      .shuffle(templates)
      .slice(0, Math.round(templates.length * demonstratedTemplates)),
  );
  return templates
    .filter((template) => shown.has(template))
    .flatMap((template) => {
      const group = tasks.filter((task) => task.templateId === template);
      return random.shuffle(group).slice(0, Math.floor(group.length * demonstratedShare));
    });
}

function shareOut({ episodes, mix }: CollectConfig): { demonstrator: number; noisy: number } {
  const total = mix.demonstrator + mix.noisyDemonstrator + mix.random;
  const demonstrator = Math.round((episodes * mix.demonstrator) / total);
  const both = Math.round((episodes * (mix.demonstrator + mix.noisyDemonstrator)) / total);
  return { demonstrator, noisy: both - demonstrator };
}

/** All of the pool in random order, then again in another order. */
function cycle(pool: readonly Task[], random: Random): () => Task {
  let queue: Task[] = [];
  return () => {
    if (queue.length === 0) queue = random.shuffle(pool);
    return queue.pop() as Task;
  };
}
