/** What every `Env` must hold to, real or synthetic: one suite, run against each implementation. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Action } from "../../src/core/action.ts";
import type { Env } from "../../src/core/env.ts";
import { ConfigError, ResetNeededError } from "../../src/core/errors.ts";
import { ObservationSchema, type Observation } from "../../src/core/observation.ts";
import type { Task } from "../../src/core/task.ts";
import { actionErrors } from "../../src/page/action-errors.ts";

export interface EnvContractSubject {
  /** Scores with the toolkit's own evaluator. */
  createEnv(): Promise<Env> | Env;
  /** Of at least four steps; its start page has a link and a text field. */
  task: Task;
  /** Ends what `createEnv` needed. */
  dispose?(): Promise<void>;
}

const UNKNOWN_REF = "999999999";

/** The observation with refs numbered by first appearance: refs are another document's business. */
function withoutRefs({ nodes, ...rest }: Observation): unknown {
  return { ...rest, nodes: nodes.map((node, index) => ({ ...node, ref: String(index) })) };
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

    it("throws on a step before the first reset", async () => {
      const fresh = await subject.createEnv();
      await expect(fresh.step({ kind: "goBack" })).rejects.toThrow(ResetNeededError);
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

    it("takes what was typed and never sent for no content of the page", async () => {
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

    it("shows the same observations for the same seed and actions, refs apart", async () => {
      const walk = async (): Promise<unknown[]> => {
        const first = await reset();
        const second = (await env.step(firstLink(first))).observation;
        const third = (await env.step({ kind: "goBack" })).observation;
        return [first, second, third].map(withoutRefs);
      };
      expect(await walk()).toEqual(await walk());
    });

    it("starts a new episode in the middle of one", async () => {
      const first = await reset();
      await env.step(firstLink(first));
      expect(withoutRefs(await reset())).toEqual(withoutRefs(first));
    });

    it("tells the agent of an unknown ref, and leaves the page as it is", async () => {
      const first = await reset();
      for (const action of [
        { kind: "click", ref: UNKNOWN_REF },
        { kind: "hover", ref: UNKNOWN_REF },
        { kind: "type", ref: UNKNOWN_REF, text: "x", submit: true },
        { kind: "select", ref: UNKNOWN_REF, option: "x" },
      ] satisfies Action[]) {
        const { observation, requests } = await env.step(action);
        expect(observation.lastActionError).toContain(UNKNOWN_REF);
        expect(observation.nodes).toEqual(first.nodes);
        expect(requests).toEqual([]);
      }
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

    it("refuses what is not an action, names the kinds there are, and goes on", async () => {
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

    it("tells the agent of an address outside the task's sites, and sends nothing", async () => {
      const first = await reset();
      const { observation, requests } = await env.step({
        kind: "goto",
        url: "http://elsewhere.example/",
      });
      expect(observation.lastActionError).toContain("elsewhere.example");
      expect(observation.url).toBe(first.url);
      expect(requests).toEqual([]);
    });

    it("reports the requests of a step, and takes pages for the recorder without any", async () => {
      const first = await reset();
      const { requests, observation } = await env.step(firstLink(first));
      expect(requests.at(0)).toMatchObject({ kind: "document", method: "GET" });
      const page = await env.snapshot();
      expect(page.url).toBe(observation.url);
      expect(page.html).toContain("<html");
      const { requests: later } = await env.step({ kind: "scroll", direction: "up" });
      expect(later).toEqual([]);
    });

    it("refuses to start when the signal is already aborted", async () => {
      const signal = AbortSignal.abort(new Error("enough"));
      await expect(env.reset({ task: subject.task, seed: 1, signal })).rejects.toThrow("enough");
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
