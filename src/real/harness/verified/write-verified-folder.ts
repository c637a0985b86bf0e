/**
 * Writes an episode in WebArena-Verified's layout: `agent_response.json`, `network.har`, and `run_config.json` with the
 * sites' addresses. Its requests come from the trajectory, which holds no headers, cookies or bodies of answers. So
 * checks of those find nothing; and there is nothing secret to leave out.
 */

import { join } from "node:path";
import { type SiteRequest, isMutation } from "../../../core/site-request.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import type { AddressBook } from "../../../evaluation/verified/site-addresses.ts";
import { makeFolders, writeFileWhole } from "../../../store/run-folder.ts";
import { formatAddressConfig } from "./address-config.ts";
import { CONFIG_FILE, RESPONSE_FILE, TRACE_FILE } from "./score-folder.ts";

export interface VerifiedFiles {
  /** The text of `agent_response.json`. */
  response: string;
  /** The text of `network.har`. */
  har: string;
}

export type EpisodeRecord = Pick<Trajectory, "transitions" | "startRequests" | "stopReason">;

/** @param addresses of the sites in the recorded URLs. @returns the folder of the task */
export function writeVerifiedFolder(
  run: string,
  trajectory: EpisodeRecord & Pick<Trajectory, "taskId">,
  addresses: AddressBook,
): string {
  const folder = join(run, trajectory.taskId);
  makeFolders(folder);
  const { response, har } = toVerifiedFiles(trajectory);
  writeFileWhole(join(folder, RESPONSE_FILE), response);
  writeFileWhole(join(folder, TRACE_FILE), har);
  writeFileWhole(join(folder, CONFIG_FILE), formatAddressConfig(addresses));
  return folder;
}

export function toVerifiedFiles(trajectory: EpisodeRecord): VerifiedFiles {
  const requests = [
    ...trajectory.startRequests,
    ...trajectory.transitions.flatMap((transition) => transition.requests),
  ];
  return {
    response: `${JSON.stringify(toResponse(trajectory, requests), null, 2)}\n`,
    har: `${JSON.stringify({ log: toLog(requests) }, null, 2)}\n`,
  };
}

/** What the agent answered, if that is a response already; otherwise a response around its answer. */
function toResponse(trajectory: EpisodeRecord, requests: readonly SiteRequest[]): unknown {
  const stop = trajectory.transitions.findLast(({ action }) => action.kind === "stop")?.action;
  const answer = stop?.kind === "stop" ? stop.answer.trim() : "";
  const own = parseResponse(answer);
  if (own !== null) return own;
  const changed = requests.some(isMutation);
  const isRefusal = /^n\/a$/iu.test(answer);
  const hasAnswer = answer !== "" && !isRefusal;
  return {
    task_type: hasAnswer || isRefusal ? "RETRIEVE" : changed ? "MUTATE" : "NAVIGATE",
    status:
      trajectory.stopReason !== "terminated"
        ? "UNKNOWN_ERROR"
        : isRefusal
          ? "NOT_FOUND_ERROR"
          : "SUCCESS",
    retrieved_data: hasAnswer ? (parseList(answer) ?? [answer]) : null,
    error_details:
      trajectory.stopReason === "terminated" ? null : `The episode was ${trajectory.stopReason}.`,
  };
}

function parseResponse(answer: string): object | null {
  const value = parseJson(/```(?:json)?\s*\n?(.*?)\n?```/su.exec(answer)?.[1] ?? answer);
  return typeof value === "object" && value !== null && "task_type" in value && "status" in value
    ? value
    : null;
}

function parseList(answer: string): unknown[] | null {
  const value = parseJson(answer);
  return Array.isArray(value) ? value : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function toLog(requests: readonly SiteRequest[]): unknown {
  return {
    version: "1.2",
    creator: { name: "dreamgym-web", version: "1" },
    entries: requests.map(toEntry),
  };
}

/** Requests were not timed: the times give their order alone. */
function toEntry(request: SiteRequest, index: number): unknown {
  const { kind, method, url, fields, status, redirect } = request;
  const text = fields === null ? null : new URLSearchParams(fields).toString();
  return {
    startedDateTime: new Date(index).toISOString(),
    time: 0,
    request: {
      method,
      url,
      httpVersion: "HTTP/1.1",
      cookies: [],
      // What a browser sends for this kind of request: a check distinguishes pages from scripts by it.
      headers: [
        { name: "accept", value: kind === "document" ? "text/html,application/xhtml+xml" : "*/*" },
      ],
      queryString: [...new URL(url).searchParams].map(([name, value]) => ({ name, value })),
      headersSize: -1,
      bodySize: -1,
      ...(text === null
        ? {}
        : { postData: { mimeType: "application/x-www-form-urlencoded", text, params: [] } }),
    },
    response: {
      status: status ?? -1,
      statusText: "",
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: [],
      content: { size: -1, mimeType: "x-unknown" },
      redirectURL: redirect ?? "",
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: -1, wait: -1, receive: -1 },
  };
}
