/** Traces of Playwright (`trace.zip`) with DOM snapshots: actions, pages before and after them, requests. */

import { readFileSync } from "node:fs";
import { isTag, type ParentNode } from "domhandler";
import { z } from "zod";
import type { Action } from "../../../core/action.ts";
import { RecordingError } from "../../../core/errors.ts";
import type { PageSnapshot, SiteRequest } from "../../../core/site-request.ts";
import type { Transition } from "../../../core/trajectory.ts";
import { parsePage } from "../../../page/page-document.ts";
import { splitJsonLines } from "../../../store/json-text.ts";
import { unzipFile } from "../../../store/unzip-file.ts";
import { HarEntrySchema, toSiteRequest } from "./har-entries.ts";
import { type ImportFormat, observationOf, toTrajectory } from "./import-format.ts";
import { FrameSnapshots, phaseOf, SnapshotSchema, TARGET } from "./trace-snapshots.ts";
import { isSilent, toAction } from "./trace-actions.ts";

const ContextSchema = z.object({
  type: z.literal("context-options"),
  wallTime: z.number(),
  monotonicTime: z.number().optional(),
});
const BeforeSchema = z.object({
  type: z.literal("before"),
  callId: z.string(),
  startTime: z.number(),
  class: z.string().optional(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
});
const EventSchema = z.discriminatedUnion("type", [
  ContextSchema,
  BeforeSchema,
  z.object({ type: z.literal("after"), callId: z.string(), error: z.unknown().optional() }),
  z.object({ type: z.literal("frame-snapshot"), snapshot: SnapshotSchema }),
]);
const ResourceSchema = z.object({ type: z.literal("resource-snapshot"), snapshot: HarEntrySchema });

export const traceFormat: ImportFormat = {
  summary: "traces of Playwright (trace.zip) with snapshots",
  lacks: "content of frames, styles, uploaded files, goals and scores",
  fits: (path) => path.endsWith(".zip"),
  read(path) {
    const archive = readFileSync(path);
    const trace = readTrace(linesOf(archive, ".trace", path), path);
    const losses: string[] = [];
    const requests = readRequests(linesOf(archive, ".network", path));
    const transitions: Transition[] = [];
    let startRequests: SiteRequest[] = [];
    trace.calls.forEach((call, at) => {
      const before = trace.pageBefore(call.callId);
      const next = trace.calls[at + 1]?.wallTime ?? Number.POSITIVE_INFINITY;
      const own = requests.filter(({ time }) => time >= call.wallTime && time < next);
      const sent = own.map(({ request }) => request);
      if (before === null || before.url === "about:blank") {
        // The first load is the start of the episode.
        if (call.method === "goto") startRequests = [...startRequests, ...sent];
        else losses.push(`A ${call.method} without a snapshot is left out.`);
        return;
      }
      const { page, target } = withoutMark(before);
      const action = toAction(call, target, parsePage(page.html, page.url));
      if (action === null) losses.push(`A ${call.method} is left out.`);
      else transitions.push(transitionOf(page, action, sent));
    });
    const end = trace.lastPage();
    if (end === null)
      throw new RecordingError(
        `Expected DOM snapshots in ${path}, got none. Record with tracing.start({ snapshots: true }).`,
      );
    const last = withoutMark(end);
    const trajectory = toTrajectory({
      path,
      taskId: "",
      goal: "",
      source: "human",
      actor: "playwright",
      transitions,
      finalObservation: observationOf(last.page),
      finalPage: last.page,
      startRequests,
    });
    return { trajectory, losses };
  },
};

function transitionOf(page: PageSnapshot, action: Action, requests: SiteRequest[]): Transition {
  return { observation: observationOf(page), action, reward: 0, requests, page };
}

/** The page as it was, and the node of the marked element or of the nearest one around it that is shown. */
function withoutMark(marked: PageSnapshot): { page: PageSnapshot; target: string | null } {
  const place = parsePage(marked.html, marked.url).elements.findIndex(
    ({ attribs }) => TARGET in attribs,
  );
  const page = { ...marked, html: marked.html.replaceAll(` ${TARGET}=""`, "") };
  const document = parsePage(page.html, page.url);
  const shown = new Set(document.nodes.map(({ ref }) => ref));
  let at: ParentNode | null = document.elements[place] ?? null;
  for (; at !== null && isTag(at); at = at.parent) {
    const ref = document.refOf(at);
    if (shown.has(ref)) return { page, target: ref };
  }
  return { page, target: null };
}

/** Lines of the files in a trace whose names end so: `trace.trace`, or `0-trace.trace` of a test. */
function linesOf(archive: Buffer, end: string, path: string): unknown[] {
  for (const name of [`trace${end}`, `0-trace${end}`, `1-trace${end}`]) {
    const file = unzipFile(archive, name, path);
    if (file === null) continue;
    return splitJsonLines(file.toString("utf8")).map(({ line }) => JSON.parse(line) as unknown);
  }
  return [];
}

interface Call extends z.infer<typeof BeforeSchema> {
  /** Milliseconds since 1970. */
  wallTime: number;
}

function readTrace(lines: readonly unknown[], path: string) {
  const calls: Call[] = [];
  const failed = new Set<string>();
  const frames = new Map<string, FrameSnapshots>();
  const pages = new Map<string, { frame: FrameSnapshots; index: number; url: string }>();
  const order: string[] = [];
  let offset: number | null = null;
  for (const line of lines) {
    const event = EventSchema.safeParse(line).data;
    if (event?.type === "context-options") offset ??= event.wallTime - (event.monotonicTime ?? 0);
    else if (event?.type === "before" && !isSilent(event.method))
      calls.push({ ...event, wallTime: (offset ?? 0) + event.startTime });
    else if (event?.type === "after" && event.error !== undefined) failed.add(event.callId);
    else if (event?.type === "frame-snapshot") {
      const { snapshot } = event;
      const frame = frames.get(snapshot.frameId) ?? new FrameSnapshots();
      frames.set(snapshot.frameId, frame);
      const index = frame.add(snapshot);
      if (!snapshot.isMainFrame) continue;
      const key = `${snapshot.callId} ${phaseOf(snapshot)}`;
      pages.set(key, { frame, index, url: snapshot.frameUrl });
      order.push(key);
    }
  }
  if (offset === null)
    throw new RecordingError(
      `Expected a trace of Playwright at ${path}, got an archive without one.`,
    );
  const read = (key: string | undefined): PageSnapshot | null => {
    const found = key === undefined ? undefined : pages.get(key);
    return found === undefined ? null : { url: found.url, html: found.frame.html(found.index) };
  };
  return {
    /** Those that succeeded. */
    calls: calls.filter(({ callId }) => !failed.has(callId)),
    /** With the element marked, if it has one. */
    pageBefore: (callId: string) => read(`${callId} action`) ?? read(`${callId} before`),
    lastPage: () => read(order.at(-1)),
  };
}

function readRequests(lines: readonly unknown[]): { time: number; request: SiteRequest }[] {
  return lines.flatMap((line) => {
    const parsed = ResourceSchema.safeParse(line);
    const request = parsed.success ? toSiteRequest(parsed.data.snapshot) : null;
    if (!parsed.success || request === null) return [];
    return [{ time: Date.parse(parsed.data.snapshot.startedDateTime), request }];
  });
}
