/** The requests of a recording, as Playwright's traces note them. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { toVerifiedFiles } from "../../harness/verified/write-verified-folder.ts";
import type { ExportedEpisode } from "./export-format.ts";

/** The one page of a trace. */
export const PAGE_ID = "page@1";
const HAR_NAME = "network.har";

const HarSchema = z.object({
  log: z.object({
    entries: z.array(
      z.looseObject({
        startedDateTime: z.string(),
        response: z.looseObject({
          content: z.looseObject({
            mimeType: z.string().default(""),
            text: z.string().exactOptional(),
            encoding: z.string().exactOptional(),
          }),
        }),
      }),
    ),
  }),
});
type HarEntry = z.infer<typeof HarSchema>["log"]["entries"][number];

/**
 * Those of the recorded network with headers and bodies, else what the steps know.
 *
 * @param times of the steps, in milliseconds
 * @param addBody keeps the body of an answer, and names it
 */
export function traceRequests(
  { trajectory, folder }: ExportedEpisode,
  times: readonly number[],
  addBody: (body: Buffer) => string,
): { started: number; requests: object[] } {
  const path = join(folder, HAR_NAME);
  const read = (text: string): HarEntry[] => HarSchema.parse(JSON.parse(text)).log.entries;
  if (!existsSync(path)) {
    const { startRequests, transitions } = trajectory;
    const sent = [
      ...startRequests.map(() => 0),
      ...transitions.flatMap(({ requests }, at) => requests.map(() => times[at] ?? 0)),
    ];
    const entries = read(toVerifiedFiles(trajectory).har);
    return {
      started: 0,
      requests: entries.map((entry, at) => ({ ...entry, ...momentOf(sent[at] ?? 0) })),
    };
  }
  const entries = read(readFileSync(path, "utf8"));
  const started = Math.min(...entries.map((entry) => Date.parse(entry.startedDateTime)));
  const requests = entries.map((entry) => {
    const { text, encoding, ...content } = entry.response.content;
    const body =
      text === undefined ? null : Buffer.from(text, encoding === "base64" ? "base64" : "utf8");
    const named = body !== null && { _sha1: addBody(body) };
    const response = { ...entry.response, content: { ...content, ...named } };
    return { ...entry, response, ...momentOf(Date.parse(entry.startedDateTime) - started) };
  });
  return { started: Number.isFinite(started) ? started : 0, requests };
}

function momentOf(time: number): { pageref: string; _monotonicTime: number } {
  return { pageref: PAGE_ID, _monotonicTime: time };
}
