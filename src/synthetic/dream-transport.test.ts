/** A note typed in a dream, on a page whose script reacts to it and on one without a script. */

import { describe, expect, it } from "vitest";
import {
  posted,
  recordedTrajectory,
  refOf,
  sentForm,
} from "../../test/support/recorded-trajectory.ts";
import { visitTask } from "../../test/support/third-site/record-visits.ts";
import type { Action } from "../core/action.ts";
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

describe("text that is typed into a textarea in a dream", () => {
  it("reaches the request and the checks as it was typed, where a script reacts", async () => {
    const recorded = ["milk", "bread and jam"].map((text) =>
      recordNote(text, formPage(text, "shown")),
    );
    const { typed, requests, score } = await send(recorded);
    expect(typed.nodes.map(({ name }) => name)).toContain("Not saved yet");
    expect(typed.nodes.find(({ role }) => role === "textbox")?.value).toBe(TEXT);
    expect(requests[0]?.fields).toEqual([["note", TEXT]]);
    expect(score).toMatchObject({ status: "scored", value: 1 });
  });

  it("reaches the request and the checks as it was typed, where no script does", async () => {
    const recorded = ["milk", "bread and jam"].map((text) =>
      recordNote(text, formPage(text, "hidden")),
    );
    const { typed, requests, score } = await send(recorded);
    expect(typed.nodes.map(({ name }) => name)).not.toContain("Not saved yet");
    expect(requests[0]?.fields).toEqual([["note", TEXT]]);
    expect(score).toMatchObject({ status: "scored", value: 1 });
  });
});
