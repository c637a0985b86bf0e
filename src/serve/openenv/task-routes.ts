/** OpenEnv's routes to the tasks. A task here is what an agent may know of it: no checks and no answers. */

import { z } from "zod";
import type { Task } from "../../core/task.ts";
import { tasksOfSplit } from "./choose-task.ts";
import type { ServedWorld } from "./served-world.ts";
import { readWire, WireError } from "./wire.ts";

const SplitSchema = z.looseObject({ split: z.string() });
const TaskSchema = SplitSchema.extend({ index: z.int() });
const RangeSchema = SplitSchema.extend({ start: z.int().nullish(), stop: z.int().nullish() });

export function listSplits({ splits }: ServedWorld): unknown {
  return Object.keys(splits).map((name) => ({ name, type: typeOfSplit(name) }));
}

/** @param route the last part of the path. Null: the route does not exist. @throws WireError */
export function answerTaskRoute(world: ServedWorld, route: string, body: unknown): unknown {
  switch (route) {
    case "num_tasks":
      return { num_tasks: tasksOfSplit(world, readWire(SplitSchema, body).split).length };
    case "tasks": {
      const tasks = tasksOfSplit(world, readWire(SplitSchema, body).split);
      return { tasks: tasks.map(publicPart), env_name: world.name };
    }
    case "task": {
      const { split, index } = readWire(TaskSchema, body);
      const tasks = tasksOfSplit(world, split);
      const task = tasks[index];
      if (task === undefined)
        throw new WireError(
          "VALIDATION_ERROR",
          `Expected an index below ${tasks.length}, got ${index}.`,
        );
      return { task: publicPart(task) };
    }
    case "task_range": {
      const { split, start, stop } = readWire(RangeSchema, body);
      const tasks = tasksOfSplit(world, split);
      return { tasks: tasks.slice(start ?? 0, stop ?? tasks.length).map(publicPart) };
    }
    default:
      return null;
  }
}

function publicPart({ id, goal, startUrls, sites, maxSteps }: Task): unknown {
  return { task_name: id, goal, start_urls: startUrls, sites, max_steps: maxSteps };
}

/** OpenEnv knows three kinds of splits. */
function typeOfSplit(name: string): "train" | "validation" | "test" {
  if (name === "train") return "train";
  return name === "dev" ? "validation" : "test";
}
