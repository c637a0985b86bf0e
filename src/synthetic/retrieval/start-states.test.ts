/** Pages that recordings saw only after something had changed them: nobody knows how such a page starts. */

import { describe, expect, it } from "vitest";
import { opened, recordedTrajectory } from "../../../test/support/recorded-trajectory.ts";
import type { Action } from "../../core/action.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import type { Score } from "../../core/score.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { createExperienceEnv } from "../experience-env.ts";
import { RetrievalModel } from "./retrieval-model.ts";

const SITE = "http://seeds.test";
const NOTE = "Keep them dry";
const form = `<form method="post" action="/jar/oak"><input name="note"><button>Save</button></form>`;

const page = (path: string, body: string): PageSnapshot => ({
  url: `${SITE}${path}`,
  html: `<title>Seeds</title><h1>Seeds</h1>${body}<a href="/jar/oak">Oak</a> <a href="/news">News</a>`,
});
const START = page("/", form);
const oak = page("/jar/oak", `<p>${NOTE}</p>`);
const news = page("/news", "<p>Rain again</p>");
const notes = page("/notes", `<ul><li>Oak: ${NOTE}.</li></ul>`);

/** A note is saved, then other pages are opened. */
function record(id: string, ...later: PageSnapshot[]): Trajectory {
  const fields: [string, string][] = [["note", NOTE]];
  const saved = { ...opened(oak.url), method: "POST", fields };
  const action = (): Action => ({ kind: "press", keys: "Enter" });
  return recordedTrajectory(id, START, [
    { action, requests: [saved], page: oak },
    ...later.map((page) => ({ action, requests: [opened(page.url)], page })),
  ]);
}

const model = new RetrievalModel({
  buffer: new ReplayBuffer([record("a", oak, news, notes), record("b", news)]),
});

const task = (start: PageSnapshot, shown: string): Task => ({
  id: "note",
  goal: "",
  startUrls: [start.url],
  sites: [],
  maxSteps: 3,
  checks: [
    {
      kind: "program_html",
      targets: [{ url: "last", locator: "", required: { mustInclude: [shown] } }],
    },
  ],
  templateId: 0,
  world: "",
});

async function scoreOfStopping(start: PageSnapshot, shown: string): Promise<Score | null> {
  await using env = createExperienceEnv({ model, evaluator: createEvaluator() });
  await env.reset({ task: task(start, shown), seed: 0 });
  return (await env.step({ kind: "stop", answer: "" })).score;
}

describe("a page that was first seen after a change of it", () => {
  it("is not the start state of a session: whoever stops at once has done nothing", async () => {
    expect(model.index.known(oak.url)).toBeNull();
    expect(await scoreOfStopping(oak, NOTE)).toMatchObject({ status: "unscored" });
  });

  it("is recognised by what it shows, too", async () => {
    expect(model.index.known(notes.url)).toBeNull();
    expect(await scoreOfStopping(notes, NOTE)).toMatchObject({ status: "unscored" });
  });

  it("is still the page after such a change", async () => {
    await using env = createExperienceEnv({ model, evaluator: createEvaluator() });
    const { nodes } = await env.reset({ task: task(START, NOTE), seed: 0 });
    const refOf = (role: string): string => nodes.find((node) => node.role === role)?.ref ?? "";
    await env.step({ kind: "type", ref: refOf("textbox"), text: NOTE, submit: true });
    const { score } = await env.step({ kind: "stop", answer: "" });
    expect(score).toMatchObject({ status: "scored", value: 1 });
  });

  it("still shows which things the site has", () => {
    expect([...model.index.seenPages()].map(([url]) => url)).toContain(notes.url);
  });

  it("is another case than a page that was first seen after a change elsewhere", async () => {
    expect(model.index.known(news.url)).toMatchObject({ seenAfterMutation: true });
    expect(await scoreOfStopping(news, "Rain again")).toMatchObject({ status: "scored", value: 1 });
  });
});
