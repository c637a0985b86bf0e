import { describe, expect, it } from "vitest";
import { recordedTrajectory, refOf } from "../../../test/support/recorded-trajectory.ts";
import type { Action } from "../../core/action.ts";
import type { Observation } from "../../core/observation.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import { readRecords } from "../buffer/experience-records.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { createExperienceEnv } from "../experience-env.ts";
import { RetrievalModel } from "./retrieval-model.ts";

const ORIGIN = "http://birds.test";
const HOME = `${ORIGIN}/`;
const LIST = `<div><input aria-label="Find a bird"><select aria-label="Order"><option value="az" selected>By name</option><option value="size">By size</option></select></div>`;
const page = (url: string, title: string) => ({
  url,
  html: `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1>${LIST}</body></html>`,
});
const get = (url: string) =>
  [{ kind: "document", method: "GET", url, fields: null, status: 200, redirect: null }] as const;

/** A visit that does one thing on the start page, which opened another page or none. */
function visit(
  id: string,
  act: (observation: Observation) => Action,
  opened: string | null,
): Trajectory {
  return recordedTrajectory(id, page(HOME, "Birds"), [
    {
      action: act,
      requests: opened === null ? [] : [...get(opened)],
      page: opened === null ? page(HOME, "Birds") : page(opened, `Found at ${opened}`),
    },
  ]);
}

const find =
  (text: string) =>
  (observation: Observation): Action => ({
    kind: "type",
    ref: refOf(observation, "textbox", "Find a bird"),
    text,
    submit: true,
  });
const order =
  (option: string) =>
  (observation: Observation): Action => ({
    kind: "select",
    ref: refOf(observation, "combobox", "Order"),
    option,
  });
const found = (words: string): string => `${ORIGIN}/find?bird=${words}`;

const TASK: Task = {
  id: "1",
  goal: "",
  startUrls: [HOME],
  sites: [],
  maxSteps: 9,
  checks: [],
  templateId: 1,
  world: "",
};

async function dream(
  recorded: readonly Trajectory[],
  ...acts: ((observation: Observation) => Action)[]
): Promise<{ url: string; certainty: number; evidence: string[] }> {
  const model = new RetrievalModel({ buffer: new ReplayBuffer(recorded) });
  await using env = createExperienceEnv({ model, evaluator: createEvaluator() });
  let observation = await env.reset({ task: TASK, seed: 1 });
  for (const act of acts) ({ observation } = await env.step(act(observation)));
  const { certainty = 0, evidence = [] } = env.answers.at(-1)?.prediction ?? {};
  return { url: observation.url, certainty, evidence };
}

const FINDS = [
  visit("wren", find("wren"), found("wren")),
  visit("owl", find("barn owl"), found("barn+owl")),
  visit("jay", find("jay"), found("jay")),
];

describe("Enter in a field outside a form", () => {
  it("is read as an event that a script answered with a page", () => {
    const [, load] = readRecords(FINDS[0] as Trajectory);
    expect(load).toMatchObject({ kind: "load", script: { kind: "press", text: "Enter" } });
    expect(load?.before?.html).toContain('value="wren"');
  });

  it("opens the recorded page again, with the recording as evidence", async () => {
    const { url, certainty, evidence } = await dream(FINDS, find("barn owl"));
    expect(url).toBe(found("barn+owl"));
    expect(evidence).toContain("owl#1");
    expect(certainty).toBeGreaterThan(0.5);
  });

  it("opens the page of what is typed", async () => {
    expect((await dream(FINDS, find("snow goose"))).url).toBe(found("snow+goose"));
  });

  it("opens nothing by another key, and nothing where it was recorded to do nothing", async () => {
    const tab = (): Action => ({ kind: "press", keys: "Escape" });
    const typed = (observation: Observation): Action =>
      ({ ...find("jay")(observation), submit: false }) as Action;
    expect((await dream(FINDS, typed, tab)).url).toBe(HOME);
    const still = ["1", "2", "3"].map((id) => visit(id, find("wren"), null));
    expect((await dream(still, find("jay"))).url).toBe(HOME);
  });

  it("leaves the Enter in a form to the browser", () => {
    const html = page(HOME, "Birds").html.replaceAll("div>", "form>");
    const trajectory = visit("form", find("wren"), found("wren"));
    const [transition] = trajectory.transitions;
    if (transition !== undefined) transition.page = { url: HOME, html };
    expect(readRecords(trajectory)[1]).toMatchObject({
      kind: "load",
      script: null,
      browserEvent: { kind: "press", text: "Enter" },
    });
  });
});

describe("an event that the browser itself answered", () => {
  const html = page(HOME, "Birds").html.replace(
    "</body>",
    "<form><button>Send</button></form></body>",
  );
  const send = (observation: Observation): Action => ({
    kind: "click",
    ref: refOf(observation, "button", "Send"),
  });
  const sent = (id: string): Trajectory =>
    recordedTrajectory(id, { url: HOME, html }, [
      { action: send, requests: [...get(`${HOME}?`)], page: page(`${HOME}?`, "Sent") },
    ]);
  const refused = recordedTrajectory("refused", { url: HOME, html }, [
    {
      action: send,
      requests: [],
      page: { url: HOME, html: html.replace("</h1>", "</h1><p>Say more.</p>") },
    },
  ]);
  const click = async (recorded: readonly Trajectory[]) => {
    const model = new RetrievalModel({ buffer: new ReplayBuffer(recorded) });
    await using env = createExperienceEnv({ model, evaluator: createEvaluator() });
    await env.step(send(await env.reset({ task: TASK, seed: 1 })));
    return env.answers.find(({ cause }) => cause.kind === "event")?.prediction;
  };

  it("shows that no script answers such an event", async () => {
    const answer = await click([sent("a"), sent("b")]);
    expect(answer).toMatchObject({ next: { kind: "unchanged" }, evidence: ["a#1", "b#1"] });
    expect(answer?.certainty).toBeGreaterThan(0.8);
  });

  it("makes a script's answer elsewhere less certain", async () => {
    const [alone, among] = [await click([refused]), await click([refused, sent("a"), sent("b")])];
    expect(alone).toMatchObject({ next: { kind: "page" }, certainty: 0.75 });
    expect(among).toMatchObject({ next: { kind: "page" }, certainty: 0.375 });
  });
});

describe("a choice whose script opens a page", () => {
  it("opens the page of the chosen option", async () => {
    const opened = `${ORIGIN}/birds?order=size`;
    const orders = ["1", "2"].map((id) => visit(id, order("By size"), opened));
    expect((await dream(orders, order("By size"))).url).toBe(opened);
  });
});
