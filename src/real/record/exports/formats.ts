/** The formats of `dreamgym export`. */

import { writeVerifiedFolder } from "../../harness/verified/write-verified-folder.ts";
import { toAgentData } from "./agent-data-protocol.ts";
import { toAtif } from "./atif.ts";
import { toBrowserGymRow } from "./browsergym.ts";
import { toSftRow } from "./chat-messages.ts";
import { type ExportFormat, filePerEpisode, lineFile } from "./export-format.ts";
import { openParquet } from "./parquet.ts";
import { toPlaywrightTest } from "./playwright-test.ts";
import { openPreferences } from "./preferences.ts";
import { traceExport } from "./playwright-trace.ts";
import { toPuppeteerReplay } from "./puppeteer-replay.ts";

/** @param version of this package, which some formats note */
export function exportFormats(version: string): Readonly<Record<string, ExportFormat>> {
  return {
    playwright: {
      summary: "a Playwright test in TypeScript for each episode",
      drops: "pages, reasoning, rewards and checks; it checks the last address alone",
      open: filePerEpisode(".spec.ts", toPlaywrightTest),
    },
    puppeteer: {
      summary: "a recording of Chrome's Recorder for @puppeteer/replay, for each episode",
      drops: "pages, reasoning, rewards, checks; tabs, uploads, dialogs, drags and frames",
      open: filePerEpisode(".json", toPuppeteerReplay),
    },
    browsergym: {
      summary: "BrowserGym's texts of pages and actions, a line for each episode",
      drops: "HTML, screenshots and requests",
      open: lineFile("browsergym.jsonl", (trajectory) => ({ rows: [toBrowserGymRow(trajectory)] })),
    },
    sft: {
      summary: "chat messages of successful episodes, for supervised fine-tuning",
      drops: "HTML, screenshots, requests and rewards",
      open: lineFile("messages.jsonl", toSftRow),
    },
    dpo: {
      summary: "a better and a worse action on the same page, for preference learning",
      drops: "everything but the page where a success and a failure of one task part",
      open: openPreferences,
    },
    atif: {
      summary: "Agent Trajectory Interchange Format v1.8, a file for each episode",
      drops: "HTML and screenshots; score, seed and task go into `extra`",
      open: filePerEpisode(".json", (trajectory) => ({
        text: `${JSON.stringify(toAtif(trajectory, version), null, 2)}\n`,
        losses: [],
      })),
    },
    adp: {
      summary: "Agent Data Protocol, a line for each episode",
      drops: "requests and screenshots; score, seed and task go into `details`",
      open: lineFile("adp.jsonl", (trajectory) => ({ rows: [toAgentData(trajectory)] })),
    },
    parquet: {
      summary: "Parquet in the image layout of the Hugging Face Hub, a row for each episode",
      drops: "",
      open: openParquet,
    },
    trace: {
      summary: "a trace for Playwright's viewer (trace.zip), for each episode",
      drops:
        "reasoning, rewards and checks; styles and images, unless the requests were kept (--har)",
      ...traceExport,
    },
    verified: {
      summary: "folders of WebArena-Verified, for `dreamgym score` and its own evaluator",
      drops: "pages, actions and reasoning; headers, cookies and bodies, which nobody recorded",
      open: (out) => ({
        add: ({ trajectory }) => {
          writeVerifiedFolder(out, trajectory, {});
          return [];
        },
        end: () => [out],
      }),
    },
  };
}
