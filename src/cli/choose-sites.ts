/** Which sites a command works on: bundled ones, a user's module, or sites that run somewhere already. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { z } from "zod";
import { createBundledSites, DEFAULT_SITES } from "../../fixtures/index.ts";
import { ConfigError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import type { TaskConfig } from "../evaluation/task-config.ts";
import { toTask } from "../evaluation/to-task.ts";
import { loadTaskConfigs } from "../real/harness/load-tasks.ts";
import { readScriptSteps, type ScriptLine } from "../page/script-policy.ts";
import { type CheckedSiteModule, checkSiteModule, originsOf } from "../transfer/site-module.ts";
import { readStoredSession } from "../real/sites/stored-session.ts";
import type { CliContext } from "./context.ts";
import { commaList, parseConfig, pathName, readConfigFile, siteUrl } from "./flags.ts";
import { importFile, loadSiteModule } from "./load-site-module.ts";
import { readText } from "./read-text.ts";

/** What `dreamgym.config.ts` (or .mts, .js, .mjs, .json) may say. Flags win over it; paths are relative to it. */
const ConfigFileSchema = z
  .strictObject({
    siteModule: z.string().exactOptional(),
    urls: z.record(z.string(), z.url()).exactOptional(),
    session: z.string().exactOptional(),
    login: z.string().exactOptional(),
    tasks: z.string().exactOptional(),
  })
  .refine(
    ({ siteModule, urls }) => (siteModule === undefined) !== (urls === undefined),
    "expected either `siteModule` (a path) or `urls` (by site name)",
  );
/** For `export default { … } satisfies DreamgymConfig`. */
export type DreamgymConfig = z.input<typeof ConfigFileSchema>;

const CONFIG_FILES = ["ts", "mts", "js", "mjs", "json"].map((end) => `dreamgym.config.${end}`);

export interface SiteFlags {
  sites?: string[];
  siteModule?: string;
  site?: Record<string, string>;
  /** A file. */
  session?: string;
  /** A file. */
  login?: string;
  tasks?: string;
}

/** Whether flags name any sites, or something that only goes with named sites. */
export function namesSites({ sites, siteModule, site, session, login }: SiteFlags): boolean {
  return (sites ?? siteModule ?? site ?? session ?? login) !== undefined;
}

/** The flags that name the sites, with a space before each, to be repeated in another command. */
export function formatSiteFlags({
  sites,
  siteModule,
  site = {},
  session,
  login,
  tasks,
}: SiteFlags): string {
  const flags = [
    ...(sites === undefined ? [] : ["--sites", sites.join(",")]),
    ...(siteModule === undefined ? [] : ["--site-module", siteModule]),
    ...Object.entries(site).flatMap(([name, url]) => ["--site", `${name}=${url}`]),
    ...(session === undefined ? [] : ["--session", session]),
    ...(login === undefined ? [] : ["--login", login]),
    ...(tasks === undefined ? [] : ["--tasks", tasks]),
  ];
  return flags.map((word) => ` ${word}`).join("");
}

/** `--sites`, `--site-module`, `--site` and `--tasks`. */
export function addSiteOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--sites <names>",
        `bundled sites, separated by commas (default: ${DEFAULT_SITES.join(",")})`,
      ).argParser(commaList),
    )
    .option(
      "--site-module <file>",
      "your own sites: a .ts or .js file (default: the one that dreamgym.config.ts names)",
      pathName,
    )
    .option(
      "--site <name=url>",
      "a site that already runs and that nobody resets; may be repeated",
      siteUrl,
    )
    .option(
      "--session <file>",
      "with --site: a stored session that each episode starts with (`record --save-session`, or Playwright's storage state)",
      pathName,
    )
    .option(
      "--login <file>",
      "with --site: a script of actions (as for `record --script`) that logs in; played before an episode where the session has ended",
      pathName,
    )
    .option("--tasks <file>", "more tasks for these sites: a JSON file or folder", pathName);
}

/** What for: a dream asks for origins and tasks alone, so it needs no session and no password of a login. */
type Use = "visit" | "dream";

/** @throws ConfigError when flags contradict each other, or a module does not fit */
export async function chooseSites(
  flags: SiteFlags,
  context: CliContext,
  use: Use = "visit",
): Promise<CheckedSiteModule> {
  const own = await findOwnSites(flags, context, use);
  if (own?.urls !== undefined && use === "visit")
    context.progress.note(
      `Nobody resets ${Object.keys(own.urls).join(", ")}: what an episode changes there stays for the next one.`,
    );
  if (own !== null) return own;
  if (flags.tasks !== undefined && flags.sites === undefined)
    throw new ConfigError(
      "--tasks needs --sites, --site or --site-module. Name the sites of the tasks, or remove --tasks.",
    );
  const bundled = createBundledSites({
    ...(flags.sites && { sites: flags.sites }),
    searchPath: context.environment.path,
    log: (line) => context.progress.note(line),
  });
  return withOwnTasks(checkSiteModule(bundled, "the bundled sites"), flags.tasks, context);
}

/** Sites that do not come with dreamgym; null where nothing names any. @throws ConfigError */
export async function findOwnSites(
  flags: SiteFlags,
  { progress, environment }: Pick<CliContext, "progress" | "environment">,
  use: Use = "visit",
): Promise<CheckedSiteModule | null> {
  const given = (["sites", "siteModule", "site"] as const).filter(
    (name) => flags[name] !== undefined,
  );
  if (given.length > 1)
    throw new ConfigError(
      "Expected one of --sites, --site-module and --site, got more than one. Choose which sites to use.",
    );
  const loggingIn = (["session", "login"] as const).find((name) => flags[name] !== undefined);
  if (loggingIn !== undefined && (flags.sites ?? flags.siteModule) !== undefined)
    throw new ConfigError(
      `--${loggingIn} needs --site. Bundled sites and site modules log in by themselves.`,
    );
  if (flags.sites !== undefined) return null;
  const { siteModule, urls, tasks, session, login } =
    given.length > 0
      ? { ...flags, urls: flags.site }
      : {
          ...(await readProjectConfig(progress)),
          ...(flags.tasks && { tasks: flags.tasks }),
          ...(flags.session && { session: flags.session }),
          ...(flags.login && { login: flags.login }),
        };
  if (siteModule === undefined && urls === undefined) {
    if (loggingIn !== undefined)
      throw new ConfigError(
        `--${loggingIn} needs --site: name the site that it belongs to, such as --site shop=http://localhost:8080.`,
      );
    return null;
  }
  const identity = use === "visit" && {
    ...(session !== undefined && { session: readStoredSession(session, HOW_TO_STORE) }),
    ...(login !== undefined && { login: readLogin(login, environment.variables) }),
  };
  const site =
    siteModule === undefined
      ? checkSiteModule({ urls, ...identity }, "--site")
      : await loadSiteModule(siteModule);
  return withOwnTasks(site, tasks, { progress });
}

function readLogin(path: string, variables: CliContext["environment"]["variables"]): ScriptLine[] {
  const steps = readScriptSteps(readText(path, "--login"), path, variables);
  const [first] = steps;
  if (first?.line.kind === "goto") return steps.map(({ line }) => line);
  throw new ConfigError(
    `Expected a script that begins with {"kind": "goto", "url": …} of the login page in ${path}, got ${first === undefined ? "no action" : `a ${first.line.kind}`}. Add that line.`,
  );
}

const HOW_TO_STORE = "Write one with `dreamgym record URL --save-session FILE`.";

function withOwnTasks(
  site: CheckedSiteModule,
  path: string | undefined,
  { progress }: Pick<CliContext, "progress">,
): CheckedSiteModule {
  if (path === undefined) return site;
  const configs = loadTaskConfigs(path, (line) => progress.note(line));
  return withTasks(site, path, configs);
}

async function readProjectConfig(progress: CliContext["progress"]): Promise<{
  siteModule?: string | undefined;
  urls?: Record<string, string> | undefined;
  session?: string | undefined;
  login?: string | undefined;
  tasks?: string | undefined;
}> {
  const name = CONFIG_FILES.find((file) => existsSync(file));
  if (name === undefined) return {};
  const value = name.endsWith(".json") ? readConfigFile(name) : (await importFile(name))["default"];
  const config = parseConfig(ConfigFileSchema, value, name);
  progress.note(
    `Using ${config.siteModule ?? Object.keys(config.urls ?? {}).join(", ")}, as ${name} says.`,
  );
  const nextTo = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : join(dirname(name), path);
  const { siteModule, tasks, session, login } = config;
  return {
    ...config,
    siteModule: nextTo(siteModule),
    tasks: nextTo(tasks),
    session: nextTo(session),
    login: nextTo(login),
  };
}

/** Adds the tasks of a file in WebArena's form, each in the split that it names; `train` where it names none. */
function withTasks(
  site: CheckedSiteModule,
  path: string,
  configs: readonly TaskConfig[],
): CheckedSiteModule {
  const origins = originsOf(site);
  const tasks: Record<string, readonly Task[]> = { ...site.tasks };
  for (const config of configs) {
    const split = config.split ?? "train";
    tasks[split] = [...(tasks[split] ?? []), toTask(config, origins)];
  }
  return checkSiteModule({ ...site, tasks }, path);
}
