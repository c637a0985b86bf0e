/**
 * Progress for a person, on stderr: one line that refreshes on a terminal, plain lines every few seconds elsewhere. It
 * says how long a piece of work has taken and how long it will take, and keeps what it said in a log file.
 */

import { appendFileSync } from "node:fs";
import type { WorkReport } from "../../transfer/work-report.ts";

export interface Progress extends WorkReport {
  /** Takes the refreshing line away; where there is none, prints the last state once. */
  clear(): void;
}

export interface ProgressOptions {
  stream: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  now: () => number;
  /** Off a terminal, at most one line in this time. 5 s: quick enough to see life in a log, slow enough to read it. */
  everyMs?: number;
}

const CLEAR_LINE = "\r\u001B[2K";
/** Shorter work needs no clock, and so little of it says nothing about the rest. */
const TIMED_FROM_MS = 10_000;

export function createProgress({ stream, now, everyMs = 5000 }: ProgressOptions): Progress {
  const isTerminal = stream.isTTY === true;
  const watch = createStopwatch(now);
  const file = createLogFile(now);
  let state = "";
  let printedState = "";
  let printedAt = Number.NEGATIVE_INFINITY;
  const printState = (): void => {
    if (state === printedState) return;
    stream.write(`${state}\n`);
    printedState = state;
    printedAt = now();
  };
  const drawState = (): void => {
    const width = (stream.columns ?? 80) - 1;
    stream.write(`${CLEAR_LINE}${state.length > width ? `${state.slice(0, width - 1)}…` : state}`);
  };
  return {
    update(next, work) {
      if (watch.see(work)) file.add(next);
      state = `${next}${watch.describe(work)}`;
      if (isTerminal) drawState();
      else if (now() - printedAt >= everyMs) printState();
    },
    note(line) {
      file.add(line);
      stream.write(isTerminal ? `${CLEAR_LINE}${line}\n` : `${line}\n`);
      if (isTerminal && state !== "") drawState();
    },
    log: (line) => file.add(line),
    keepLog: (path) => file.open(path),
    clear() {
      watch.stop();
      if (state === "") return;
      if (isTerminal) stream.write(CLEAR_LINE);
      else printState();
      state = "";
      printedState = "";
    },
  };
}

type Work = Parameters<Progress["update"]>[1];

/** Times one piece of work after another: a new one begins with another total, or with less done than before. */
function createStopwatch(now: () => number): {
  /** @returns whether this is the beginning of a piece of work */
  see(work: Work): boolean;
  describe(work: Work): string;
  stop(): void;
} {
  let start: { at: number; done: number; total: number | undefined } | null = null;
  let lastDone = 0;
  return {
    see(work) {
      const done = work?.done ?? 0;
      const isNew = start === null || start.total !== work?.total || done < lastDone;
      if (isNew) start = { at: now(), done, total: work?.total };
      lastDone = done;
      return isNew;
    },
    describe(work) {
      if (start === null) return "";
      const elapsed = now() - start.at;
      if (elapsed < TIMED_FROM_MS) return "";
      const done = work === undefined ? 0 : work.done - start.done;
      if (work === undefined || done <= 0 || work.done >= work.total)
        return ` (${formatDuration(elapsed)})`;
      const left = (elapsed / done) * (work.total - work.done);
      return ` (${formatDuration(elapsed)}, about ${formatDuration(left)} left)`;
    },
    stop() {
      start = null;
    },
  };
}

/** Lines with the time since the beginning. What comes before the file is known is kept until then. */
function createLogFile(now: () => number): { add(line: string): void; open(path: string): void } {
  const start = now();
  let path: string | null = null;
  let waiting = "";
  const write = (text: string): void => {
    if (path === null) waiting += text;
    else appendFileSync(path, text);
  };
  return {
    add: (line) => write(`[${formatDuration(now() - start).padStart(7)}] ${line}\n`),
    open(next) {
      // The file of a whole run also holds what its parts say.
      if (path !== null) return;
      path = next;
      write(waiting);
      waiting = "";
    },
  };
}

function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
