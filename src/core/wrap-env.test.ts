import { expect, it } from "vitest";
import type { Env } from "./env.ts";
import { wrapEnv } from "./wrap-env.ts";

const page = { url: "about:blank", html: "" };
const observation = { url: page.url, title: "", nodes: [], tabs: [], lastActionError: null };

/** A world whose start requests and goal are known after `reset`. */
class LateWorld implements Env {
  startRequests: NonNullable<Env["startRequests"]> = [];
  goal: string | undefined;
  isDisposed = false;

  async reset() {
    this.goal = "Find the red jar";
    return observation;
  }
  async step() {
    return {
      observation,
      reward: 1,
      terminated: true,
      truncated: false,
      score: null,
      requests: [],
    };
  }
  async snapshot() {
    return page;
  }
  hideSecrets<T>(stored: T): T {
    return JSON.parse(JSON.stringify(stored).replaceAll("4711", "[masked]")) as T;
  }
  async [Symbol.asyncDispose]() {
    this.isDisposed = true;
  }
}

const task = {
  id: "jar",
  goal: "",
  startUrls: [],
  sites: [],
  maxSteps: 1,
  checks: [],
  templateId: 0,
  world: "",
};

it("passes on what it does not replace, as it is at the time", async () => {
  const world = new LateWorld();
  const steps: string[] = [];
  const wrapped = wrapEnv(world, {
    step: (action) => {
      steps.push(action.kind);
      return world.step();
    },
    [Symbol.asyncDispose]: async () => {},
  });
  expect(wrapped.goal).toBeUndefined();
  await wrapped.reset({ task, seed: 1 });
  expect(wrapped.goal).toBe("Find the red jar");
  expect(await wrapped.step({ kind: "goBack" })).toMatchObject({ reward: 1 });
  expect(steps).toEqual(["goBack"]);
  expect(await wrapped.snapshot()).toBe(page);
  expect(wrapped.hideSecrets?.({ text: "code 4711" })).toEqual({ text: "code [masked]" });
  await wrapped[Symbol.asyncDispose]();
  expect(world.isDisposed).toBe(false);
});
