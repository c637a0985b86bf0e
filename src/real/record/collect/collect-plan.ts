/** The plan of a collection: which episodes, in which order. It depends on config, seed and tasks only. */

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
      agent: z.number().min(0).exactOptional(),
    })
    .prefault({})
    .refine((mix) => Object.values(mix).some((share) => share > 0), {
      message: "expected at least one share above 0",
    })
    .describe("shares of the actors, in any unit; `agent` is the one of --agent"),
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
type CollectMix = CollectConfig["mix"];

export const OWN_ACTORS = ["demonstrator", "noisy-demonstrator", "random"] as const;
const ACTORS = [...OWN_ACTORS, "agent"] as const;
type Actor = (typeof ACTORS)[number];

/** Who acts in recorded episodes. `agent` is any policy. `directed` follows paths that a search in the dream proposed. */
export const RECORDED_ACTORS = [...ACTORS, "directed"] as const;
export type RecordedActor = (typeof RECORDED_ACTORS)[number];

export interface PlannedEpisode {
  /** Also its file name: place in the plan, actor, task. */
  id: string;
  actor: RecordedActor;
  task: Task;
  seed: number;
}

/** Keys of a `CollectConfig` that may grow in an existing folder: see `planCollection`. */
export const MAY_GROW = ["episodes"] as const;

/**
 * The plan. Its first N episodes are the same for every `episodes` ≥ N, so a collection can be extended. Each actor
 * has its own order of tasks, and the k-th episode of an actor with share s stands at (k + ½) / s, which is
 * Sainte-Laguë's method of filling seats by shares. Every prefix has about the same mix as the whole.
 *
 * A demonstrator always acts the same, so each task is demonstrated cleanly at most once. Its later episodes are noisy.
 *
 * @throws ConfigError without tasks, or if demonstrations are wanted and there are too few tasks for one
 */
export function planCollection(config: CollectConfig, tasks: readonly Task[]): PlannedEpisode[] {
  if (tasks.length === 0)
    throw new ConfigError("Expected tasks to collect on, got none. Give at least one.");
  const random = createRandom(config.seed).fork("collect");
  const demonstrated = chooseDemonstrated(config, tasks, random.fork("share"));
  assertDemonstrable(config, demonstrated);
  const draw = {
    demonstrator: cycle(demonstrated, random.fork("demonstrator")),
    "noisy-demonstrator": cycle(demonstrated, random.fork("noisy-demonstrator")),
    random: cycle(tasks, random.fork("random")),
    agent: cycle(tasks, random.fork("agent")),
  };
  let clean = 0;
  return seatActors(config, demonstrated.length > 0).map((seated, index) => {
    const isShownAlready = seated === "demonstrator" && clean >= demonstrated.length;
    const actor = isShownAlready ? "noisy-demonstrator" : seated;
    if (actor === "demonstrator") clean++;
    const task = draw[actor]();
    return {
      id: `${String(index).padStart(5, "0")}-${actor}-${task.id}`,
      actor,
      task,
      seed: random.fork(`episode ${index}`).int(2 ** 31),
    };
  });
}

/** The mix where nobody can demonstrate: the explorer, and the agent if there is one, take the place. */
export function withoutDemonstrations({ random, agent = 0 }: CollectMix): CollectMix {
  const mix = { demonstrator: 0, noisyDemonstrator: 0 };
  return agent > 0 ? { ...mix, random, agent } : { ...mix, random: 1 };
}

/** Who plays each episode. */
function seatActors({ mix, episodes }: CollectConfig, canShow: boolean): Actor[] {
  const shown = canShow ? mix : withoutDemonstrations(mix);
  const shares: Record<Actor, number> = {
    demonstrator: shown.demonstrator,
    "noisy-demonstrator": shown.noisyDemonstrator,
    random: shown.random,
    agent: shown.agent ?? 0,
  };
  const total = ACTORS.reduce((sum, actor) => sum + shares[actor], 0);
  const seats = ACTORS.filter((actor) => shares[actor] > 0).flatMap((actor) =>
    Array.from({ length: episodes }, (_, k) => ({
      actor,
      // Rounded, so that equal places are equal in every unit of the shares.
      place: Number((((k + 0.5) / shares[actor]) * total).toPrecision(12)),
    })),
  );
  return seats
    .toSorted((a, b) => a.place - b.place)
    .slice(0, episodes)
    .map(({ actor }) => actor);
}

/** @throws ConfigError */
function assertDemonstrable(config: CollectConfig, demonstrated: readonly Task[]): void {
  const { demonstratedShare, demonstratedTemplates, mix } = config;
  const isWanted = mix.demonstrator + mix.noisyDemonstrator > 0;
  const mayShow = demonstratedShare > 0 && demonstratedTemplates > 0;
  if (demonstrated.length > 0 || !isWanted || !mayShow) return;
  throw new ConfigError(
    `Expected tasks to demonstrate, got none: a share of ${demonstratedShare} of each template's tasks (demonstratedShare), rounded down, gives none. Give more tasks of a template, or set demonstrator and noisyDemonstrator of the mix to 0.`,
  );
}

/** The tasks that demonstrators show: the same share of every demonstrated template, rounded down. */
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

/** The whole pool in random order, then again in another order. */
function cycle(pool: readonly Task[], random: Random): () => Task {
  let queue: Task[] = [];
  return () => {
    if (queue.length === 0) queue = random.shuffle(pool);
    return queue.pop() as Task;
  };
}
