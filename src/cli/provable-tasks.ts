/** The tasks that a validation is about: of task files, or those that a user's module makes. */

import {
  createBundledSites,
  createDemonstrator,
  generateTaskFiles,
  groupByProvider,
  SITE_URLS,
  tasksFolder,
  TEMPLATES,
} from "../../fixtures/index.ts";
import { ConfigError, TaskError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import { findLocatorFaults, whyUnscored } from "../evaluation/scorable.ts";
import { parseTaskConfig, type TaskConfig } from "../evaluation/task-config.ts";
import type { TaskFault } from "../evaluation/task-fault.ts";
import { countUnusedFields, describeUnusedFields } from "../evaluation/unused-fields.ts";
import { toTask } from "../evaluation/to-task.ts";
import { readTaskFiles } from "../real/harness/load-tasks.ts";
import { type CheckedSiteModule, checkSiteModule } from "../transfer/site-module.ts";
import { findOwnSites } from "./choose-sites.ts";
import type { CliContext } from "./context.ts";

/** One task of a validation. */
export interface ListedTask {
  id: string;
  split: string;
  templateId: number;
  sites: readonly string[];
  /** Why rules alone will never score it; empty where they can. */
  unscored: string[];
}

/** Tasks that one provider can serve, with what proves them. */
export interface ProofGroup {
  site: CheckedSiteModule;
  tasks: Task[];
}

export interface TasksToValidate {
  listed: ListedTask[];
  /** Each with file, task and field. */
  faults: TaskFault[];
  /** How many tasks have each field that asks for a login, a session or a reset, and one line about it. */
  unusedFields: { counts: Record<string, number>; note: string | null };
  /** Groups the tasks with these ids. @throws TaskError for one that nobody can demonstrate */
  group: (ids: ReadonlySet<string>) => ProofGroup[];
}

export interface TaskSource {
  path?: string | undefined;
  siteModule?: string | undefined;
  /** Made from the templates as they are, not read from the files that they will replace. */
  isGenerated: boolean;
}

/** @throws ConfigError, TaskError when nothing can be read */
export async function readTasksToValidate(
  context: CliContext,
  { path, siteModule, isGenerated }: TaskSource,
): Promise<TasksToValidate> {
  if (isGenerated) return fromConfigs(context, generateConfigs());
  const own =
    path === undefined ? await findOwnSites(siteModule ? { siteModule } : {}, context) : null;
  if (own !== null) return fromModule(own);
  const { tasks, faults } = readTaskFiles(path ?? tasksFolder());
  return fromConfigs(
    context,
    tasks.map(({ config }) => config),
    [...faults, ...tasks.flatMap(({ config, where }) => findLocatorFaults(config, where))],
  );
}

function generateConfigs(): TaskConfig[] {
  return Object.values(generateTaskFiles())
    .flatMap((text) => JSON.parse(text) as unknown[])
    .map((entry) => parseTaskConfig(entry, "generated"));
}

function fromModule(site: CheckedSiteModule): TasksToValidate {
  const bySplit = Object.entries(site.tasks);
  const listed = bySplit.flatMap(([split, tasks]) =>
    tasks.map(({ id, templateId, sites }) => ({ id, split, templateId, sites, unscored: [] })),
  );
  if (listed.length === 0)
    throw new ConfigError(
      "Expected the site module to have tasks, got none. Add `tasks`, or name a task file.",
    );
  return {
    listed,
    faults: [],
    unusedFields: { counts: {}, note: null },
    group(ids) {
      if (site.createDemonstrator === undefined)
        throw new TaskError(
          "Expected the site module to have `createDemonstrator`, which solves a task, got none. Add it, or leave --solve out to check the form alone.",
        );
      const tasks = bySplit.flatMap(([, own]) => own.filter(({ id }) => ids.has(id)));
      return [{ site, tasks }];
    },
  };
}

function fromConfigs(
  context: CliContext,
  configs: readonly TaskConfig[],
  faults: TaskFault[] = [],
): TasksToValidate {
  return {
    listed: configs.map((config) => ({
      id: String(config.task_id),
      split: config.split ?? "no split",
      templateId: config.intent_template_id,
      sites: config.sites,
      unscored: whyUnscored(config),
    })),
    faults,
    unusedFields: { counts: countUnusedFields(configs), note: describeUnusedFields(configs) },
    group(ids) {
      const chosen = configs.filter(({ task_id: id }) => ids.has(String(id)));
      assertBundledTemplates(chosen);
      return groupByProvider(chosen).map((own) => groupOf(context, own.sites, own.tasks));
    },
  };
}

/** Only the templates that come with dreamgym have a demonstrator. @throws TaskError */
function assertBundledTemplates(configs: readonly TaskConfig[]): void {
  const known = new Set(TEMPLATES.map(({ id }) => id));
  const foreign = configs.find((config) => !known.has(config.intent_template_id));
  if (foreign === undefined) return;
  throw new TaskError(
    `Task ${foreign.task_id}: expected a template that has a demonstrator (${Math.min(...known)} to ${Math.max(...known)}), got ${foreign.intent_template_id}. Leave --solve out to check the form alone, or bring demonstrators with --site-module.`,
  );
}

function groupOf(
  { environment, progress }: CliContext,
  sites: readonly string[],
  configs: readonly TaskConfig[],
): ProofGroup {
  const byId = new Map(configs.map((config) => [String(config.task_id), config]));
  const bundled = createBundledSites({
    sites,
    searchPath: environment.path,
    log: (line) => progress.note(line),
  });
  return {
    site: checkSiteModule(
      {
        ...bundled,
        createDemonstrator: ({ id }: Task) => createDemonstrator(byId.get(id) as TaskConfig),
      },
      "the bundled sites",
    ),
    tasks: configs.map((config) => toTask(config, SITE_URLS)),
  };
}
