/** What a person feels of a recording: a page's own time from a click to the next paint, with and without a recorder. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser, Page } from "playwright";
import { SecretVault } from "../src/page/secret-vault.ts";
import { launchBrowser } from "../src/real/browser/launch-browser.ts";
import { openRecording } from "../src/real/record/capture/recording.ts";
import { RecordingFolder } from "../src/store/recording-folder.ts";
import { startPageServer } from "../test/support/page-server.ts";

export interface RecordBenchOptions {
  executablePath: string;
  /** Clicks on each of the two pages. */
  clicks: number;
  /** The pause of a person between two clicks, in milliseconds. */
  pauseMs: number;
  now: () => number;
}

/** Milliseconds from a click to the paint after it, as the page itself measures them. */
export interface RecordBench {
  plainMs: Spread;
  recordedMs: Spread;
  /** Between the medians. */
  addedMs: number;
}

interface Spread {
  median: number;
  p95: number;
}

const ROWS = 300;
/** Clicks before the count begins. */
const WARM_UP = 3;
/** Each page is clicked so often in a row, then the other: what else the machine does hits both. */
const ROUND = 5;

/** A list that grows with each click. It notes when the click happened and when the frame after it was done. */
const PAGE = `<!doctype html><title>List</title><meta charset="utf-8">
<button>Add</button><ul>${Array.from({ length: ROWS }, (_, at) => `<li><a href="#${at}">Row ${at}</a></li>`).join("")}</ul>
<script>
  const latencies = [];
  const channel = new MessageChannel();
  const begun = [];
  channel.port1.onmessage = () => latencies.push(performance.now() - begun.shift());
  document.querySelector("button").addEventListener("click", ({ timeStamp }) => {
    const row = document.createElement("li");
    row.textContent = "New row " + latencies.length;
    document.querySelector("ul").prepend(row);
    begun.push(timeStamp);
    requestAnimationFrame(() => channel.port2.postMessage(0));
  });
</script>`;

export async function benchRecord(options: RecordBenchOptions): Promise<RecordBench> {
  await using server = await startPageServer({ "/": PAGE });
  const { executablePath, clicks, pauseMs } = options;
  const browser = await launchBrowser({ executablePath, origins: null });
  const root = mkdtempSync(join(tmpdir(), "bench-record-"));
  const url = `http://${server.address}/`;
  try {
    const plain = await (await browser.newContext()).newPage();
    await plain.goto(url);
    await using recording = await record(browser, url, root, options);
    const recorded = recording.recorder.session.tabs.active.page;
    for (const page of [plain, recorded]) await click(page, WARM_UP, pauseMs);
    for (let done = 0; done < clicks; done += ROUND)
      for (const page of [plain, recorded]) await click(page, ROUND, pauseMs);
    const [plainMs, recordedMs] = [await spreadOf(plain), await spreadOf(recorded)];
    await recording.finish({ answer: "" });
    return { plainMs, recordedMs, addedMs: recordedMs.median - plainMs.median };
  } finally {
    await browser.close();
    rmSync(root, { recursive: true, force: true });
  }
}

async function record(browser: Browser, url: string, root: string, { now }: RecordBenchOptions) {
  const secrets = new SecretVault();
  const header = { id: "bench", taskId: "", goal: "", templateId: 0, world: "", seed: 0 };
  return await openRecording({
    browser,
    origins: null,
    startUrls: [url],
    secrets,
    takesScreenshots: true,
    isHandled: false,
    now,
    createFolder: (startRequests) =>
      RecordingFolder.create(
        root,
        { ...header, source: "human", actor: "person", startRequests },
        secrets.maskDeep,
      ),
  });
}

async function click(page: Page, times: number, pauseMs: number): Promise<void> {
  const box = await page.getByRole("button").boundingBox();
  if (box === null) throw new Error("Expected a button on the page, got none.");
  for (let time = 0; time < times; time++) {
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await wait(pauseMs);
  }
}

async function spreadOf(page: Page): Promise<Spread> {
  const all = await page.evaluate<number[]>("latencies");
  const sorted = all.slice(WARM_UP).toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95) };
}
