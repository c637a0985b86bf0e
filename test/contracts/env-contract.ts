/**
 * The contract of every `Env`, real or synthetic: one suite, run against each implementation. Tests that do not apply
 * to an implementation are skipped with a reason.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Action } from "../../src/core/action.ts";
import type { Env, StepResult } from "../../src/core/env.ts";
import { ConfigError, ResetNeededError, TaskError } from "../../src/core/errors.ts";
import { ObservationSchema, type Observation } from "../../src/core/observation.ts";
import type { Task } from "../../src/core/task.ts";
import { actionErrors } from "../../src/page/action-errors.ts";

export interface EnvContractSubject {
  /** Scores with the toolkit's own evaluator. */
  createEnv(): Promise<Env> | Env;
  /**
   * A task of at least eight steps, on the only known site. Its start page has a link to another page and a text field.
   */
  task: Task;
  /** Number of requests that the site received so far, of every kind. Null in a world without a site. */
  countReceived: (() => number) | null;
  /** Releases everything that `createEnv` needed. */
  dispose?(): Promise<void>;
}

const UNKNOWN_REF = "999999999";

/** The pages of the contract's site, for subjects without pages of their own. */
export const CONTRACT_PAGES = {
  "/": `<title>Start</title><h1>Start</h1><a href="/next">Next</a> <input aria-label="Name">`,
  "/next": `<title>Next</title><h1>Next</h1><p>Here it ends.</p>`,
};

/** The observation with refs numbered by first appearance: refs belong to one document. */
function withoutRefs({ nodes, ...rest }: Observation): unknown {
  return { ...rest, nodes: nodes.map((node, index) => ({ ...node, ref: String(index) })) };
}

/** A step in the form in which tests compare episodes. */
function comparable({ observation, ...rest }: StepResult): unknown {
  return { ...rest, observation: withoutRefs(observation) };
}

function firstLink(observation: Observation): Action {
  const link = observation.nodes.find((node) => node.role === "link");
  if (link === undefined) expect.fail("the contract's task must start on a page with a link");
  return { kind: "click", ref: link.ref };
}

/** Names the suite and runs it; `open` is called once, before the first test. */
export function describeEnvContract(name: string, open: () => Promise<EnvContractSubject>): void {
  describe(`${name} as an Env`, () => {
    let subject: EnvContractSubject;
    let env: Env;
    beforeAll(async () => {
      subject = await open();
      env = await subject.createEnv();
    });
    afterAll(async () => {
      await env[Symbol.asyncDispose]();
      await subject.dispose?.();
    });
    const reset = (task: Partial<Task> = {}, seed = 7): Promise<Observation> =>
      env.reset({ task: { ...subject.task, ...task }, seed });

    it("throws on a step or a snapshot before the first reset", async () => {
      const fresh = await subject.createEnv();
      await expect(fresh.step({ kind: "goBack" })).rejects.toThrow(ResetNeededError);
      await expect(fresh.snapshot()).rejects.toThrow(ResetNeededError);
      await fresh[Symbol.asyncDispose]();
    });

    it("gives observations that fit the schema, the first without an error", async () => {
      const observation = await reset();
      expect(ObservationSchema.parse(observation)).toEqual(observation);
      expect(observation.lastActionError).toBeNull();
      expect(observation.nodes[0]).toMatchObject({ role: "RootWebArea", depth: 0 });
      expect(observation.tabs.filter((tab) => tab.active)).toHaveLength(1);
      expect(observation.url).toBe(subject.task.startUrls[0]);
      const refs = observation.nodes.map((node) => node.ref);
      expect(new Set(refs).size).toBe(refs.length);
    });

    it("terminates on a stop, scores, and throws on the step after", async () => {
      const first = await reset();
      const result = await env.step({ kind: "stop", answer: "" });
      expect(result).toMatchObject({ terminated: true, truncated: false });
      expect(result.score).not.toBeNull();
      expect(withoutRefs(result.observation)).toEqual(withoutRefs(first));
      await expect(env.step({ kind: "goBack" })).rejects.toThrow(ResetNeededError);
    });

    it("truncates at the step limit, and throws on the step after", async () => {
      await reset({ maxSteps: 2 });
      const scroll: Action = { kind: "scroll", direction: "down" };
      expect(await env.step(scroll)).toMatchObject({
        terminated: false,
        truncated: false,
        score: null,
        reward: 0,
      });
      const last = await env.step(scroll);
      expect(last).toMatchObject({ terminated: false, truncated: true });
      expect(last.score).not.toBeNull();
      await expect(env.step(scroll)).rejects.toThrow(ResetNeededError);
    });

    it("terminates and does not truncate when the stop comes at the limit", async () => {
      await reset({ maxSteps: 1 });
      const result = await env.step({ kind: "stop", answer: "x" });
      expect(result).toMatchObject({ terminated: true, truncated: false });
    });

    it("does not treat typed and never sent text as content of the page", async () => {
      const scores: unknown[] = [];
      for (const locator of ["", "document.querySelector('input').value"]) {
        const required = { mustInclude: ["never sent"] };
        const { nodes } = await reset({
          checks: [{ kind: "program_html", targets: [{ url: "last", locator, required }] }],
        });
        const ref = nodes.find(({ role }) => role === "textbox")?.ref ?? "";
        await env.step({ kind: "type", ref, text: "never sent", submit: false });
        scores.push((await env.step({ kind: "stop", answer: "" })).reward);
      }
      expect(scores).toEqual([0, 1]);
    });

    it("never terminates and truncates at once, and scores the last step alone", async () => {
      for (const stopAt of [1, 2, 3, null]) {
        await reset({ maxSteps: 3 });
        const results: StepResult[] = [];
        while (!results.some(({ terminated, truncated }) => terminated || truncated))
          results.push(
            await env.step(
              results.length + 1 === stopAt
                ? { kind: "stop", answer: "" }
                : { kind: "scroll", direction: "down" },
            ),
          );
        const flags = results.map(({ terminated, truncated }) => [terminated, truncated]);
        const before = Array.from({ length: (stopAt ?? 3) - 1 }, () => [false, false]);
        expect(flags).toEqual([...before, stopAt === null ? [false, true] : [true, false]]);
        expect(results.map(({ score }) => score !== null)).toEqual([
          ...before.map(() => false),
          true,
        ]);
      }
    });

    it("gives the same trajectory for the same seed and actions, refs apart", async () => {
      const walk = async (on: Env): Promise<unknown[]> => {
        const first = await on.reset({ task: subject.task, seed: 7 });
        const field = first.nodes.find(({ role }) => role === "textbox")?.ref ?? "";
        const actions: Action[] = [
          { kind: "type", ref: field, text: "some words", submit: false },
          { kind: "press", keys: "Tab" },
          firstLink(first),
          { kind: "goBack" },
          { kind: "newTab" },
          { kind: "goto", url: subject.task.startUrls[0] as string },
          { kind: "stop", answer: "some words" },
        ];
        const steps: unknown[] = [withoutRefs(first), on.startRequests];
        for (const action of actions) steps.push(comparable(await on.step(action)));
        return steps;
      };
      const once = await walk(env);
      expect(await walk(env)).toEqual(once);
      const other = await subject.createEnv();
      expect(await walk(other)).toEqual(once);
      await other[Symbol.asyncDispose]();
    });

    it("starts a new episode in the middle of one", async () => {
      const first = await reset();
      await env.step(firstLink(first));
      expect(withoutRefs(await reset())).toEqual(withoutRefs(first));
    });

    it("says in one sentence that an unknown ref is not on the page, and leaves the page unchanged", async () => {
      const first = await reset();
      for (const action of [
        { kind: "click", ref: UNKNOWN_REF },
        { kind: "hover", ref: UNKNOWN_REF },
        { kind: "type", ref: UNKNOWN_REF, text: "x", submit: true },
        { kind: "select", ref: UNKNOWN_REF, option: "x" },
      ] satisfies Action[]) {
        const { observation, requests } = await env.step(action);
        expect(observation.lastActionError).toBe(actionErrors.unknownRef(UNKNOWN_REF));
        expect(observation.nodes).toEqual(first.nodes);
        expect(requests).toEqual([]);
      }
    });

    it("forgets the last action's error when the next action succeeds", async () => {
      await reset();
      await env.step({ kind: "click", ref: UNKNOWN_REF });
      const { observation } = await env.step({ kind: "scroll", direction: "down" });
      expect(observation.lastActionError).toBeNull();
    });

    it("gives one sentence for one mistake, the same in every world", async () => {
      const first = await reset({ maxSteps: 50 });
      const link = first.nodes.find(({ role }) => role === "link")?.ref ?? "";
      const far = "http://elsewhere.example/";
      const mistakes: [Action, string][] = [
        [{ kind: "click", ref: UNKNOWN_REF }, actionErrors.unknownRef(UNKNOWN_REF)],
        [{ kind: "type", ref: link, text: "x", submit: false }, actionErrors.notEditable(link)],
        [{ kind: "select", ref: link, option: "x" }, actionErrors.notSelect(link)],
        [{ kind: "press", keys: "Enter+foo" }, actionErrors.unknownKeys("Enter+foo")],
        [{ kind: "goto", url: "nowhere" }, actionErrors.invalidUrl("nowhere")],
        [{ kind: "goto", url: far }, actionErrors.outsideOrigins(far)],
        [{ kind: "goBack" }, actionErrors.noPageBack()],
        [{ kind: "goForward" }, actionErrors.noPageForward()],
        [{ kind: "switchTab", index: 7 }, actionErrors.unknownTab(7)],
      ];
      for (const [action, sentence] of mistakes) {
        const { observation } = await env.step(action);
        expect(observation.lastActionError).toBe(sentence);
        expect(observation.url).toBe(first.url);
      }
    });

    it("refuses an invalid action, names the known kinds, and continues", async () => {
      const first = await reset();
      for (const wrong of [{ kind: "press_button", ref: "9" }, { kind: "click" }, null])
        await expect(env.step(wrong as unknown as Action)).rejects.toThrow(ConfigError);
      const unknown = { kind: "tap", ref: "9" } as unknown as Action;
      await expect(env.step(unknown)).rejects.toThrow(/click, type, hover.*got "tap"/u);
      expect((await env.step({ kind: "scroll", direction: "down" })).observation.url).toBe(
        first.url,
      );
    });

    it("keeps refs as long as the document lives", async () => {
      const first = await reset();
      const { observation } = await env.step({ kind: "scroll", direction: "down" });
      expect(observation.nodes.map((node) => node.ref)).toEqual(
        first.nodes.map((node) => node.ref),
      );
    });

    it("says that an address is outside the task's sites, and sends nothing", async () => {
      const first = await reset();
      const { observation, requests } = await env.step({
        kind: "goto",
        url: "http://elsewhere.example/",
      });
      expect(observation.lastActionError).toBe(
        actionErrors.outsideOrigins("http://elsewhere.example/"),
      );
      expect(observation.url).toBe(first.url);
      expect(requests).toEqual([]);
    });

    it("reports the requests of a step, and shows its page to a recorder", async () => {
      const first = await reset();
      const { requests, observation } = await env.step(firstLink(first));
      expect(requests.at(0)).toMatchObject({ kind: "document", method: "GET" });
      const page = await env.snapshot();
      expect(page.url).toBe(observation.url);
      expect(page.html).toContain("<html");
      const { requests: later } = await env.step({ kind: "scroll", direction: "up" });
      expect(later).toEqual([]);
    });

    it("takes snapshots that cost no request", async ({ skip }) => {
      const { countReceived } = subject;
      if (countReceived === null) return skip("this world has no site that counts requests");
      await reset();
      const before = countReceived();
      expect(before).toBeGreaterThan(0);
      const page = await env.snapshot();
      expect(await env.snapshot()).toEqual(page);
      await env.step({ kind: "scroll", direction: "down" });
      expect(countReceived()).toBe(before);
    });

    it("throws on a task of an unknown site, and names the known ones", async () => {
      const known = subject.task.sites[0] as string;
      const attempt = reset({ sites: [known, "nowhere"] });
      await expect(attempt).rejects.toThrow(TaskError);
      await expect(attempt).rejects.toThrow(
        `Expected task ${subject.task.id} to name known sites (${known}), got "nowhere". Give its origin.`,
      );
      expect((await reset()).url).toBe(subject.task.startUrls[0]);
    });

    it("refuses to start when the signal is already aborted", async () => {
      const signal = AbortSignal.abort(new Error("enough"));
      await expect(env.reset({ task: subject.task, seed: 1, signal })).rejects.toThrow("enough");
    });

    it("takes no step once the signal is aborted, and starts again without it", async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const first = await env.reset({ task: subject.task, seed: 1, signal });
      expect((await env.step({ kind: "scroll", direction: "down" })).terminated).toBe(false);
      controller.abort(new Error("enough"));
      await expect(env.step(firstLink(first))).rejects.toThrow("enough");
      expect(withoutRefs(await reset())).toEqual(withoutRefs(first));
    });

    it("can be disposed of twice", async () => {
      const fresh = await subject.createEnv();
      await fresh.reset({ task: subject.task, seed: 1 });
      await fresh[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
      await expect(fresh.step({ kind: "goBack" })).rejects.toThrow(ResetNeededError);
    });
  });
}
