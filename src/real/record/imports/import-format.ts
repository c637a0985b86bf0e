/** What an import format is. A new one is a file with an `ImportFormat`, and a row in `formats.ts`. */

import { basename } from "node:path";
import { RecordingError } from "../../../core/errors.ts";
import type { Observation } from "../../../core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../../../core/site-request.ts";
import type { Score } from "../../../core/score.ts";
import type { Trajectory, Transition } from "../../../core/trajectory.ts";
import { readJsonFile } from "../../../store/json-text.ts";
import { parsePage } from "../../../page/page-document.ts";

export interface Imported {
  trajectory: Trajectory;
  /** What the file held and the trajectory does not, one sentence each. */
  losses: string[];
}

export interface ImportFormat {
  /** One line for `--help`. */
  summary: string;
  /** What files of this format never hold, in words. */
  lacks: string;
  /** Whether a path looks like this format. A folder may hold many files. */
  fits(path: string): boolean;
  /** @throws RecordingError for a file that is not of this format */
  read(path: string): Imported;
}

/** What a foreign file says of an episode. */
export interface ForeignEpisode {
  path: string;
  taskId: string;
  goal: string;
  source: Trajectory["source"];
  actor: string;
  transitions: Transition[];
  finalObservation: Observation;
  finalPage?: PageSnapshot | undefined;
  startRequests?: SiteRequest[];
  score?: Score | null;
}

/** An episode ends as its file does: with the agent's `stop`, or cut off. */
export function toTrajectory(episode: ForeignEpisode): Trajectory {
  const { path, taskId, goal, source, actor, transitions, finalObservation } = episode;
  const last = transitions.at(-1)?.action.kind;
  return {
    id: idOf(path),
    taskId,
    goal,
    templateId: 0,
    world: "",
    source,
    actor,
    seed: 0,
    transitions,
    finalObservation,
    ...(episode.finalPage && { finalPage: episode.finalPage }),
    startRequests: episode.startRequests ?? [],
    stopReason: last === "stop" ? "terminated" : "truncated",
    score: episode.score ?? null,
    error: null,
  };
}

/** @throws RecordingError for a file that is not JSON */
export function readJson(path: string): unknown {
  try {
    return readJsonFile(path);
  } catch (error) {
    const { message } = error as Error;
    throw new RecordingError(`Expected JSON in ${path}, got: ${message.replaceAll(/\s+/gu, " ")}`, {
      cause: error,
    });
  }
}

/** A file's name as an id: letters, digits, `-`, `_` and `.` alone. */
function idOf(path: string): string {
  const name = basename(path).replace(/\.(?:jsonl?|html|zip)$/iu, "");
  return name.replaceAll(/[^\w.-]+/gu, "-").replace(/^[.-]+/u, "") || "episode";
}

/** The observation that a page's HTML gives. */
export function observationOf(page: PageSnapshot, tabs: Observation["tabs"] = []): Observation {
  const { title, nodes } = parsePage(page.html, page.url);
  return { url: page.url, title, nodes: [...nodes], tabs: [...tabs], lastActionError: null };
}

export function score(value: number): Score {
  return { status: "scored", value: value >= 1 ? 1 : 0, checks: [] };
}
