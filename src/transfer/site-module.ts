/** The module that describes a user's own sites: who serves them, and optionally tasks with demonstrators. */

import { z } from "zod";
import { ConfigError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { reportIssues } from "../core/schema-issues.ts";
import { type Task, TaskSchema } from "../core/task.ts";
import { type ScriptLine, ScriptLineSchema } from "../page/script-policy.ts";
import type { OpenRealSitesOptions } from "../real/browser/open-real-sites.ts";
import type { LoginScript } from "../real/browser/played-login.ts";
import type { SiteProvider } from "../real/sites/site-provider.ts";
import { StoredSessionSchema } from "../real/sites/stored-session.ts";

const hasMethods = (value: unknown, ...names: string[]): boolean =>
  typeof value === "object" &&
  value !== null &&
  names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");

function functionSchema<T>(what: string): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === "function", { error: `expected ${what}` });
}

export const SiteModuleSchema = z
  .strictObject({
    provider: z
      .custom<SiteProvider>((value) => hasMethods(value, "start", "missing"), {
        error: "expected a SiteProvider, such as provideApplication(…) gives",
      })
      .exactOptional()
      .describe("starts, seeds and resets the sites"),
    urls: z
      .record(z.string(), z.url())
      .exactOptional()
      .describe("instead of a provider: sites that already run, without resets"),
    session: StoredSessionSchema.exactOptional().describe(
      "with `urls`: a storage state of Playwright, with which each episode starts",
    ),
    login: z
      .array(ScriptLineSchema)
      .min(1)
      .exactOptional()
      .describe("with `urls`: actions that log in, played before an episode without a session"),
    worlds: z
      .record(z.string(), z.int())
      .refine((worlds) => Object.keys(worlds).length > 0, "expected at least one world")
      .default({ A: 1 })
      .describe("seed of each world by its label, as tasks name it"),
    tasks: z
      .record(z.string(), z.array(TaskSchema as unknown as z.ZodType<Task>).readonly())
      .default({})
      .describe("by split: `train` is recorded, `dev` measures the dream, others evaluate"),
    createDemonstrator: functionSchema<(task: Task) => Policy>("a function from a task to a policy")
      .exactOptional()
      .describe("a solver of one task; without it recordings explore at random"),
    heldOut: z
      .strictObject({
        names: z.array(z.string()).readonly(),
        keys: z.array(z.string()).readonly(),
      })
      .exactOptional()
      .describe("forbidden targets for recordings of `train`: names on pages, keys in URLs"),
    mask: functionSchema<(text: string) => string>("a function from text to text")
      .exactOptional()
      .describe(
        "replaces texts that may differ between two visits, such as times, with a fixed text",
      ),
  })
  .refine(({ provider, urls }) => (provider === undefined) !== (urls === undefined), {
    message:
      "expected either `provider` (a SiteProvider, such as provideApplication(…) gives) or `urls` (of sites that run already)",
    path: ["provider"],
  })
  .refine(({ provider, session, login }) => provider === undefined || !(session ?? login), {
    message: "expected no session and no login next to `provider`, which seeds sessions itself",
    path: ["session"],
  })
  .refine(({ login }) => login === undefined || URL.canParse(String(login[0]?.["url"])), {
    message: 'expected a first action such as { kind: "goto", url: "http://notes.test/login" }',
    path: ["login"],
  });

/** The default export of a file for `--site-module`, or its exports under these names. */
export type SiteModule = z.input<typeof SiteModuleSchema>;
/** The same after validation, with all defaults filled in. */
export type CheckedSiteModule = z.output<typeof SiteModuleSchema>;

/** @param where names the file in the error. @throws ConfigError that names the missing or wrong field */
export function checkSiteModule(value: unknown, where: string): CheckedSiteModule {
  const parsed = SiteModuleSchema.safeParse(value);
  if (!parsed.success)
    throw new ConfigError(
      `${where}: ${reportIssues(parsed.error, value)}. See "A site module" in docs/your-own-site.md.`,
    );
  const { worlds, tasks } = parsed.data;
  const [first = ""] = Object.keys(worlds);
  const inWorld = (task: Task): Task => {
    const world = task.world === "" ? first : task.world;
    if (world in worlds) return { ...task, world };
    throw new ConfigError(
      `${where}: task ${task.id}: expected a world out of ${Object.keys(worlds).join(", ")}, got "${world}". Add it to \`worlds\`.`,
    );
  };
  return {
    ...parsed.data,
    tasks: Object.fromEntries(
      Object.entries(tasks).map(([split, own]) => [split, own.map(inWorld)]),
    ),
  };
}

/** Who serves the sites, and how their sessions begin. */
export function servedBy({
  provider,
  urls,
  session,
  login,
}: Pick<SiteModule, "provider" | "urls" | "session" | "login">): Pick<
  OpenRealSitesOptions,
  "provider" | "session" | "login"
> {
  return {
    provider: provider ?? urls ?? {},
    ...(session && { session: StoredSessionSchema.parse(session) }),
    ...(login && { login: toLoginScript(z.array(ScriptLineSchema).parse(login)) }),
  };
}

function toLoginScript(lines: readonly ScriptLine[]): LoginScript {
  const steps = lines.map((line, index) => ({ line, where: `step ${index + 1} of the login` }));
  return { url: String(lines[0]?.["url"]), steps: steps.slice(1) };
}

/** Origin by site name. */
export function originsOf({ provider, urls }: CheckedSiteModule): Record<string, string> {
  if (provider !== undefined) return { ...provider.sites };
  return Object.fromEntries(
    Object.entries(urls ?? {}).map(([name, url]) => [name, new URL(url).origin]),
  );
}

/** Tasks of a split. @throws ConfigError when the split has none */
export function tasksOf({ tasks }: CheckedSiteModule, split: string): readonly Task[] {
  const own = tasks[split] ?? [];
  if (own.length > 0) return own;
  const known = Object.keys(tasks).filter((name) => (tasks[name] ?? []).length > 0);
  throw new ConfigError(
    `Expected tasks of the split ${split}, got none: there are tasks of ${known.join(", ") || "no split at all"}. Add some to \`tasks\` of the site module, or choose another split.`,
  );
}

/** The worlds that tasks are played in. */
export function worldsOf(
  { worlds }: CheckedSiteModule,
  tasks: readonly Task[],
): Record<string, number> {
  const used = new Set(tasks.map(({ world }) => world));
  return Object.fromEntries(Object.entries(worlds).filter(([label]) => used.has(label)));
}
