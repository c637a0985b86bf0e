/** Records real episodes on the tasks of a split: in browsers, on the sites of a module, with the cost on a ledger. */

import { createHash } from "node:crypto";
import { createExplorer } from "../agent/baselines/explorer.ts";
import type { Policy } from "../core/policy.ts";
import type { Task } from "../core/task.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import type { NamedJudge } from "../evaluation/judge.ts";
import { countRequests, type OpenRealSitesOptions } from "../real/browser/open-real-sites.ts";
import { collect, type RecordedAgent } from "../real/record/collect/collect.ts";
import {
  type CollectConfig,
  MAY_GROW,
  withoutDemonstrations,
} from "../real/record/collect/collect-plan.ts";
import type { CollectSummary } from "../real/record/collect/collect-summary.ts";
import {
  createEntityHoldout,
  type EntityHoldout,
  NO_HOLDOUT,
} from "../real/record/collect/entity-holdout.ts";
import { openRunFolder, writeFileWhole } from "../store/run-folder.ts";
import { openLiveWorld } from "./check/live-world.ts";
import { type Agent, identityOfAgent, startAgent } from "../real/harness/agent.ts";
import { SILENT_REPORT, type WorkReport } from "./work-report.ts";
import {
  type CheckedSiteModule,
  checkSiteModule,
  originsOf,
  type SiteModule,
  tasksOf,
  worldsOf,
  servedBy,
} from "./site-module.ts";

export interface RecordSplitOptions {
  site: SiteModule;
  config: CollectConfig;
  /** `train`: to learn from, without access to held-out parts. `dev`: to measure a dream, with access to everything. */
  split: "train" | "dev";
  folder: string;
  /** How many browsers run at the same time, at most. */
  browsers: number;
  executablePath: OpenRealSitesOptions["executablePath"];
  /** `chromium` by default. `text` needs no Chromium and runs no scripts. */
  browser?: "chromium" | "text";
  /** Plays the `agent` episodes of the plan, with WebArena's early stops. */
  agent?: Agent;
  /** Decides `fuzzy_match`, and tasks without checks. Another judge cannot resume the recording. */
  judge?: NamedJudge;
  /** Silent by default. */
  report?: WorkReport;
  signal?: AbortSignal;
}

/** Records, or resumes. The same call on a finished folder does nothing. */
export async function recordSplit(options: RecordSplitOptions): Promise<CollectSummary> {
  const { split, folder, executablePath, signal, agent, judge, browser = "chromium" } = options;
  const site = checkSiteModule(options.site, "site module");
  const { report = SILENT_REPORT } = options;
  // Without tasks, there is nothing that an agent could be asked to do.
  const explores = split === "train" && agent === undefined;
  const tasks = explores ? trainTasksOf(site) : tasksOf(site, split);
  const config = withoutDemonstrators(options.config, site);
  const worlds = worldsOf(site, tasks);
  const identity = {
    ...identityOf(site, split, tasks),
    ...(agent && identityOfAgent(agent)),
    ...(judge && { judge: judge.name }),
    ...(browser === "text" && { browser }),
  };
  using run = openRunFolder(folder, { ...config, ...identity }, { mayGrow: MAY_GROW });
  report.keepLog(run.file("log.txt"));
  if (site.createDemonstrator === undefined && agent === undefined)
    report.note("Nobody demonstrates tasks on these sites: all episodes explore at random.");
  await using world = await openLiveWorld({
    browser,
    ...servedBy(site),
    worlds,
    count: Math.min(options.browsers, config.episodes),
    executablePath,
    ...(judge && { evaluator: createEvaluator({ judge: judge.create("strict") }) }),
  });
  const summary = await collect({
    config,
    folder: run.path,
    tasks,
    createExplorer,
    demonstratorFor: (task) => demonstratorOf(site, task),
    ...(agent && { agent: recordedAs(agent) }),
    holdout: holdoutOf(site, split),
    envs: world.envs.map((env) => ({ env, countRequests: () => countRequests(env) })),
    // Sites that already run do not count the requests they receive.
    ...(site.provider && { counters: world }),
    line: split === "train" ? "collection" : "fidelity replay",
    onProgress: (state) => report.update(...describeRecording(split, state)),
    log: (line) => report.note(line),
    ...(signal && { signal }),
  });
  if (summary.withheldTemplates.length > 0)
    report.note(
      `Every episode of template ${summary.withheldTemplates.join(", ")} met a held-out entity and was withheld, so the recordings lack the template. Check \`heldOut\` against its tasks.`,
    );
  writeFileWhole(run.file("summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

/** What a collection is about: keys of its config that no run may change. */
export function identityOf(
  site: CheckedSiteModule,
  split: RecordSplitOptions["split"],
  tasks: readonly Task[],
): Record<string, unknown> {
  return {
    split,
    sites: Object.keys(originsOf(site)),
    worlds: worldsOf(site, tasks),
    tasksSha256: digest(tasks),
  };
}

/** Recordings of `train` stay away from held-out entities. */
export function holdoutOf(
  { heldOut }: CheckedSiteModule,
  split: RecordSplitOptions["split"],
): EntityHoldout {
  return split === "train" && heldOut !== undefined ? createEntityHoldout(heldOut) : NO_HOLDOUT;
}

/** The progress of a recording in words and numbers, for a progress line. */
function describeRecording(
  split: string,
  { episodes, planned, steps, failed }: CollectSummary,
): [state: string, work: { done: number; total: number }] {
  const trouble = failed === 0 ? "" : `, ${failed} failed`;
  return [
    `collect ${split}: ${episodes} of ${planned} episodes, ${steps} steps${trouble}`,
    { done: episodes, total: planned },
  ];
}

/** Steps of an episode that explores a site without a task. */
const EXPLORATION_STEPS = 20;

/** Tasks to record on. The explorer visits a module without tasks from each site's start page. */
export function trainTasksOf(site: CheckedSiteModule): readonly Task[] {
  if (Object.values(site.tasks).some((tasks) => tasks.length > 0)) return tasksOf(site, "train");
  const [world = ""] = Object.keys(site.worlds);
  return Object.entries(site.provider?.sites ?? site.urls ?? {}).map(([name, url], index) => ({
    id: `explore-${name}`,
    goal: "",
    startUrls: [new URL(url).href],
    sites: [name],
    maxSteps: EXPLORATION_STEPS,
    checks: [],
    templateId: index,
    world,
  }));
}

function withoutDemonstrators(config: CollectConfig, site: CheckedSiteModule): CollectConfig {
  if (site.createDemonstrator !== undefined) return config;
  return { ...config, mix: withoutDemonstrations(config.mix) };
}

function recordedAs(agent: Agent): RecordedAgent {
  const { name, decisionTimeoutMs } = agent;
  return {
    name,
    ...(decisionTimeoutMs !== undefined && { decisionTimeoutMs }),
    policyFor: (episode) => startAgent(agent, episode),
  };
}

function demonstratorOf(site: CheckedSiteModule, task: Task): Policy {
  if (site.createDemonstrator !== undefined) return site.createDemonstrator(task);
  throw new RangeError("Expected no demonstration to be planned without demonstrators.");
}

function digest(tasks: readonly Task[]): string {
  return createHash("sha256").update(JSON.stringify(tasks)).digest("hex").slice(0, 16);
}
