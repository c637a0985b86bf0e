/** `dreamgym record` from the command line, and what its files hold. */

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { chromium } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPanel } from "../../src/real/record/capture/panel.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import { readRecording } from "../../src/store/recording-folder.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { ROOT } from "../support/read-sources.ts";
import { TestRecording } from "../support/recording.ts";
import { runCli } from "../support/run-cli.ts";

let server: PageServer;
let folder: string;
beforeAll(async () => {
  server = await startPageServer();
  folder = mkdtempSync(join(tmpdir(), "record-"));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
const page = (body: string): string => `<!doctype html><title>Page</title>${body}`;
const script = (name: string, lines: readonly object[]): string => {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return path;
};
const on = (role: string, name: string) => ({ on: { role, name } });

describe("a form whose fields have the names of an element's properties", () => {
  it("is recorded step by step", { timeout: 60_000 }, async () => {
    const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
    const browser = await launchBrowser({ executablePath: path, origins: null });
    const recording = new TestRecording();
    const names = "children childNodes id localName".split(" ");
    const fields = names.map((name) => `<input name="${name}" aria-label="${name}">`).join("");
    server.pages["/"] = page(
      `<form id="booking">${fields}<button type="button">Go</button></form>`,
    );
    try {
      await recording.start(browser, `http://${server.address}/`);
      await recording.page.getByLabel("children", { exact: true }).click();
      await recording.calm();
      await recording.page.keyboard.type("2");
      await recording.page.getByRole("button").click();
      await recording.calm();
      expect(recording.said()).toEqual([
        `click textbox "children"`,
        `type text="2" submit=false textbox "children"`,
        `click button "Go"`,
      ]);
    } finally {
      await recording.end();
      await browser.close();
    }
  });
});

describe("an observation", () => {
  it(
    "is from before the action, even if the page acts on the first event",
    { timeout: 60_000 },
    async () => {
      const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
      const browser = await launchBrowser({ executablePath: path, origins: null });
      const recording = new TestRecording();
      server.pages["/"] = page(
        `<button>Go</button><input aria-label="Field"><p id="out">calm</p><script>
       let count = 0;
       for (const kind of ["pointerdown", "mousedown", "pointerup", "click", "keydown", "keypress", "input"])
         addEventListener(kind, () => { out.textContent = "acted " + ++count; document.title = "acted " + count; }, true);
       </script>`,
      );
      try {
        await recording.start(browser, `http://${server.address}/`);
        const { page: window } = recording;
        const seen: string[] = [];
        for (let round = 0; round < 5; round++) {
          for (const act of [
            () => window.getByRole("button").click(),
            () => window.getByLabel("Field").press("a"),
          ]) {
            seen.push((await window.title()).replace("Page", "calm"));
            await act();
            await recording.calm();
          }
        }
        const { transitions } = recording.folder;
        expect(transitions).toHaveLength(10);
        for (const [index, { observation, page: html }] of transitions.entries()) {
          const text = seen[index] as string;
          expect(observation.nodes.map(({ name }) => name)).toContain(text);
          expect(html?.html).toContain(`<p id="out">${text}</p>`);
          expect(observation.title.replace("Page", "calm")).toBe(text);
        }
      } finally {
        await recording.end();
        await browser.close();
      }
    },
  );
});

describe("dreamgym record", () => {
  it(
    "records a script, with pictures and requests, and lists and edits it",
    { timeout: 60_000 },
    async () => {
      server.pages["/"] = page(`<form action="/found"><label>Find <input name="q"></label></form>`);
      server.pages["/found"] = page(`<h1>Found</h1><a href="/">Back home</a>`);
      const steps = script("steps.jsonl", [
        { kind: "type", ...on("textbox", "Find"), text: "lamp", submit: true },
        { kind: "click", ...on("link", "Back home") },
        { kind: "stop", answer: "42" },
      ]);
      const out = join(folder, "runs");
      const url = `http://${server.address}/`;
      const run = await runCli(
        "record",
        url,
        "--headless",
        "--script",
        steps,
        "--out",
        out,
        "--id",
        "one",
        "--goal",
        "Find it",
        "--har",
      );
      expect(run.said).toBe("");
      expect(run.code).toBe(0);
      const recorded = await readRecording(join(out, "one"));
      expect(recorded).toMatchObject({
        goal: "Find it",
        actor: "script",
        stopReason: "terminated",
      });
      expect(recorded.transitions.map(({ action }) => action.kind)).toEqual([
        "type",
        "click",
        "stop",
      ]);
      expect(recorded.transitions[0]).toMatchObject({
        action: { text: "lamp", submit: true },
        requests: [{ url: `${url}found?q=lamp`, status: 200 }],
        screenshot: "screenshots/0000.png",
      });
      const har = JSON.parse(readFileSync(join(out, "one", "network.har"), "utf8")) as {
        log: { entries: object[] };
      };
      expect(har.log.entries.length).toBeGreaterThanOrEqual(2);
      const cut = await runCli(
        "trajectories",
        "edit",
        join(out, "one"),
        "--to",
        "1",
        "--failure",
        "--out",
        join(out, "two"),
      );
      expect(cut.code).toBe(0);
      const valid = await runCli("trajectories", "validate", join(out, "one"), join(out, "two"));
      expect(valid).toMatchObject({ code: 0 });
      const listed = await runCli("trajectories", "list", out);
      expect(listed.result).toMatch(/one +3 +- .*\ntwo +1 +0 /);
    },
  );

  it("stores the session of a login, and starts with it", { timeout: 60_000 }, async () => {
    const id = "8f2d-kd93-77aa";
    const greeting = `<p id="who"></p><script>who.textContent = "You are " + localStorage.getItem("user");</script>`;
    server.pages["/"] = ({ headers }) =>
      (headers.cookie ?? "").includes(`sid=${id}`)
        ? page(`<h1>Private</h1>${greeting}`)
        : page(`<a href="/enter">Enter</a>`);
    server.pages["/enter"] = (_request, reply) => {
      reply.setHeader("set-cookie", `sid=${id}; HttpOnly`);
      reply.setHeader("content-type", "text/html");
      reply.end(page(`<h1>In</h1><script>localStorage.setItem("user", "anna")</script>`));
    };
    const url = `http://${server.address}/`;
    const session = join(folder, "session", "desk.json");
    const out = ["--headless", "--no-screenshots", "--out", join(folder, "sessions")];
    const enter = script("enter.jsonl", [{ kind: "click", ...on("link", "Enter") }]);
    const stored = await runCli(
      "record",
      url,
      ...out,
      "--script",
      enter,
      "--save-session",
      session,
    );
    expect(stored, stored.said).toMatchObject({ code: 0 });
    expect(statSync(session).mode & 0o777).toBe(0o600);

    const stop = script("stop.jsonl", [{ kind: "stop", answer: "" }]);
    const site = ["--site", `desk=${url}`, "--session", session];
    const inside = await runCli("record", url, ...out, "--script", stop, "--id", "in", ...site);
    expect(inside, inside.said).toMatchObject({ code: 0 });
    const recording = join(folder, "sessions", "in", "trajectory.jsonl");
    const text = readFileSync(recording, "utf8");
    expect(text).toContain("Private");
    expect(text).toContain("You are anna");
    expect(text).not.toContain(id);

    const none = await runCli(
      "record",
      url,
      ...out,
      "--script",
      stop,
      "--sites",
      "shopping",
      "--session",
      session,
    );
    expect(none.said).toContain("--session needs --site.");
  });

  it(
    "says which line of a script failed, and keeps what came before",
    { timeout: 60_000 },
    async () => {
      server.pages["/"] = page(`<button>Save</button>`);
      const steps = script("wrong.jsonl", [
        { kind: "click", ...on("button", "Save") },
        { kind: "click", ...on("button", "Gone") },
      ]);
      const out = join(folder, "wrong");
      const run = await runCli(
        "record",
        `http://${server.address}/`,
        "--headless",
        "--script",
        steps,
        "--out",
        out,
      );
      expect(run.code).toBe(1);
      expect(run.said).toMatch(
        /wrong\.jsonl:2: expected button "Gone" on .*The page has: button "Save"\./,
      );
      expect((await readRecording(join(out, "1"))).transitions).toHaveLength(1);
    },
  );

  it.each([
    ["a kill", "SIGKILL"],
    ["Ctrl-C", "SIGINT"],
  ] as const)("keeps whole steps after %s, and resumes", { timeout: 90_000 }, async (_, signal) => {
    server.pages["/"] = page(
      `<button onclick="out.textContent = Number(out.textContent) + 1">More</button><p id="out">0</p>`,
    );
    const steps = script(
      "many.jsonl",
      Array.from({ length: 400 }, () => ({ kind: "click", ...on("button", "More") })),
    );
    const out = join(folder, signal);
    const url = `http://${server.address}/`;
    const child = spawn(
      process.execPath,
      [
        "--import",
        "tsx",
        "src/cli/main.ts",
        "record",
        url,
        "--headless",
        "--script",
        steps,
        "--out",
        out,
        "--id",
        "k",
        "--max-steps",
        "500",
        "--no-screenshots",
      ],
      { cwd: ROOT, stdio: "ignore", detached: true },
    );
    const file = join(out, "k", "trajectory.jsonl.unfinished");
    const countLines = (): number =>
      existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 2 : 0;
    while (countLines() < 5 && child.exitCode === null) await wait(50);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    process.kill(-(child.pid ?? 0), signal);
    await ended;
    const whole = countLines();
    const left = await readRecording(join(out, "k"));
    expect(left.transitions.length).toBeGreaterThanOrEqual(Math.max(5, whole));
    const few = script("few.jsonl", [
      { kind: "click", ...on("button", "More") },
      { kind: "stop", answer: "" },
    ]);
    const run = await runCli(
      "record",
      "--resume",
      join(out, "k"),
      "--headless",
      "--script",
      few,
      "--no-screenshots",
    );
    expect(run.code).toBe(0);
    const resumed = await readRecording(join(out, "k"));
    expect(resumed.transitions).toHaveLength(left.transitions.length + 2);
    expect(resumed.stopReason).toBe("terminated");
  });
});

describe("the panel", () => {
  it("shows and steers a recording from a window of its own", { timeout: 60_000 }, async () => {
    server.pages["/"] = page(`<h1>Shop</h1><button>More</button>`);
    const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
    const browser = await chromium.launch({ executablePath: path, chromiumSandbox: false });
    const recording = new TestRecording();
    try {
      await recording.start(browser, `http://${server.address}/`);
      const { recorder } = recording;
      const panel = await openPanel(browser, recording, "Press More");
      const button = (name: string) => panel.page.getByRole("button", { name, exact: true });
      for (let i = 0; i < 2; i++) {
        await recording.page.getByRole("button").click();
        await recording.calm();
      }
      await panel.refresh();
      expect(await panel.page.locator("li").allTextContents()).toEqual([
        "click button “More”",
        "click button “More”",
      ]);
      await button("Undo the last step").click();
      await button("Pause").click();
      await recording.page.getByRole("button").click();
      await recording.calm();
      expect(recording.folder.transitions).toHaveLength(1);
      expect(recorder.isPaused).toBe(true);
      await button("Resume").click();
      await recording.page.getByRole("button").click();
      await recording.calm();
      expect(recording.folder.transitions).toHaveLength(2);
      const picture = process.env["DREAMGYM_PANEL_PICTURE"];
      await panel.refresh();
      if (picture !== undefined) await panel.page.screenshot({ path: picture });
      await panel.page.getByLabel("Answer").fill("two");
      await button("Success").click();
      expect(await panel.ended).toMatchObject({ answer: "two", score: { value: 1 } });
      expect(JSON.stringify(recording.folder.transitions)).not.toContain("Undo the last step");
      expect(recording.context.pages()).toHaveLength(1);
      await panel.close();
    } finally {
      await recording.end();
      await browser.close();
    }
  });
});
