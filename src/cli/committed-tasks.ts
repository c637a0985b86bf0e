/** The tasks that come with dreamgym: of a split, on the sites that one asks for. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../core/errors.ts";
import type { TaskConfig } from "../evaluation/task-config.ts";
import { loadTaskConfigs } from "../real/harness/load-tasks.ts";
import { assertOneOf } from "./flags.ts";
import { tasksFolder } from "./package-root.ts";

/** Those that need no other site than these. @throws ConfigError when split or site is unknown, or there is no task */
export function loadSplit(split: string, sites: readonly string[]): TaskConfig[] {
  assertOneOf("the split", split, committedSplits());
  const all = loadTaskConfigs(join(tasksFolder(), `${split}.json`));
  const known = new Set(all.flatMap((config) => config.sites));
  const unknown = sites.find((site) => !known.has(site));
  if (unknown !== undefined)
    throw new ConfigError(
      `Expected sites that have tasks of ${split} (${[...known].join(", ")}), got ${unknown}.`,
    );
  const configs = all.filter((config) => config.sites.every((site) => sites.includes(site)));
  if (configs.length > 0) return configs;
  throw new ConfigError(
    `Expected tasks of ${split} on ${sites.join(", ")}, got none. \`dreamgym tasks stats\` names the sites it knows; one of your own is recorded in code: docs/your-own-site.md.`,
  );
}

function committedSplits(): Set<string> {
  const names = readdirSync(tasksFolder()).filter((name) => name.endsWith(".json"));
  return new Set(names.map((name) => name.slice(0, -".json".length)));
}
