/** Episodes of our own demonstrators in WebArena-Verified's layout, each with a task that asks for what it did. */

import {
  createDemonstrator,
  DEFAULT_SITES,
  loadBundledTasks,
  SITE_URLS,
} from "../../fixtures/index.ts";
import { runEpisode } from "../../src/core/episode.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { toTask } from "../../src/evaluation/to-task.ts";
import type { AddressBook } from "../../src/evaluation/verified/site-addresses.ts";
import { type VerifiedTask, VerifiedTaskSchema } from "../../src/evaluation/verified/task.ts";
import { toVerifiedFiles } from "../../src/real/harness/verified/write-verified-folder.ts";
import { openSitesOverHttp } from "./http-sites.ts";
import type { HarEvent } from "./verified-gold.ts";

export interface OwnRuns {
  tasks: VerifiedTask[];
  runs: { response: string; entries: HarEvent[] }[];
  addresses: AddressBook;
}

const RUNS = 12;

export async function recordOwnRuns(): Promise<OwnRuns> {
  const trajectories = await playDemonstrators();
  const runs = trajectories.map((trajectory) => {
    const { response, har } = toVerifiedFiles(trajectory);
    return { response, entries: (JSON.parse(har) as { log: { entries: HarEvent[] } }).log.entries };
  });
  return {
    runs,
    tasks: trajectories.map((trajectory, index) =>
      taskOf(trajectory, index, runs[index]?.response ?? ""),
    ),
    addresses: Object.fromEntries(DEFAULT_SITES.map((site) => [site, [SITE_URLS[site] as string]])),
  };
}

async function playDemonstrators(): Promise<Trajectory[]> {
  const configs = loadBundledTasks("train", DEFAULT_SITES);
  const every = Math.floor(configs.length / (2 * RUNS));
  await using sites = await openSitesOverHttp(DEFAULT_SITES);
  const [env] = sites.envs;
  const played: Trajectory[] = [];
  for (const config of configs.filter((_, index) => index % every === 0)) {
    if (env === undefined || played.length === RUNS) break;
    const task = toTask(config, SITE_URLS);
    const trajectory = await runEpisode({
      env,
      policy: createDemonstrator(config),
      task,
      seed: 0,
      id: `own-${task.id}`,
      actor: "demonstrator",
      source: "real",
      record: false,
    });
    // A demonstrator that fails needs a script, which the text browser does not run.
    if (trajectory.stopReason === "terminated") played.push(trajectory);
  }
  return played;
}

/** A task that asks for the answer and the sent forms of an episode. */
function taskOf(trajectory: Trajectory, id: number, response: string): VerifiedTask {
  const { task_type, status, retrieved_data } = JSON.parse(response) as Record<string, unknown>;
  const sent = trajectory.transitions
    .flatMap(({ requests }) => requests)
    .filter(({ method, status: answer }) => method === "POST" && answer !== null);
  const sites = Object.keys(SITE_URLS).filter((site) =>
    trajectory.startRequests.some(({ url }) => url.startsWith(SITE_URLS[site] as string)),
  );
  return VerifiedTaskSchema.parse({
    sites,
    task_id: id,
    intent_template_id: trajectory.templateId,
    start_urls: sites.map((site) => `__${site.toUpperCase()}__`),
    intent: trajectory.goal,
    eval: [
      {
        evaluator: "AgentResponseEvaluator",
        results_schema: { type: "array", items: { type: "string" } },
        expected: { task_type, status, retrieved_data },
      },
      ...sent.map(({ url, fields, status: answer }) => ({
        evaluator: "NetworkEventEvaluator",
        last_event_only: false,
        expected: {
          url: placeholders(url),
          http_method: "POST",
          response_status: answer,
          ...(fields === null || fields.length === 0
            ? {}
            : { post_data: Object.fromEntries(fields) }),
        },
      })),
    ],
    intent_template: trajectory.goal,
    instantiation_dict: {},
    revision: 1,
  });
}

function placeholders(url: string): string {
  const site = Object.entries(SITE_URLS).find(([, address]) => url.startsWith(address));
  return site === undefined ? url : url.replace(site[1], `__${site[0].toUpperCase()}__`);
}
