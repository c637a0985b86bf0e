/**
 * A recording as a trace that Playwright's viewer opens: steps, pages, pictures and requests. It comes from what was
 * recorded, where secrets are masked already. Playwright's own tracing would write them to the disk first.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Observation } from "../../../core/observation.ts";
import type { PageSnapshot } from "../../../core/site-request.ts";
import type { Trajectory, Transition } from "../../../core/trajectory.ts";
import { writeFileWhole } from "../../../store/run-folder.ts";
import { zipFiles } from "../../../store/zip-file.ts";
import type { ExportedEpisode, ExportFormat } from "./export-format.ts";
import { callOf, titleOf } from "./trace-calls.ts";
import { toFrameSnapshots, VIEWPORT } from "./trace-pages.ts";
import { PAGE_ID, traceRequests } from "./trace-requests.ts";

/** Playwright 1.52 to 1.55 write it. Later viewers read it, too. */
const TRACE_VERSION = 8;
/** Between steps whose times nobody knows. */
const STEP_MS = 1_000;

export const traceExport: Pick<ExportFormat, "open"> = {
  open: (out) => ({
    add(episode) {
      writeFileWhole(join(out, `${episode.trajectory.id}.zip`), toPlaywrightTrace(episode));
      const hasPages = episode.trajectory.transitions.every(({ page }) => page !== undefined);
      return hasPages ? [] : ["Steps without a recorded page have no snapshot."];
    },
    end: () => [out],
  }),
};

/** The bytes of `trace.zip`. */
export function toPlaywrightTrace({ trajectory, folder }: ExportedEpisode): Buffer {
  const archive = new TraceArchive();
  const times = timesOf(trajectory.transitions);
  const end = (times.at(-1) ?? 0) + STEP_MS;
  const { started, requests } = traceRequests({ trajectory, folder }, times, (body) =>
    archive.addResource(body, ".dat"),
  );
  archive.note({
    version: TRACE_VERSION,
    type: "context-options",
    origin: "library",
    browserName: "chromium",
    platform: "",
    sdkLanguage: "javascript",
    title: trajectory.goal || trajectory.id,
    options: { viewport: VIEWPORT },
    wallTime: started,
    monotonicTime: 0,
    contextId: "",
  });
  for (const [index, transition] of trajectory.transitions.entries()) {
    const time = times[index] as number;
    const state = { ...transition, time };
    archive.addStep(index, state, times[index + 1] ?? end);
    archive.addPicture(folder, transition.screenshot, time);
  }
  archive.addEnd(trajectory, end);
  archive.addPicture(folder, trajectory.finalScreenshot, end);
  return archive.zip(requests);
}

class TraceArchive {
  readonly #lines: string[] = [];
  readonly #resources = new Map<string, Buffer>();

  note(event: object): void {
    this.#lines.push(`${JSON.stringify(event)}\n`);
  }

  addStep(
    index: number,
    { action, observation, page, time }: Transition & { time: number },
    end: number,
  ): void {
    const callId = `call@${index + 1}`;
    const beforeSnapshot = `before@${callId}`;
    const target = "ref" in action ? action.ref : null;
    this.note({
      type: "before",
      callId,
      stepId: callId,
      startTime: time,
      class: "Frame",
      title: titleOf(action, observation),
      pageId: PAGE_ID,
      beforeSnapshot,
      ...callOf(action),
    });
    this.#addPage(callId, beforeSnapshot, page, { observation, target, time });
    this.note({ type: "after", callId, endTime: end });
  }

  /** The last page, as a step that only looks at it. */
  addEnd({ finalPage, finalObservation, transitions }: Trajectory, time: number): void {
    if (finalPage === undefined) return;
    const callId = `call@${transitions.length + 1}`;
    const beforeSnapshot = `before@${callId}`;
    const names = { class: "Frame", method: "title", title: "the last page", params: {} };
    this.note({
      type: "before",
      callId,
      stepId: callId,
      startTime: time,
      pageId: PAGE_ID,
      beforeSnapshot,
      ...names,
    });
    this.#addPage(callId, beforeSnapshot, finalPage, {
      observation: finalObservation,
      target: null,
      time,
    });
    this.note({ type: "after", callId, endTime: time });
  }

  addPicture(folder: string, path: string | undefined, time: number): void {
    if (path === undefined || !existsSync(join(folder, path))) return;
    const picture = readFileSync(join(folder, path));
    const sha1 = this.addResource(picture, extname(path));
    const size = { width: picture.readUInt32BE(16), height: picture.readUInt32BE(20) };
    this.note({ type: "screencast-frame", pageId: PAGE_ID, sha1, ...size, timestamp: time });
  }

  /** @returns its name, as events refer to it */
  addResource(content: Buffer, extension: string): string {
    const name = createHash("sha1").update(content).digest("hex") + extension;
    this.#resources.set(`resources/${name}`, content);
    return name;
  }

  zip(requests: readonly object[]): Buffer {
    const network = requests.map(
      (snapshot) => `${JSON.stringify({ type: "resource-snapshot", snapshot })}\n`,
    );
    return zipFiles(
      new Map([
        ["trace.trace", Buffer.from(this.#lines.join(""))],
        ["trace.network", Buffer.from(network.join(""))],
        ...this.#resources,
      ]),
    );
  }

  #addPage(
    callId: string,
    snapshotName: string,
    page: PageSnapshot | undefined,
    {
      observation,
      target,
      time,
    }: { observation: Observation; target: string | null; time: number },
  ): void {
    if (page === undefined) return;
    const found = toFrameSnapshots(page, { nodes: observation.nodes, target, callId });
    for (const frame of found) {
      const snapshot = {
        ...frame,
        callId,
        snapshotName,
        pageId: PAGE_ID,
        frameUrl: page.url,
        doctype: "html",
        resourceOverrides: [],
        viewport: VIEWPORT,
        timestamp: time,
      };
      this.note({ type: "frame-snapshot", snapshot });
    }
  }
}

/** In milliseconds. A recording that was resumed counts from zero again. */
function timesOf(transitions: readonly Transition[]): number[] {
  let [base, last] = [0, -STEP_MS];
  return transitions.map(({ atMs }) => {
    const time = atMs === undefined ? last + STEP_MS : base + atMs;
    if (time < last) base += last + STEP_MS - time;
    return (last = time < last ? last + STEP_MS : time);
  });
}
