/** A small valid task config to vary in tests, and the public benchmark configs where they are available. */

import { existsSync, readFileSync } from "node:fs";
import type { TaskConfigInput } from "../../src/evaluation/task-config.ts";

/** A task about text, with its `eval` varied. */
export function config(evaluation: Partial<TaskConfigInput["eval"]>): TaskConfigInput {
  return {
    sites: ["shopping"],
    task_id: 1,
    require_login: true,
    storage_state: "./.auth/shopping_state.json",
    start_url: "__SHOPPING__",
    geolocation: null,
    intent_template: "How much is {{product}}?",
    instantiation_dict: { product: "the blue kettle" },
    intent: "How much is the blue kettle?",
    require_reset: false,
    eval: {
      eval_types: ["string_match"],
      reference_answers: { exact_match: "12.50" },
      reference_url: "",
      program_html: [],
      ...evaluation,
    },
    intent_template_id: 1,
  };
}

const DATA = new URL("../../../shared/data/", import.meta.url);

function read(path: string): unknown {
  const url = new URL(path, DATA);
  return existsSync(url) ? JSON.parse(readFileSync(url, "utf8")) : null;
}

const webarena = read("webarena/test.raw.json") as unknown[] | null;
const lite = read("webarena-lite/test_webarena_lite.raw.json") as unknown[] | null;

/** null where the checkout has no data folder next to it. */
export const publicTasks = webarena === null || lite === null ? null : { webarena, lite };

/** WebArena's six sites under hosts of their own. */
export const PUBLIC_ORIGINS = {
  shopping: "http://shopping.test",
  shopping_admin: "http://shopping-admin.test/admin",
  reddit: "http://reddit.test",
  gitlab: "http://gitlab.test",
  wikipedia: "http://wikipedia.test",
  map: "http://map.test",
};
