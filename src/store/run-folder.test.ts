import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openRunFolder } from "./run-folder.ts";

let path: string;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "run-folder-")), "run");
});

function writeLock(pid: number, host = hostname(), started: string | null = null): void {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, ".lock"), JSON.stringify({ pid, host, started }));
}

/** The folder opens, and this process holds the lock. */
function expectTaken(): void {
  using run = openRunFolder(path, {});
  expect(JSON.parse(readFileSync(run.file(".lock"), "utf8"))).toMatchObject({
    pid: process.pid,
    host: hostname(),
  });
}

describe("a run folder", () => {
  it("is created with its config and opens again with the same config", () => {
    {
      using run = openRunFolder(path, { episodes: 2, mix: { random: 1 } });
      expect(run.isNew).toBe(true);
      expect(JSON.parse(readFileSync(run.file("config.json"), "utf8"))).toEqual({
        episodes: 2,
        mix: { random: 1 },
      });
    }
    using again = openRunFolder(path, { mix: { random: 1 }, episodes: 2 });
    expect(again.isNew).toBe(false);
  });

  it("opens again if an editor left a byte order mark and CRLF in its config", () => {
    openRunFolder(path, { episodes: 2 })[Symbol.dispose]();
    const config = join(path, "config.json");
    writeFileSync(config, `\ufeff${readFileSync(config, "utf8").replaceAll("\n", "\r\n")}`);
    using again = openRunFolder(path, { episodes: 2 });
    expect(again.isNew).toBe(false);
  });

  it("with another config is rejected with the first key that differs", () => {
    {
      using run = openRunFolder(path, { episodes: 2, mix: { random: 1, noisy: 0.5 } });
      writeFileSync(run.file("journal.jsonl"), "");
    }
    expect(() => openRunFolder(path, { episodes: 2, mix: { random: 1, noisy: 0.25 } })).toThrow(
      /mix\.noisy = 0\.5 instead of 0\.25.*--out/,
    );
  });

  it("without any file takes a new config", () => {
    openRunFolder(path, { episodes: 2 })[Symbol.dispose]();
    using run = openRunFolder(path, { episodes: 3 });
    expect(JSON.parse(readFileSync(run.file("config.json"), "utf8"))).toEqual({ episodes: 3 });
  });

  it("can be extended by a larger number, but never made smaller", () => {
    const mayGrow = ["episodes"];
    const open = (config: unknown) => openRunFolder(path, config, { mayGrow });
    {
      using run = open({ episodes: 4, seed: 1 });
      writeFileSync(run.file("journal.jsonl"), "");
    }
    {
      using run = open({ episodes: 8, seed: 1 });
      expect(run.isNew).toBe(false);
      expect(JSON.parse(readFileSync(run.file("config.json"), "utf8"))).toEqual({
        episodes: 8,
        seed: 1,
      });
    }
    expect(() => open({ episodes: 4, seed: 1 })).toThrow(/at least 8, .* got 4\..*--out/);
    expect(() => open({ seed: 1 })).toThrow(/at least 8/);
    expect(() => open({ episodes: 9, seed: 2 })).toThrow("seed = 1 instead of 2");
    expect(() => openRunFolder(path, { episodes: 9, seed: 1 })).toThrow("episodes = 8 instead");
  });

  it("can be extended by more values of a list, in any order, but none may go", () => {
    const open = (config: unknown) => openRunFolder(path, config, { mayGrow: ["seeds"] });
    {
      using run = open({ seeds: [1, 2] });
      writeFileSync(run.file("journal.jsonl"), "");
    }
    open({ seeds: [3, 2, 1] })[Symbol.dispose]();
    expect(() => open({ seeds: [1, 2, 4] })).toThrow(
      /`seeds` to be at least \[3,2,1\].*got \[1,2,4\]/,
    );
    expect(() => open({ seeds: [1, 2] })).toThrow("not made smaller");
    open({ seeds: [3, 2, 1] })[Symbol.dispose]();
  });

  it("is rejected and left alone if it is not a run folder", () => {
    mkdirSync(path);
    writeFileSync(join(path, "thesis.txt"), "precious");
    expect(() => openRunFolder(path, {})).toThrow(/"thesis\.txt" and no config\.json/);
  });

  it("may hold runs that are older than itself", () => {
    openRunFolder(join(path, "offline"), { episodes: 2 })[Symbol.dispose]();
    using outer = openRunFolder(path, { seeds: 5 });
    expect(outer.isNew).toBe(true);
  });

  it("that cannot be written is rejected in one line", () => {
    writeFileSync(path, "a file is in the way");
    expect(() => openRunFolder(path, {})).toThrow(/^Expected a folder at .*got a file/);
    expect(() => openRunFolder(join(path, "below"), {})).toThrow(
      /^Expected a folder at .*got a file on the way to it/,
    );
    expect(() => openRunFolder("/proc/run", {})).toThrow(/Choose another with --out/);
  });

  it("allows one writer at a time", () => {
    const first = openRunFolder(path, {});
    expect(() => openRunFolder(path, {})).toThrow(`Process ${process.pid} is writing`);
    first[Symbol.dispose]();
    expectTaken();
  });

  it("is taken over from a killed writer", async () => {
    const writer = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(writer, "spawn");
    writeLock(writer.pid as number);
    expect(() => openRunFolder(path, {})).toThrow(`Process ${writer.pid} is writing`);
    writer.kill("SIGKILL");
    await once(writer, "exit");
    expectTaken();
  });

  it.runIf(process.platform === "linux")(
    "is taken over if the writer's process id now belongs to another process (only Linux shows when a process started)",
    () => {
      writeLock(process.pid, hostname(), "1");
      expectTaken();
    },
  );

  it("is taken over if the lock file is torn", () => {
    mkdirSync(path);
    writeFileSync(join(path, ".lock"), '{"pid":');
    expectTaken();
  });

  it("locked by another machine names the file to delete", () => {
    writeLock(1, "elsewhere");
    expect(() => openRunFolder(path, {})).toThrow(
      /^Process 1 on elsewhere has locked.*delete .*\.lock\.$/,
    );
  });
});
