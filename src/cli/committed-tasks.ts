/** The tasks that come with dreamgym: of a split, on the sites that one asks for. */

import { join } from "node:path";
import { ConfigError } from "../core/errors.ts";
import type { TaskConfig } from "../evaluation/task-config.ts";
import { loadTaskConfigs } from "../real/tasks/load-tasks.ts";
import { tasksFolder } from "./package-root.ts";

/** Those that need no other site than these. @throws ConfigError when there is none */
export function loadSplit(split: string, sites: readonly string[]): TaskConfig[] {
  const configs = loadTaskConfigs(join(tasksFolder(), `${split}.json`)).filter((config) =>
    config.sites.every((site) => sites.includes(site)),
  );
  if (configs.length > 0) return configs;
  throw new ConfigError(
    `Expected tasks of ${split} on ${sites.join(", ")}, got none. See: dreamgym tasks stats`,
  );
}
