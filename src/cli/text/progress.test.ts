import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createProgress } from "./progress.ts";

function record(isTTY: boolean) {
  let text = "";
  let time = 0;
  const stream = { isTTY, columns: 20, write: (more: string) => (text += more) };
  const progress = createProgress({ stream, now: () => time, everyMs: 5000 });
  return { progress, text: () => text, passMs: (ms: number) => (time += ms) };
}

describe("progress in a log", () => {
  it("prints the first state at once and others only every few seconds", () => {
    const { progress, text, passMs } = record(false);
    progress.update("1 of 9");
    passMs(4000);
    progress.update("2 of 9");
    passMs(1000);
    progress.update("3 of 9");
    expect(text()).toBe("1 of 9\n3 of 9\n");
  });

  it("ends with the last state, once", () => {
    const { progress, text } = record(false);
    progress.update("1 of 2");
    progress.update("2 of 2");
    progress.clear();
    progress.clear();
    expect(text()).toBe("1 of 2\n2 of 2\n");
  });
});

describe("progress on a terminal", () => {
  it("refreshes one line, cut to the width, and takes it away at the end", () => {
    const { progress, text } = record(true);
    progress.update("a state that is longer than the terminal");
    expect(text()).toBe("\r\u001B[2Ka state that is lo…");
    progress.clear();
    expect(text().endsWith("\r\u001B[2K")).toBe(true);
  });

  it("prints a note above the line", () => {
    const { progress, text } = record(true);
    progress.update("1 of 2");
    progress.note("careful");
    expect(text()).toBe("\r\u001B[2K1 of 2\r\u001B[2Kcareful\n\r\u001B[2K1 of 2");
  });
});

describe("progress of long work", () => {
  it("says how long it has taken and how long it will take, from where a resumed run began", () => {
    const { progress, text, passMs } = record(false);
    progress.update("20 of 60", { done: 20, total: 60 });
    passMs(30_000);
    progress.update("30 of 60", { done: 30, total: 60 });
    expect(text()).toBe("20 of 60\n30 of 60 (30 s, about 2 min left)\n");
  });

  it("times each piece of work by itself", () => {
    const { progress, text, passMs } = record(false);
    progress.update("first", { done: 0, total: 2 });
    passMs(60_000);
    progress.update("second", { done: 0, total: 8 });
    passMs(12_000);
    progress.update("second", { done: 4, total: 8 });
    expect(text()).toBe("first\nsecond\nsecond (12 s, about 12 s left)\n");
  });

  it("says nothing of the rest where the last iteration took more than was planned", () => {
    const { progress, text, passMs } = record(false);
    progress.update("0 of 200", { done: 0, total: 200 });
    passMs(17_000);
    progress.update("218 of 200", { done: 218, total: 200 });
    expect(text()).toBe("0 of 200\n218 of 200 (17 s)\n");
  });

  it("keeps every note in a log file, those from before the file was known too", () => {
    const { progress, passMs } = record(true);
    const path = join(mkdtempSync(join(tmpdir(), "progress-")), "log.txt");
    progress.note("early");
    passMs(61_000);
    progress.keepLog(path);
    progress.keepLog(`${path}.other`);
    progress.note("late");
    progress.log("for the file alone");
    expect(readFileSync(path, "utf8")).toBe(
      "[    0 s] early\n[   61 s] late\n[   61 s] for the file alone\n",
    );
  });
});
