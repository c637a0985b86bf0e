/** One page in Chromium and in the text browser: the same steps, what each shows, and what each sends. */

import type { Browser } from "playwright";
import type { Action } from "../../src/core/action.ts";
import type { Env } from "../../src/core/env.ts";
import type { Observation, PageNode } from "../../src/core/observation.ts";
import { createHttpEnv } from "../../src/text-browser/http/http-env.ts";
import { startPageServer, type PageAnswer, type PageServer } from "./page-server.ts";
import { CONTENT, createBrowserEnv, launchForTest, taskOn } from "./real-env.ts";

const START = "http://site.test/";

/** An action on the page as it is shown. Refs differ between worlds. */
export type Step = (shown: Observation) => Action;

export interface Situation {
  /** The body of the start page, or an answer of its own. */
  start: string | Exclude<PageAnswer, string>;
  /** Other pages by path. `/echo` always shows what was sent, and `/frame` is a small page for frames. */
  pages?: Record<string, PageAnswer>;
  steps?: readonly Step[];
}

/** An episode that goes from page to page, so that each costs one load. */
interface Visit {
  pages: number;
  tabs: number;
}

/** Pages that one episode visits: its record grows with each. */
const PAGES_OF_EPISODE = 100;

/** What one world showed and sent, one line each. */
export interface Account {
  shown: string[];
  sent: string[];
  errors: string[];
}

export class BothWorlds implements AsyncDisposable {
  readonly server: PageServer;
  readonly #browser: Browser;
  readonly real: ReturnType<typeof createBrowserEnv>;
  readonly text: ReturnType<typeof createHttpEnv>;
  readonly #visits = new Map<Env, Visit>();

  static async open(): Promise<BothWorlds> {
    const server = await startPageServer();
    const { address } = server;
    const origins = {
      site: { origin: "http://site.test", address },
      partner: { origin: "http://partner.test", address },
    };
    const browser = await launchForTest(origins);
    const options = { origins, evaluator: CONTENT };
    const real = createBrowserEnv({ ...options, browser });
    return new BothWorlds(server, browser, real, createHttpEnv(options));
  }

  private constructor(
    server: PageServer,
    browser: Browser,
    real: BothWorlds["real"],
    text: BothWorlds["text"],
  ) {
    this.server = server;
    this.#browser = browser;
    this.real = real;
    this.text = text;
  }

  /** Plays a situation in both worlds. */
  async play(situation: Situation): Promise<{ real: Account; text: Account }> {
    this.serve(situation);
    const steps = situation.steps ?? [];
    return {
      real: await this.playIn(this.real, steps),
      text: await this.playIn(this.text, steps),
    };
  }

  serve({ start, pages = {} }: Situation): void {
    for (const path of Object.keys(this.server.pages)) delete this.server.pages[path];
    Object.assign(this.server.pages, {
      "/": typeof start === "string" ? pageAround(start) : start,
      "/echo": ECHO,
      "/frame": FRAME,
      ...pages,
    });
  }

  /** Opens what the start address serves now. A new episode costs more, so the running one goes there if it can. */
  async visit(env: Env): Promise<Observation> {
    const visit = this.#visits.get(env);
    const isUsable = visit !== undefined && visit.tabs === 1 && visit.pages < PAGES_OF_EPISODE;
    this.#visits.set(env, { pages: isUsable ? visit.pages + 1 : 1, tabs: 1 });
    if (isUsable) return (await env.step({ kind: "goto", url: START })).observation;
    const task = taskOn([START], { sites: ["site", "partner"], maxSteps: 100_000 });
    return await env.reset({ task, seed: 1 });
  }

  /** The next visit starts an episode of its own: what a page showed of secrets would be masked on later ones. */
  endVisits(): void {
    this.#visits.clear();
  }

  /** A step of the episode that `visit` runs, and what it sent. */
  async act(env: Env, action: Action): Promise<[Observation, string[]]> {
    this.server.received.length = 0;
    const { observation } = await env.step(action);
    const visit = this.#visits.get(env);
    if (visit !== undefined) visit.tabs = observation.tabs.length;
    return [observation, this.sent()];
  }

  async playIn(env: Env, steps: readonly Step[]): Promise<Account> {
    const task = taskOn([START], { sites: ["site", "partner"], maxSteps: 1_000 });
    let observation = await env.reset({ task, seed: 1 });
    this.server.received.length = 0;
    const errors: string[] = [];
    for (const step of steps) {
      ({ observation } = await env.step(step(observation)));
      if (observation.lastActionError !== null)
        errors.push(observation.lastActionError.replace(/\[\d+\]/gu, "[REF]"));
    }
    return { shown: linesOf(observation), sent: this.sent(), errors };
  }

  /** Every request since the last reset, with the headers that matter. */
  sent(): string[] {
    return this.server.received
      .filter(({ path }) => !/^\/favicon|\.png$/u.test(path))
      .map(({ method, path, headers, body }) => {
        const { host = "", referer = "", origin = "", cookie = "" } = headers;
        const type = (headers["content-type"] ?? "").replace(/boundary=\S+/u, "boundary");
        const content = body.replace(/-*\w*FormBoundary\w*/gu, "BOUNDARY");
        return JSON.stringify([method, host, path, { referer, origin, cookie, type }, content]);
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.real[Symbol.asyncDispose]();
    await this.text[Symbol.asyncDispose]();
    await this.#browser.close();
    await this.server[Symbol.asyncDispose]();
  }
}

function pageAround(body: string): string {
  return `<!doctype html><html lang="en"><title>Page</title><body>${body}`;
}

/** For frames of generated pages: links and a form with each target. */
const FRAME: PageAnswer = () =>
  pageAround(
    `<p>Inner</p><a href="echo?own">Own</a><a href="/echo?top" target=_top>Top</a>` +
      `<a href="echo?parent" target=_parent>Parent</a>` +
      `<form action=echo><input name=q value=inner><button>Ask</button></form>`,
  );

const ECHO: PageAnswer = ({ method, path, body }) =>
  pageAround(`<h1>${method}</h1><p>${escapeHtml(path)}</p><p>${escapeHtml(body)}</p>`);

function escapeHtml(text: string): string {
  return text
    .replace(/-*\w*FormBoundary\w*/gu, "B")
    .replace(/&/gu, "&amp;")
    .replace(/</gu, "&lt;");
}

function linesOf({ url, title, nodes, tabs }: Observation): string[] {
  return [url, title, `${tabs.length} tabs`, ...nodes.map(lineOf)];
}

/** A node as one line, without its ref. */
export function lineOf({ role, name, value, states, url, depth }: PageNode): string {
  const flags = Object.entries(states)
    .map(([state, value]) => `${state}=${value}`)
    .toSorted();
  const parts = [role, JSON.stringify(name)];
  if (value !== undefined) parts.push(`= ${JSON.stringify(value)}`);
  if (url !== undefined) parts.push(`→ ${url}`);
  return `${"  ".repeat(depth)}${[...parts, ...flags].join(" ")}`;
}

const refOf = ({ nodes }: Observation, role: string, name: string): string =>
  nodes.find((node) => node.role === role && node.name === name)?.ref ?? "0";

export const click =
  (role: string, name = ""): Step =>
  (shown) => ({ kind: "click", ref: refOf(shown, role, name) });

export const type =
  (role: string, name: string, text: string, submit = false): Step =>
  (shown) => ({ kind: "type", ref: refOf(shown, role, name), text, submit });

export const press =
  (keys: string): Step =>
  () => ({ kind: "press", keys });

export const goto =
  (url: string): Step =>
  () => ({ kind: "goto", url });
