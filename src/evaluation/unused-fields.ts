/**
 * Fields of WebArena's config that ask for a login, a stored session or a reset. dreamgym accepts them and acts on
 * none: whoever serves the sites decides, for all tasks alike (`SiteProvider`, `logIn` and `resetSite`).
 */

import type { TaskConfig } from "./task-config.ts";

const ASKS_FOR: Record<string, (config: TaskConfig) => boolean> = {
  require_login: (config) => config.require_login,
  storage_state: (config) => config.storage_state !== null,
  require_reset: (config) => config.require_reset,
};

/** How many tasks ask for something by each of these fields. Fields that nobody uses are left out. */
export function countUnusedFields(configs: readonly TaskConfig[]): Record<string, number> {
  const counts = Object.entries(ASKS_FOR).map(
    ([field, asks]) => [field, configs.filter((config) => asks(config)).length] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

const ACTS: Record<string, string> = {
  require_login:
    "Episodes start logged in exactly when the site's provider, or `logIn`, gives a session.",
  storage_state: "No stored session is read.",
  require_reset:
    "Every episode starts on a fresh state where the site's provider, or `resetSite`, can reset it.",
};

/** One line on what happens instead; null when no task uses such a field. */
export function describeUnusedFields(configs: readonly TaskConfig[]): string | null {
  const counts = Object.entries(countUnusedFields(configs));
  if (counts.length === 0) return null;
  const list = counts.map(([field, count]) => `${field} (${count})`).join(", ");
  const tasks = configs.length === 1 ? "1 task" : `${configs.length} tasks`;
  return `Not acted on, of ${tasks}: ${list}. ${counts.map(([field]) => ACTS[field]).join(" ")}`;
}
