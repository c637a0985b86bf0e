/** Reads the requests of an episode: from a HAR file, or from a Playwright trace, packed or unpacked. */

import { readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { z } from "zod";
import { RecordingError } from "../../../core/errors.ts";
import { reportIssues } from "../../../core/schema-issues.ts";
import { type TraceEvent, TraceEventSchema } from "../../../evaluation/verified/trace-event.ts";
import { unzipFile } from "../../../store/unzip-file.ts";

const NETWORK = "trace.network";
const HarSchema = z.object({ log: z.object({ entries: z.array(TraceEventSchema) }) });

/** The bytes that hold the requests: the HAR file, or the network part of a trace. @throws RecordingError */
export function readTraceBytes(path: string): Buffer {
  const isFolder = statSync(path).isDirectory();
  const bytes = readFileSync(isFolder ? join(path, NETWORK) : path);
  if (extname(path) !== ".zip") return bytes;
  const network = unzipFile(bytes, NETWORK, path);
  if (network !== null) return network;
  throw new RecordingError(
    `Expected a Playwright trace with ${NETWORK} at ${path}, got an archive without it. Record with snapshots on.`,
  );
}

/** @param path of the bytes, for messages. @throws RecordingError */
export function parseTrace(bytes: Buffer, path: string): TraceEvent[] {
  const text = bytes.toString("utf8");
  const whole = parseJson(text);
  // A trace with one line is JSON, too.
  const value = isHar(whole) ? whole : (parseLines(text) ?? whole);
  if (value === undefined)
    throw new RecordingError(
      `Expected a HAR file or a Playwright trace at ${path}, got text that is not JSON. The recording may have been cut short.`,
    );
  const parsed = HarSchema.safeParse(value);
  if (parsed.success) return parsed.data.log.entries;
  throw new RecordingError(
    `Expected a HAR file or a Playwright trace at ${path}: ${reportIssues(parsed.error, value)}.`,
  );
}

function isHar(value: unknown): boolean {
  return typeof value === "object" && value !== null && "log" in value;
}

/** @returns undefined for text that is not JSON */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const LineSchema = z.object({ type: z.string(), snapshot: z.unknown().optional() });

/** The requests of a trace in the form of a HAR file; null for other lines. */
function parseLines(text: string): unknown {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const parsed = lines.map((line) => LineSchema.safeParse(parseJson(line)));
  if (parsed.length === 0 || parsed.some(({ success }) => !success)) return null;
  const entries = parsed.flatMap(({ data }) =>
    data?.type === "resource-snapshot" ? [data.snapshot] : [],
  );
  return { log: { entries } };
}
