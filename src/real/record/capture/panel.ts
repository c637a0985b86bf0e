/**
 * The panel of the person in charge: a window of its own, in a browser context of its own. So it is in no observation,
 * no picture and no page of the recording.
 */

import type { Browser, Page } from "playwright";
import type { Action } from "../../../core/action.ts";
import type { Observation } from "../../../core/observation.ts";
import type { Score } from "../../../core/score.ts";
import { PANEL_HTML } from "./panel-html.ts";
import type { Recording, RecordingEnding } from "./recording.ts";

export interface Panel {
  readonly page: Page;
  /** Resolves when the person ends the recording. */
  readonly ended: Promise<RecordingEnding>;
  /** Shows the steps so far. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

type Command =
  | { command: "pause" | "resume" | "undo" }
  | { command: "stop"; answer: string; verdict: "success" | "failure" | "" };

const SIZE = { width: 380, height: 640 };
const REFRESH_MS = 500;
const SHOWN_STEPS = 200;

/** @param isInWindow a person sees it, and may change its size */
export async function openPanel(
  browser: Browser,
  recording: Pick<Recording, "recorder" | "folder">,
  goal: string,
  isInWindow = false,
): Promise<Panel> {
  const { recorder, folder } = recording;
  const context = await browser.newContext({ viewport: isInWindow ? null : SIZE });
  const page = await context.newPage();
  let end: (ending: RecordingEnding) => void = () => {};
  const ended = new Promise<RecordingEnding>((resolve) => {
    end = resolve;
  });
  const refresh = async (): Promise<void> => {
    const steps = folder.transitions.map(({ action, observation }) =>
      describe(action, observation),
    );
    await page.evaluate(
      (state) => {
        (globalThis as unknown as { show: (state: object) => void }).show(state);
      },
      {
        goal,
        steps: steps.slice(-SHOWN_STEPS),
        count: steps.length,
        isPaused: recorder.isPaused,
        warnings: recorder.warnings.slice(-5),
      },
    );
  };
  await context.exposeFunction("send", async (command: Command) => {
    if (command.command === "pause") recorder.pause();
    else if (command.command === "resume") recorder.resume();
    else if (command.command === "undo") await recorder.undo();
    else if (command.command === "stop")
      return end({ answer: command.answer, ...verdictOf(command.verdict) });
    await refresh();
  });
  await page.setContent(PANEL_HTML);
  await refresh();
  const timer = setInterval(() => void refresh().catch(() => null), REFRESH_MS);
  page.on("close", () => end({ answer: null }));
  return {
    page,
    ended,
    refresh,
    async close() {
      clearInterval(timer);
      await context.close().catch(() => null);
    },
  };
}

function verdictOf(verdict: "success" | "failure" | ""): { score?: Score } {
  if (verdict === "") return {};
  const passed = verdict === "success";
  const detail = `The person said: ${verdict}.`;
  return {
    score: {
      status: "scored",
      value: passed ? 1 : 0,
      checks: [{ kind: "person", passed, detail }],
    },
  };
}

function describe(action: Action, { nodes }: Observation): string {
  const node = "ref" in action ? nodes.find(({ ref }) => ref === action.ref) : undefined;
  const target = node === undefined ? "" : ` ${node.role} “${node.name.slice(0, 60)}”`;
  switch (action.kind) {
    case "type":
      return `type “${action.text.slice(0, 60)}” into${target}`;
    case "select":
      return `select “${action.option}” in${target}`;
    case "press":
      return `press ${action.keys}`;
    case "goto":
      return `go to ${action.url}`;
    case "scroll":
      return `scroll ${action.direction}`;
    default:
      return `${action.kind}${target}`;
  }
}
