/** Talks to BrowserGym in a Python process of its own, and shows what it sees in this toolkit's terms. */

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Action } from "../../src/core/action.ts";
import type { Observation, PageNode } from "../../src/core/observation.ts";

interface GymNode {
  bid: string | null;
  role: string;
  name: string;
  value: string | number | null;
  url: string | null;
  checked: string | boolean | null;
}

export interface GymAnswer {
  /** What BrowserGym itself took. */
  seconds: number;
  goal: string;
  /** What `Math.seedrandom` got on a MiniWoB++ page. */
  pageSeed: number;
  reward: number;
  terminated: boolean;
  error: string;
  observation: Observation;
}

export interface GymOptions {
  kind: "miniwob" | "page";
  page?: string;
  url: string;
  /** Whether to keep its fixed waits: `slow_mo` 100 ms and half a second before each observation. */
  delays: boolean;
  executable: string;
  flags: readonly string[];
  /** For Playwright's `new_context`. */
  context?: Record<string, unknown>;
}

export class Gym {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  #complaint = "";

  /** @param environment a Python virtual environment with BrowserGym: see tools/install-browsergym.ts */
  constructor(environment: string) {
    this.#child = spawn(
      join(environment, "bin", "python"),
      [join(import.meta.dirname, "worker.py")],
      { stdio: ["pipe", "pipe", "pipe"] },
    );
    this.#child.stderr?.on("data", (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString()).slice(-2_000);
    });
    if (this.#child.stdout === null) throw new Error("Expected a pipe to BrowserGym, got none.");
    this.#lines = createInterface({ input: this.#child.stdout });
  }

  async open(options: GymOptions): Promise<void> {
    await this.#ask({ open: { context: {}, ...options } });
  }

  async reset(seed: number): Promise<GymAnswer> {
    return await this.#ask({ reset: seed });
  }

  async step(action: Action): Promise<GymAnswer> {
    const answer = await this.#ask({ step: toCall(action) });
    if (answer.error !== "") throw new Error(`BrowserGym: ${answer.error}`);
    return answer;
  }

  async close(): Promise<void> {
    await this.#ask({ close: true });
    this.#child.stdin?.end();
  }

  async #ask(request: Record<string, unknown>): Promise<GymAnswer> {
    const line = new Promise<string>((resolve, reject) => {
      this.#lines.once("line", resolve);
      this.#child.once("exit", () => {
        reject(new Error(`Expected an answer of BrowserGym, got its end: ${this.#complaint}`));
      });
    });
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const {
      nodes = [],
      url = "",
      ...rest
    } = JSON.parse(await line) as GymAnswer & {
      nodes?: GymNode[];
      url?: string;
    };
    this.#child.removeAllListeners("exit");
    return { ...rest, observation: toObservation(nodes, url) };
  }
}

function toObservation(nodes: readonly GymNode[], url: string): Observation {
  return { url, title: "", nodes: nodes.map(toNode), tabs: [], lastActionError: null };
}

/** Its ids have letters in frames, which no page of these benches has. */
function toNode({ bid, role, name, value, url, checked }: GymNode): PageNode {
  return {
    ref: bid ?? "",
    role,
    name: name.replace(/\s+/gu, " ").trim(),
    states: checked === null ? {} : { checked: checked === true || checked === "true" },
    depth: 0,
    ...(value !== null && { value: String(value) }),
    ...(url !== null && { url }),
  };
}

/** The same action as a call of BrowserGym's action set. */
function toCall(action: Action): string {
  const quote = (text: string): string => JSON.stringify(text);
  switch (action.kind) {
    case "click":
      return `click(${quote(action.ref)})`;
    case "hover":
      return `hover(${quote(action.ref)})`;
    case "type":
      return `fill(${quote(action.ref)}, ${quote(action.text)})`;
    case "select":
      return `select_option(${quote(action.ref)}, ${quote(action.option)})`;
    case "scroll":
      return `scroll(0, ${action.direction === "down" ? 720 : -720})`;
    case "goBack":
      return "go_back()";
    case "goto":
      return `goto(${quote(action.url)})`;
    default:
      throw new Error(`Expected an action that BrowserGym has too, got ${action.kind}.`);
  }
}
