/** A login that is played before an episode whose session has ended. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import { openOwnBrowserEnv } from "../../src/real/browser/own-browser-env.ts";
import { PlayedLogin } from "../../src/real/browser/played-login.ts";
import type { StoredSession } from "../../src/real/sites/stored-session.ts";
import { runCli } from "../support/run-cli.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { taskOn, Walk } from "../support/real-env.ts";

/** How many logins the site refuses from now on, whoever asks. */
let refusals = 0;
const PASSWORD = "correct-horse-9";
const textbox = (name: string) => ({ role: "textbox", name });

/** Sessions live on the server: a logout ends one for whoever holds its cookie. */
async function startPrivateSite(): Promise<PageServer & { logins: number }> {
  const live = new Set<string>();
  const form = `<form method="post" action="/enter"><label>User <input name="user"></label>
    <label>Password <input type="password" name="pass"></label><button>Log in</button></form>`;
  const site = Object.assign(await startPageServer(), { logins: 0 });
  const idOf = (cookie = ""): string => /sid=([^;]+)/.exec(cookie)?.[1] ?? "";
  site.pages["/"] = ({ headers }) =>
    live.has(idOf(headers.cookie))
      ? `<h1>Private</h1><a href="/leave">Log out</a>`
      : `<h1>Public</h1>${form}`;
  site.pages["/enter"] = ({ body }, reply) => {
    const isRight = new URLSearchParams(body).get("pass") === PASSWORD;
    if (!isRight) return `<p>Wrong password.</p>${form}`;
    if (refusals-- > 0) return `<p>Too many logins.</p>${form}`;
    const id = `q8-session-${++site.logins}-f71c`;
    live.add(id);
    reply.writeHead(303, { location: "/", "set-cookie": `sid=${id}; HttpOnly` });
    reply.end();
    return undefined;
  };
  site.pages["/leave"] = ({ headers }, reply) => {
    live.delete(idOf(headers.cookie));
    reply.writeHead(303, { location: "/" });
    reply.end();
  };
  return site;
}

const stepsWith = (password: object) => [
  { kind: "type", on: { ...textbox("User"), number: 0 }, text: "ann" },
  { kind: "type", on: { ...textbox("Password"), number: 0 }, ...password, submit: true },
];

const scriptSteps = (steps: ReturnType<typeof stepsWith>) =>
  steps.map((line, index) => ({ line, where: `line ${index + 1}` }));

describe("a login script", () => {
  const folder = mkdtempSync(join(tmpdir(), "login-"));
  let site: Awaited<ReturnType<typeof startPrivateSite>>;
  let url: string;
  beforeAll(async () => {
    site = await startPrivateSite();
    url = `http://${site.address}/`;
  });
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const open = async (password: string, steps = stepsWith({ text: password })) =>
    await openOwnBrowserEnv({
      executablePath: (await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] })).path,
      origins: { site: { origin: new URL(url).origin } },
      control: null,
      login: {
        url,
        steps: scriptSteps(steps),
      },
    });

  it("is played at the start and after a logout, and not while its session holds", async () => {
    const own = await open(PASSWORD);
    const before = site.logins;
    const walk = new Walk(own.env);
    const episodes = [
      { logins: 1, logsOut: false },
      { logins: 1, logsOut: true },
      { logins: 2, logsOut: false },
    ];
    for (const { logins, logsOut } of episodes) {
      await walk.start(taskOn([url]));
      expect(walk.has("heading", "Private"), walk.text()).toBe(true);
      expect(site.logins - before).toBe(logins);
      expect(own.env.startRequests?.map((request) => request.url)).toEqual([url]);
      if (logsOut) await walk.click("link", "Log out");
    }
    await own.close();
  });

  it("says what the page says when the account is refused", async () => {
    const own = await open("wrong");
    await expect(own.env.reset({ task: taskOn([url]), seed: 0 })).rejects.toThrow(
      /still asks for textbox "Password".*Wrong password\./s,
    );
    await own.close();
  });

  it("is tried again where a site refuses for a while what it took before", async () => {
    const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
    const browser = await launchBrowser({ executablePath: path, origins: null });
    const script = { url, steps: scriptSteps(stepsWith({ text: PASSWORD })) };
    const login = new PlayedLogin(script, [{ origin: new URL(url).origin }], [100, 100]);
    const leave = async (session: StoredSession): Promise<void> => {
      const cookie = `sid=${session.cookies[0]?.value}`;
      await fetch(`${url}leave`, { headers: { cookie } });
    };
    try {
      refusals = 1;
      await expect(login.renew(browser)).rejects.toThrow("Too many logins.");
      refusals = 0;
      await leave(await login.renew(browser));
      refusals = 2;
      const session = await login.renew(browser);
      expect(refusals).toBeLessThanOrEqual(0);
      await leave(session);
      refusals = 100;
      await expect(login.renew(browser)).rejects.toThrow("worked before");
      expect(refusals).toBe(97);
      await expect(login.renew(browser)).rejects.toThrow("worked before");
      expect(refusals).toBe(96);
    } finally {
      refusals = 0;
      await login.close();
      await browser.close();
    }
  });

  it("fails where it names an element that the first login page lacks", async () => {
    const own = await open(PASSWORD, [
      { kind: "type", on: { ...textbox("Account"), number: 0 }, text: "ann" },
    ]);
    await expect(own.env.reset({ task: taskOn([url]), seed: 0 })).rejects.toThrow(
      /login at .* failed: line 1: expected textbox "Account" .*textbox "User", textbox "Password"/s,
    );
    await own.close();
  });

  it("takes its password from the environment, and leaves it in no recording", async () => {
    const login = join(folder, "login.jsonl");
    const lines = [{ kind: "goto", url }, ...stepsWith({ variable: "TEST_SITE_PASSWORD" })];
    writeFileSync(login, lines.map((line) => JSON.stringify(line)).join("\n"));
    const stop = join(folder, "stop.jsonl");
    writeFileSync(stop, JSON.stringify({ kind: "stop", answer: "" }));
    const words = ["record", url, "--headless", "--no-screenshots", "--script", stop];
    words.push("--out", folder, "--id", "inside", "--site", `site=${url}`, "--login", login);
    const unset = await runCli(...words);
    expect(unset.said).toContain(
      `${login}:3: expected the environment variable TEST_SITE_PASSWORD, got none.`,
    );
    vi.stubEnv("TEST_SITE_PASSWORD", PASSWORD);
    const run = await runCli(...words);
    vi.unstubAllEnvs();
    expect(run, run.said).toMatchObject({ code: 0 });
    const text = readFileSync(join(folder, "inside", "trajectory.jsonl"), "utf8");
    expect(text).toContain("Private");
    expect(text).not.toMatch(/correct-horse|q8-session|textbox/);
  });
});
