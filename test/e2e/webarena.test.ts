/** WebArena's own tasks on a stand-in for its sites: addresses from variables, login, reset, checks. */

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Observation } from "../../src/core/observation.ts";
import type { Task } from "../../src/core/task.ts";
import { parseTaskConfig, type TaskConfig } from "../../src/evaluation/task-config.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import type { Benchmark } from "../../src/real/harness/benchmark.ts";
import { openWebArenaBenchmark } from "../../src/real/harness/webarena/open-webarena-benchmark.ts";
import {
  settingsFromVariables,
  type WebArenaSettingsInput,
  WebArenaSettingsSchema,
} from "../../src/real/harness/webarena/webarena-settings.ts";
import { CONTAINMENT_JUDGE, playReference } from "../support/reference-agent.ts";
import { startPageServer } from "../support/page-server.ts";
import { config } from "../support/task-configs.ts";
import { openWebArenaStandIn, type WebArenaStandIn } from "../support/webarena-stand-in.ts";

let standIn: WebArenaStandIn;
let executablePath: string;
beforeAll(async () => {
  standIn = await openWebArenaStandIn();
  executablePath = (await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] })).path;
});
afterAll(async () => {
  await standIn[Symbol.asyncDispose]();
});

/** @param more overrides what the stand-in's variables say */
function openBenchmark(
  configs: TaskConfig[],
  more: Partial<WebArenaSettingsInput> = {},
  variables: Record<string, string> = addresses(),
): Promise<Benchmark> {
  return openWebArenaBenchmark({
    configs,
    settings: WebArenaSettingsSchema.parse({
      ...settingsFromVariables(variables),
      ...standIn.differences,
      ...more,
    }),
    profile: "webarena",
    judge: CONTAINMENT_JUDGE,
    judgeName: "containment",
    executablePath,
    workers: 1,
  });
}

/** Without the reset server. */
function addresses(): Record<string, string> {
  const { WA_FULL_RESET: _, ...others } = standIn.variables;
  return others;
}

const onShop = (path: string, evaluation: Parameters<typeof config>[0]): TaskConfig =>
  parseTaskConfig({ ...config(evaluation), start_url: `__SHOPPING__${path}` }, "here");
/** Passes on a page with this heading. */
const PAGE_SAYS = (text: string): Parameters<typeof config>[0] => ({
  eval_types: ["program_html"],
  program_html: [
    {
      url: "last",
      locator: "document.querySelector('h1').outerText",
      required_contents: { exact_match: text },
    },
  ],
});
/** Passes on a page that names the account's owner. */
const ACCOUNT = () =>
  onShop("/account", {
    eval_types: ["program_html"],
    program_html: [
      {
        url: "last",
        locator: "document.querySelector('form[action=\"/logout\"] button').outerText",
        required_contents: { must_include: ["sign out |OR| log out"] },
      },
    ],
  });

/** The storage state of the shop's account, as WebArena's auto_login.py writes it. */
async function storedState(): Promise<object> {
  await using browser = await chromium.launch({ executablePath, chromiumSandbox: false });
  const context = await browser.newContext();
  const page = await context.newPage();
  const { username = "", password = "" } = standIn.differences.accounts?.shopping ?? {};
  await page.goto(`${standIn.variables["SHOPPING"]}/login`);
  await page.getByLabel("E-mail address").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
  return await context.storageState();
}

describe("the login", () => {
  it("by form holds in the agent's browser, and is renewed after the sites forgot it", async () => {
    await using benchmark = await openBenchmark([ACCOUNT()]);
    const [task] = benchmark.tasks;
    const env = await benchmark.openEnv(0);
    for (const restarts of [0, 1]) {
      if (restarts === 1) await standIn.restart();
      const { score, finalObservation } = await playReference(env, task as Task);
      expect(score).toMatchObject({ status: "scored", value: 1 });
      expect(finalObservation.url).toMatch(/^http:\/\/shopping\.localhost:\d+\/account$/u);
    }
  });

  it("by stored state uses the stored session, renews it in memory, and writes nothing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "auth-"));
    const file = join(folder, "shopping_state.json");
    try {
      const state = JSON.stringify(await storedState());
      await writeFile(file, state);
      const login = { by: "stored", folder } as const;
      // Only the stored session can log in.
      const accounts = { shopping: { username: "nobody@x.test", password: "wrong" } };
      await using stored = await openBenchmark([ACCOUNT()], { login, accounts });
      const played = await playReference(await stored.openEnv(0), stored.tasks[0] as Task);
      expect(played.score).toMatchObject({ status: "scored", value: 1 });
      await standIn.restart();
      await using renewing = await openBenchmark([ACCOUNT()], { login });
      const renewed = await playReference(await renewing.openEnv(0), renewing.tasks[0] as Task);
      expect(renewed.score).toMatchObject({ status: "scored", value: 1 });
      expect(await readFile(file, "utf8")).toBe(state);
      expect(await readdir(folder)).toEqual(["shopping_state.json"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("that a site refuses is an error of the site, and no score", async () => {
    const accounts = { shopping: { username: "nobody@x.test", password: "wrong" } };
    await using benchmark = await openBenchmark([ACCOUNT()], { accounts });
    const env = await benchmark.openEnv(0);
    await expect(env.reset({ task: benchmark.tasks[0] as Task, seed: 0 })).rejects.toThrow(
      /^The login of nobody@x\.test on shopping \(http:.*\) does not hold: \/account gave a redirect to \/login\./u,
    );
  });

  it("by stored state gives each episode the stored localStorage too, and nothing of the last", async () => {
    await using shop = await startPageServer({
      "/account": ({ headers }) =>
        headers.cookie === "sid=7" ? "<h1>Ann's account</h1>" : "<h1>Nobody</h1>",
      "/": `<h1>Hello</h1><button>Add</button><script>
        document.querySelector("h1").textContent = "Cart: " + (localStorage.cart ?? "none");
        document.querySelector("button").onclick = () => { localStorage.cart += ", soap"; location.reload(); };
      </script>`,
    });
    const origin = `http://${shop.address}`;
    const folder = await mkdtemp(join(tmpdir(), "auth-"));
    try {
      const cookie = { name: "sid", value: "7", domain: "127.0.0.1", path: "/", expires: -1 };
      const state = {
        cookies: [{ ...cookie, httpOnly: false, secure: false, sameSite: "Lax" }],
        origins: [
          { origin, localStorage: [{ name: "cart", value: "tea" }] },
          { origin: "http://elsewhere.test", localStorage: [{ name: "x", value: "y" }] },
        ],
      };
      await writeFile(join(folder, "shopping_state.json"), JSON.stringify(state));
      await using benchmark = await openBenchmark([onShop("", PAGE_SAYS("Cart: tea"))], {
        instances: [{ sites: { shopping: origin } }],
        login: { by: "stored", folder },
        loginPages: { shopping: { checkPath: "/account", checkText: "Ann's account" } },
      });
      const env = await benchmark.openEnv(0);
      const titleOf = ({ nodes }: Observation): string | undefined =>
        nodes.find(({ role }) => role === "heading")?.name;
      for (let episode = 0; episode < 2; episode++) {
        const start = await env.reset({ task: benchmark.tasks[0] as Task, seed: 0 });
        expect(titleOf(start)).toBe("Cart: tea");
        expect(start.tabs).toHaveLength(1);
        expect(env.startRequests?.map(({ url }) => url)).toEqual([`${origin}/`]);
        const add = start.nodes.find(({ role }) => role === "button");
        const { observation } = await env.step({ kind: "click", ref: add?.ref ?? "" });
        expect(titleOf(observation)).toBe("Cart: tea, soap");
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("by header sends it with every request, and looks whether it holds", async () => {
    const isIn = (headers: Record<string, unknown>): boolean =>
      headers["x-m2-customer-auto-login"] === "ann:pass";
    await using shop = await startPageServer({
      "/account": ({ headers }, reply) =>
        isIn(headers)
          ? "<h1>Ann's account</h1>"
          : void reply.writeHead(302, { location: "/" }).end(),
      "/": ({ headers }) => (isIn(headers) ? "<h1>Hello Ann</h1>" : "<h1>Hello</h1>"),
    });
    const instances = [{ sites: { shopping: `http://${shop.address}` } }];
    const open = (password: string) =>
      openBenchmark([onShop("", PAGE_SAYS("Hello Ann"))], {
        instances,
        login: { by: "header" },
        accounts: { shopping: { username: "ann", password } },
      });
    await using right = await open("pass");
    const { score } = await playReference(await right.openEnv(0), right.tasks[0] as Task);
    expect(score).toMatchObject({ status: "scored", value: 1 });
    await using wrong = await open("other");
    const env = await wrong.openEnv(0);
    await expect(env.reset({ task: wrong.tasks[0] as Task, seed: 0 })).rejects.toThrow(
      /does not hold/u,
    );
  });
});

describe("the instances", () => {
  it("are shared out among workers, each with its own addresses", async () => {
    await using first = await startPageServer({ "/": "<h1>First shop</h1>" });
    await using second = await startPageServer({ "/": "<h1>Second shop</h1>" });
    await using benchmark = await openBenchmark([onShop("", PAGE_SAYS("Second shop"))], {
      instances: [first, second].map(({ address }) => ({
        sites: { shopping: `http://${address}` },
      })),
      login: { by: "none" },
    });
    const values: unknown[] = [];
    for (const worker of [0, 1, 2]) {
      const env = await benchmark.openEnv(worker);
      const { score } = await playReference(env, benchmark.tasks[0] as Task);
      values.push(score?.status === "scored" ? score.value : score?.reason);
      await env[Symbol.asyncDispose]();
    }
    expect(values).toEqual([0, 1, 0]);
    expect(benchmark.facts).toMatchObject({
      profile: "webarena",
      judge: "containment",
      instances: "2",
      login: "none",
      viewport: "1280x720",
    });
  });

  it("are reset once before the run, or before each task", async () => {
    const before = standIn.resets;
    await using once = await openBenchmark([ACCOUNT()], {}, standIn.variables);
    const env = await once.openEnv(0);
    for (const _ of [1, 2]) await playReference(env, once.tasks[0] as Task);
    expect(standIn.resets).toBe(before + 1);
    await env[Symbol.asyncDispose]();

    const folder = await mkdtemp(join(tmpdir(), "resets-"));
    const file = join(folder, "log");
    const [instance] = settingsFromVariables(addresses()).instances;
    await using each = await openBenchmark([ACCOUNT()], {
      instances: [
        {
          ...instance,
          sites: instance?.sites ?? {},
          reset: { by: "command", command: `echo x >> ${file}`, before: "task" },
        },
      ],
    });
    const other = await each.openEnv(0);
    for (const _ of [1, 2]) await playReference(other, each.tasks[0] as Task);
    expect(await readFile(file, "utf8")).toBe("x\nx\n");
    await rm(folder, { recursive: true });
  });

  it("play no task whose site nobody hosts, and say so", async () => {
    const notes: string[] = [];
    const map = parseTaskConfig(
      { ...config({}), task_id: 2, sites: ["map"], start_url: "__MAP__" },
      "here",
    );
    const open = (configs: TaskConfig[]) =>
      openWebArenaBenchmark({
        configs,
        settings: WebArenaSettingsSchema.parse({
          instances: [{ sites: { shopping: "http://127.0.0.1:9" } }],
        }),
        profile: "strict",
        executablePath,
        onNote: (line) => notes.push(line),
      });
    await using benchmark = await open([ACCOUNT(), map]);
    expect(benchmark.tasks.map(({ id }) => id)).toEqual(["1"]);
    expect(notes).toEqual(["1 of 2 tasks are left out: no address for map."]);
    await expect(open([map])).rejects.toThrow(/only tasks that need map/u);
  });
});
