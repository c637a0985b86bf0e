/** Helpers of an e2e test that acts in a real browser on pages of its own. */

import { expect } from "vitest";
import type { Action } from "../../src/core/action.ts";
import type { StepResult } from "../../src/core/env.ts";
import type { Evaluator } from "../../src/core/evaluator.ts";
import type { Observation, PageNode } from "../../src/core/observation.ts";
import type { Task } from "../../src/core/task.ts";
import { createBrowserEnv, type BrowserEnv } from "../../src/real/browser/browser-env.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import type { SiteOrigins } from "../../src/real/sites/site-origins.ts";

/** Passes every episode: these tests are about pages. */
export const CONTENT: Evaluator = {
  evaluate: () => Promise.resolve({ status: "scored", value: 1, checks: [] }),
};

export function taskOn(startUrls: string[], more: Partial<Task> = {}): Task {
  return {
    id: "page",
    goal: "Look around.",
    startUrls,
    sites: ["site"],
    maxSteps: 50,
    checks: [],
    templateId: 1,
    world: "",
    ...more,
  };
}

export async function launchForTest(origins: SiteOrigins) {
  const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
  return await launchBrowser({ executablePath: path, origins: Object.values(origins) });
}

/** An environment with its current observation: acts on elements by role and name. */
export class Walk {
  readonly env: BrowserEnv;
  observation!: Observation;
  last!: StepResult;

  constructor(env: BrowserEnv) {
    this.env = env;
  }

  async start(task: Task): Promise<Observation> {
    this.observation = await this.env.reset({ task, seed: 1 });
    return this.observation;
  }

  node(role: string, name: string): PageNode {
    const node = this.observation.nodes.find((node) => node.role === role && node.name === name);
    if (node === undefined) expect.fail(`no ${role} "${name}" in\n${this.text()}`);
    return node;
  }

  has(role: string, name: string): boolean {
    return this.observation.nodes.some((node) => node.role === role && node.name === name);
  }

  async act(action: Action): Promise<StepResult> {
    this.last = await this.env.step(action);
    this.observation = this.last.observation;
    return this.last;
  }

  async click(role: string, name: string): Promise<string | null> {
    await this.act({ kind: "click", ref: this.node(role, name).ref });
    return this.observation.lastActionError;
  }

  async type(name: string, text: string, submit = false, role = "textbox"): Promise<string | null> {
    await this.act({ kind: "type", ref: this.node(role, name).ref, text, submit });
    return this.observation.lastActionError;
  }

  text(): string {
    return this.observation.nodes.map((node) => `${node.role} "${node.name}"`).join("\n");
  }
}

export { createBrowserEnv };
