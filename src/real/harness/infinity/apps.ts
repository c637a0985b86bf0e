/** Finds the applications of a WebArena-Infinity folder, and reads their tasks. */

import { createHash } from "node:crypto";
import { access, readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { ConfigError, TaskError } from "../../../core/errors.ts";
import { hashText } from "../../../core/random.ts";
import { reportIssues } from "../../../core/schema-issues.ts";
import type { Task } from "../../../core/task.ts";

export interface InfinityApp {
  /** Name of its folder: `gmail`. */
  name: string;
  folder: string;
}

/** `real`: tasks as a person gives them; `function`: one function of the application each. */
export type TaskSet = "real" | "function";

export interface InfinityTask {
  task: Task;
  app: InfinityApp;
  /** Path of the Python file that checks the state. */
  verifier: string;
}

/** Loose: files may hold further fields. */
const TaskFileSchema = z.array(
  z.object({
    id: z.string().min(1),
    instruction: z.string().min(1),
    verify: z.string().min(1),
    difficulty: z.string().nullish(),
  }),
);

/**
 * @param path a checkout, its `apps` folder, or the folder of one application
 * @param wanted names of applications, or null for all
 * @throws ConfigError if there is none, or a wanted one is missing
 */
export async function findApps(
  path: string,
  wanted: readonly string[] | null,
): Promise<InfinityApp[]> {
  if (await isApp(path)) return [{ name: basename(resolve(path)), folder: resolve(path) }];
  const apps: InfinityApp[] = [];
  for (const place of [join(path, "apps"), path]) {
    const names: string[] = await readdir(place).catch(() => []);
    for (const name of names.toSorted())
      if (await isApp(join(place, name))) apps.push({ name, folder: resolve(place, name) });
    if (apps.length > 0) break;
  }
  if (apps.length === 0)
    throw new ConfigError(
      `Expected applications of WebArena-Infinity at ${path}, got no folder with server.py and real-tasks.json. Give the checkout, or the folder of one application.`,
    );
  const known = apps.map(({ name }) => name);
  const unknown = wanted?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ConfigError(
      `Expected the name of an application (${known.join(", ")}), got "${unknown}".`,
    );
  return wanted === null ? apps : apps.filter(({ name }) => wanted.includes(name));
}

async function isApp(folder: string): Promise<boolean> {
  const has = (file: string): Promise<boolean> =>
    access(join(folder, file)).then(
      () => true,
      () => false,
    );
  return (await has("server.py")) && (await has("real-tasks.json"));
}

/** The origin of an application. Browsers say for what a request to `.localhost` is, which the gate relies on. */
export function originOf({ name }: InfinityApp): string {
  return `http://${name.toLowerCase()}.localhost`;
}

/** @throws TaskError for a broken task file */
export async function readTasks(
  app: InfinityApp,
  set: TaskSet,
  maxSteps: number,
): Promise<InfinityTask[]> {
  const file = join(app.folder, `${set}-tasks.json`);
  const configs = await readTaskFile(file);
  return configs.map(({ id, instruction, verify }) => ({
    app,
    verifier: join(app.folder, verify),
    task: {
      id: `infinity.${app.name}.${set === "real" ? "" : "function."}${id}`,
      goal: instruction,
      startUrls: [`${originOf(app)}/`],
      sites: [app.name],
      maxSteps,
      checks: [],
      // Each task is an instruction of its own: nothing in the files groups them.
      templateId: hashText(`${app.name} ${set} ${id}`),
      world: "",
    },
  }));
}

async function readTaskFile(file: string): Promise<z.infer<typeof TaskFileSchema>> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TaskError(`Expected a task file at ${file}, got: ${reason}.`, { cause: error });
  }
  const parsed = TaskFileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new TaskError(`${file}: ${reportIssues(parsed.error, content)}.`);
}

/** A checksum of the tasks and of their verifiers, so that results name what they were measured with. */
export async function hashTasks(tasks: readonly InfinityTask[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { task, verifier } of tasks)
    hash.update(JSON.stringify(task)).update(await readFile(verifier).catch(() => "missing"));
  return hash.digest("hex");
}
