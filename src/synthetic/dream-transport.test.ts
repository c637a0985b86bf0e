/** A note typed in a dream, and the answers that other people's models may give. */

import { describe, expect, it } from "vitest";
import {
  posted,
  recordedTrajectory,
  refOf,
  sentForm,
} from "../../test/support/recorded-trajectory.ts";
import { visitTask } from "../../test/support/third-site/record-visits.ts";
import type { Action } from "../core/action.ts";
import { ModelError } from "../core/errors.ts";
import type { ExperienceModel, Prediction, SessionEvent } from "../core/experience.ts";
import type { Observation } from "../core/observation.ts";
import type { PageSnapshot } from "../core/site-request.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { ReplayBuffer } from "./buffer/replay-buffer.ts";
import { createExperienceEnv } from "./experience-env.ts";
import { RetrievalModel } from "./retrieval/retrieval-model.ts";

const NEW_NOTE = "http://notes.test/new";

/** The form; its script shows a hint as soon as something is typed. */
const formPage = (note: string, hint: "shown" | "hidden"): PageSnapshot => ({
  url: NEW_NOTE,
  html:
    "<!doctype html><html><head><title>New note</title></head><body>" +
    `<p class="hint"${hint === "hidden" ? ' hidden=""' : ""}>Not saved yet</p>` +
    `<form method="post" action="/notes"><textarea name="note" aria-label="Note">${note}</textarea>` +
    "<button>Save</button></form></body></html>",
});

/** Somebody types a note and saves it. @param after the page once the note is typed */
function recordNote(text: string, after: PageSnapshot): Trajectory {
  const start = formPage("", "hidden");
  return recordedTrajectory(text, start, [
    {
      action: (page) => ({ kind: "type", ref: refOf(page, "textbox"), text, submit: false }),
      requests: [],
      page: after,
    },
    sentForm("Save", posted("http://notes.test/notes", [["note", text]], NEW_NOTE), start),
  ]);
}

const loadOf = (url: string): SessionEvent["cause"] => ({
  kind: "request",
  request: { method: "GET", url, fields: null },
});

const TEXT = 'a <b>bold</b> & more, "quoted" </textarea> too';

/** Types the text in the dream of the recordings, and sends it. */
async function send(recorded: Trajectory[]) {
  const model = new RetrievalModel({ buffer: new ReplayBuffer(recorded) });
  const env = createExperienceEnv({ model, evaluator: createEvaluator() });
  const task = visitTask("note", {
    startUrls: [NEW_NOTE],
    checks: [
      {
        kind: "network_event",
        events: [
          {
            present: true,
            method: "POST",
            url: "http://notes.test/notes",
            postData: { note: TEXT },
          },
        ],
      },
    ],
  });
  const start = await env.reset({ task, seed: 0 });
  const act = async (action: Action) => await env.step(action);
  const typed = await act({
    kind: "type",
    ref: refOf(start, "textbox"),
    text: TEXT,
    submit: false,
  });
  const { requests } = await act({ kind: "click", ref: refOf(typed.observation, "button") });
  const { score } = await act({ kind: "stop", answer: "" });
  return { typed: typed.observation, requests, score };
}

describe("text typed into a textarea in a dream", () => {
  it("reaches the request and the checks as typed, where a script reacts", async () => {
    const recorded = ["milk", "bread and jam"].map((text) =>
      recordNote(text, formPage(text, "shown")),
    );
    const { typed, requests, score } = await send(recorded);
    expect(typed.nodes.map(({ name }) => name)).toContain("Not saved yet");
    expect(typed.nodes.find(({ role }) => role === "textbox")?.value).toBe(TEXT);
    expect(requests[0]?.fields).toEqual([["note", TEXT]]);
    expect(score).toMatchObject({ status: "scored", value: 1 });
  });

  it("reaches the request and the checks as typed, where no script reacts", async () => {
    const recorded = ["milk", "bread and jam"].map((text) =>
      recordNote(text, formPage(text, "hidden")),
    );
    const { typed, requests, score } = await send(recorded);
    expect(typed.nodes.map(({ name }) => name)).not.toContain("Not saved yet");
    expect(requests[0]?.fields).toEqual([["note", TEXT]]);
    expect(score).toMatchObject({ status: "scored", value: 1 });
  });
});

/** A model that somebody else wrote: it shows the form, and gives the answers that a test sets. */
function foreignModel(answerEvent: (page: PageSnapshot) => unknown): ExperienceModel {
  const prediction = (next: unknown): Prediction =>
    ({ reasoning: "it is so", next, evidence: [], certainty: 1 }) as Prediction;
  return {
    predict: ({ cause, page }) =>
      cause.kind === "request"
        ? prediction({ kind: "page", status: 200, redirectStatus: null, ...boxPage })
        : prediction(answerEvent(page as PageSnapshot)),
  };
}

const boxPage: PageSnapshot = {
  url: NEW_NOTE,
  html:
    "<!doctype html><html><head><title>New note</title></head><body>" +
    '<p></p><label><input type="checkbox" name="urgent"> Urgent</label></body></html>',
};

async function tick(model: ExperienceModel) {
  const env = createExperienceEnv({ model, evaluator: createEvaluator() });
  const start = await env.reset({ task: visitTask("note", { startUrls: [NEW_NOTE] }), seed: 0 });
  return await env.step({ kind: "click", ref: refOf(start, "checkbox") });
}

describe("somebody else's model", () => {
  const answer = { kind: "page", url: NEW_NOTE, status: 200, redirectStatus: null };
  const noted = (html: string): string => html.replace("<p></p>", "<p>Noted.</p>");
  const isTicked = ({ nodes }: Observation): boolean =>
    nodes.find(({ role }) => role === "checkbox")?.states.checked === true;

  it("may write the browser's own effect into its page or leave it out: it happens once", async () => {
    for (const ticks of [false, true]) {
      const { observation } = await tick(
        foreignModel(({ html }) => ({
          ...answer,
          html: noted(ticks ? html.replace('name="urgent"', 'name="urgent" checked=""') : html),
        })),
      );
      expect(observation.nodes.map(({ name }) => name)).toContain("Noted.");
      expect(isTicked(observation)).toBe(true);
    }
    expect(isTicked((await tick(foreignModel(() => ({ kind: "unchanged" })))).observation)).toBe(
      true,
    );
  });

  it("may navigate by a script", async () => {
    const url = "http://notes.test/noted";
    const { observation, requests } = await tick(
      foreignModel(() => ({ ...answer, url, html: "<title>Noted</title><p>Noted.</p>" })),
    );
    expect(observation).toMatchObject({ url, title: "Noted" });
    expect(requests).toMatchObject([{ method: "GET", url, status: 200 }]);
  });

  it("gets an error that names the fields when its answer does not fit", async () => {
    const ask = async (wrong: object): Promise<void> => {
      const model = foreignModel(() => ({}));
      const query = { session: [], page: null, cause: loadOf(NEW_NOTE) };
      const right = await model.predict(query);
      await tick({ predict: () => ({ ...right, ...wrong }) });
    };
    await expect(ask({ certainty: 1.2 })).rejects.toThrow(/`certainty`: .*1/u);
    await expect(ask({ next: { ...answer, url: "/new", html: "" } })).rejects.toThrow("`next.url`");
    await expect(ask({ next: { ...answer, status: 20, html: "" } })).rejects.toThrow(
      "`next.status`",
    );
    await expect(ask({ next: answer })).rejects.toThrow(ModelError);
    await expect(ask({})).resolves.toBeUndefined();
  });
});
