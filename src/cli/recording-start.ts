/** Where a recording begins: at an address, at a task of the sites, or where another one was left. */

import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "../core/errors.ts";
import type { SiteRequest } from "../core/site-request.ts";
import type { Task } from "../core/task.ts";
import type { SessionIdentity } from "../real/browser/browser-session.ts";
import type { LoginScript } from "../real/browser/played-login.ts";
import { openSites } from "../real/sites/open-sites.ts";
import { ReusedSiteEpisode } from "../real/sites/reused-site-episode.ts";
import type { SiteOrigin } from "../real/sites/site-origins.ts";
import { readRecording, RecordingFolder } from "../store/recording-folder.ts";
import { type CheckedSiteModule, originsOf, servedBy, worldsOf } from "../transfer/site-module.ts";

export interface RecordingStart {
  goal: string;
  url: string | null;
  task: Task | null;
  site: CheckedSiteModule | null;
  /** A folder of an unfinished recording. */
  resume: string | null;
  id: string;
  root: string;
  actor: string;
  source: "human" | "real";
  seed: number;
}

interface StartFlags {
  out: string;
  id?: string;
  goal?: string;
  script?: string;
  agent?: string;
  resume?: string;
  seed: number;
}

/** @throws ConfigError if neither an address nor a known task is named */
export function findStart(
  target: string | undefined,
  flags: StartFlags,
  site: CheckedSiteModule | null,
): RecordingStart {
  const { out, id, resume, agent, script, seed } = flags;
  const common = {
    id: id ?? nextId(out),
    root: out,
    resume: resume ?? null,
    actor: agent ?? (script === undefined ? "person" : "script"),
    source: agent === undefined && script === undefined ? ("human" as const) : ("real" as const),
    seed,
  };
  if (resume !== undefined && target === undefined)
    return {
      ...common,
      goal: flags.goal ?? "",
      url: null,
      task: null,
      site: null,
      root: dirname(resume),
    };
  if (target === undefined)
    throw new ConfigError(
      "Expected an address or the id of a task, got none. Name one: dreamgym record https://example.com",
    );
  if (site === null || isAddress(target))
    return { ...common, goal: flags.goal ?? "", url: target, task: null, site };
  const tasks = Object.values(site.tasks).flat();
  const task = tasks.find((one) => one.id === target);
  if (task === undefined)
    throw new ConfigError(
      `Expected an address (https://…) or one of ${tasks.length} task ids, got ${target}. \`dreamgym tasks\` lists them.`,
    );
  return { ...common, goal: flags.goal ?? task.goal, url: null, task, site };
}

export const isAddress = (target: string): boolean => /^https?:\/\//i.test(target);

export interface OpenedStart {
  origins: readonly SiteOrigin[] | null;
  startUrls: readonly string[];
  identity: SessionIdentity | null;
  /** Played before the recording, if the session has ended. */
  login?: LoginScript;
  createFolder(startRequests: SiteRequest[], mask: <T>(value: T) => T): RecordingFolder;
}

/** Starts the sites of a task. @param closers closes them. @throws SiteError */
export async function openStart(
  start: RecordingStart,
  closers: (() => PromiseLike<void>)[],
): Promise<OpenedStart> {
  const { site, url, resume, id, root } = start;
  if (resume !== null) {
    const { transitions, startRequests, taskId, world } = await readRecording(resume);
    const last = transitions.at(-1)?.observation.url ?? startRequests[0]?.url;
    if (last === undefined || world !== "" || taskId !== "")
      throw new ConfigError(
        `Expected a recording of an address at ${resume}, got ${taskId === "" ? "an empty one" : `one of task ${taskId}, whose site has been reset`}. Record it again.`,
      );
    return {
      origins: null,
      startUrls: [last],
      identity: null,
      createFolder: (_requests, mask) => RecordingFolder.resume(resume, mask).folder,
    };
  }
  const task = start.task ?? (site && taskAt(url ?? "", site));
  const createFolder: OpenedStart["createFolder"] = (startRequests, mask) =>
    RecordingFolder.create(
      root,
      {
        id,
        taskId: task?.id ?? "",
        goal: start.goal,
        templateId: task?.templateId ?? 0,
        world: task?.world ?? "",
        source: start.source,
        actor: start.actor,
        seed: start.seed,
        startRequests,
      },
      mask,
    );
  if (task === null || site === null)
    return { origins: null, startUrls: [url ?? ""], identity: null, createFolder };
  const { login, ...served } = servedBy(site);
  const { origins, control } = await openSites(
    { ...served, worlds: worldsOf(site, [task]) },
    closers,
  );
  const episode = new ReusedSiteEpisode(control === null ? {} : { sites: control });
  const { headers, cookies } = await episode.start(task);
  const own = task.sites.flatMap((name) => origins[name] ?? []);
  const identity = {
    headers,
    cookies: cookies.flatMap(({ site: name, name: cookie, value }) => {
      const origin = origins[name]?.origin;
      return origin === undefined ? [] : [{ name: cookie, value, url: origin }];
    }),
  };
  return {
    origins: own,
    startUrls: task.startUrls,
    identity,
    ...(login && { login }),
    createFolder,
  };
}

/** A person goes where they like on the sites, in their first world. */
function taskAt(url: string, site: CheckedSiteModule): Task {
  const origins = originsOf(site);
  if (!Object.values(origins).includes(URL.parse(url)?.origin ?? ""))
    throw new ConfigError(
      `Expected an address on ${Object.values(origins).join(", ")}, got ${url}. Choose other sites, or name none.`,
    );
  const [world = ""] = Object.keys(site.worlds);
  const sites = Object.keys(origins);
  return {
    id: "",
    goal: "",
    startUrls: [url],
    sites,
    maxSteps: 1,
    checks: [],
    templateId: 0,
    world,
  };
}

function nextId(root: string): string {
  const taken = existsSync(root) ? readdirSync(root).map((name) => Number.parseInt(name, 10)) : [];
  const most = Math.max(0, ...taken.filter((number) => !Number.isNaN(number)));
  return String(most + 1);
}
