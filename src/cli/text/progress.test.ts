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
