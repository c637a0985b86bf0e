import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RecordingError } from "../../../core/errors.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import { renderWebArenaText } from "../../../page/render-observation.ts";
import { readWebArenaText } from "../../../page/read-webarena-text.ts";
import {
  posted,
  recordedTrajectory,
  sentForm,
} from "../../../../test/support/recorded-trajectory.ts";
import { readRecords } from "../../../synthetic/buffer/experience-records.ts";
import { exportFormats } from "../exports/formats.ts";
import { IMPORT_FORMATS } from "./formats.ts";
import { maskImported } from "./mask-import.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "import-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const SHOP = "http://shop.test/";
const page = (url: string, body: string) => ({
  url,
  html: `<!doctype html><html lang="en"><head><title>Shop</title></head><body>${body}</body></html>`,
});

function purchase(): Trajectory {
  const trajectory = recordedTrajectory(
    "a",
    page(SHOP, `<h1>It's "new"</h1><form action="/buy" method="post"><button>Buy</button></form>`),
    [
      sentForm(
        "Buy",
        posted(`${SHOP}buy`, [["n", "1"]], `${SHOP}done`),
        page(`${SHOP}done`, "<h1>Thanks</h1>"),
      ),
    ],
  );
  return {
    ...trajectory,
    taskId: "t1",
    goal: "Buy it",
    score: { status: "scored", value: 1, checks: [] },
  };
}

function read(format: string, name: string, content?: string) {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  const imported = IMPORT_FORMATS[format]?.read(path);
  if (imported === undefined) throw new Error(`no format ${format}`);
  return imported;
}

const actionsOf = ({ transitions }: Trajectory) => transitions.map(({ action }) => action);

describe("readWebArenaText", () => {
  it("reads back what was rendered, which is everything but levels", () => {
    const { observation } = purchase().transitions[0] ?? {};
    if (observation === undefined) throw new Error("no step");
    const { nodes } = readWebArenaText(renderWebArenaText(observation));
    expect(nodes).toEqual(observation.nodes.map((node) => ({ ...node, states: {} })));
  });

  it("reads WebArena's own properties", () => {
    const text =
      "Tab 0 (current): Shop\n\n[1] RootWebArea 'Shop' focused: True\n\t[7] checkbox 'Gift' checked: true\n\t[8] heading \"It's\" level: 2";
    expect(readWebArenaText(text)).toMatchObject({
      titles: ["Shop"],
      nodes: [
        { ref: "1", role: "RootWebArea", states: { focused: true }, depth: 0 },
        { ref: "7", name: "Gift", states: { checked: true }, depth: 1 },
        { ref: "8", name: "It's", states: { level: 2 } },
      ],
    });
  });
});

describe("atif", () => {
  it("gives our own export back: actions, observations, requests, score", () => {
    exportFormats("1")["atif"]?.open(folder).add({ trajectory: purchase(), folder });
    const { trajectory } = read("atif", "a.json");
    const { transitions, goal, taskId, score, finalObservation } = purchase();
    expect(trajectory).toMatchObject({ goal, taskId, score, finalObservation });
    expect(trajectory.transitions.map(({ page: _page, ...rest }) => rest)).toEqual(
      transitions.map(({ page: _page, ...rest }) => rest),
    );
  });

  it("reads another agent's file: text of pages, actions in WebArena's words, and says what it left out", () => {
    const step = (source: string, message: string, more: object = {}) => ({
      step_id: 1,
      source,
      message,
      ...more,
    });
    const text = "Tab 0 (current): Shop\n\n[1] RootWebArea 'Shop'\n\t[12] link 'Cart'";
    const { trajectory, losses } = read(
      "atif",
      "other.json",
      JSON.stringify({
        schema_version: "ATIF-v1.4",
        agent: { name: "someone", version: "2" },
        steps: [
          step("user", "Open the cart"),
          step("system", "reset", { observation: { results: [{ content: text }] } }),
          step("agent", "Let me think."),
          step("agent", "", {
            reasoning_content: "The cart is there.",
            tool_calls: [
              { tool_call_id: "1", function_name: "browser", arguments: { action: "click [12]" } },
            ],
          }),
        ],
      }),
    );
    expect(trajectory).toMatchObject({
      goal: "Open the cart",
      actor: "someone",
      stopReason: "truncated",
    });
    expect(trajectory.transitions).toMatchObject([
      {
        action: { kind: "click", ref: "12" },
        thought: "The cart is there.",
        observation: { nodes: [{}, { name: "Cart" }] },
      },
    ]);
    expect(losses).toEqual(["A step of the agent without a browser action is left out."]);
  });

  it("names what is wrong with another file", () => {
    expect(() => read("atif", "no.json", "{}")).toThrow(RecordingError);
    expect(() => read("atif", "no.json", "{}")).toThrow("schema_version");
  });
});

describe("webarena", () => {
  it("reads a render: pages, the model's reasoning, its actions", () => {
    const state = (text: string, raw: string, parsed: string) =>
      `<h2>New Page</h2>\n<h3 class='url'><a href=${SHOP}>URL: ${SHOP}</a></h3>\n<div class='state_obv'><pre>${text}</pre><div>\n` +
      `<div class='prev_action' style='background-color:pink'>None</div>\n<div class='predict_action'>` +
      `<div class='raw_parsed_prediction' style='background-color:grey'><pre>${raw}</pre></div>` +
      `<div class='parsed_action' style='background-color:yellow'><pre>${parsed}</pre></div></div>\n`;
    const text =
      "Tab 0 (current): Shop\n\n[1] RootWebArea 'Shop'\n\t[12] searchbox 'Search &amp; find'";
    const { trajectory, losses } = read(
      "webarena",
      "render_42.html",
      `<!DOCTYPE html><html><body><pre>task_id: 42\nintent: Find a lamp\n</pre>` +
        state(
          text,
          "I search. In summary, ```type [12] [lamp] [1]```",
          "type [12] [lamp] where [12] is searchbox 'Search'",
        ) +
        state(text, "", "stop [7]") +
        `</body></html>`,
    );
    expect(losses).toEqual([]);
    expect(trajectory).toMatchObject({
      taskId: "42",
      goal: "Find a lamp",
      stopReason: "terminated",
    });
    expect(actionsOf(trajectory)).toEqual([
      { kind: "type", ref: "12", text: "lamp", submit: true },
      { kind: "stop", answer: "7" },
    ]);
    expect(trajectory.transitions[0]).toMatchObject({
      thought: "I search. In summary,",
      observation: { url: SHOP, nodes: [{}, { name: "Search & find" }] },
    });
  });
});

describe("verified", () => {
  it("takes the link or the form that leads to the next page for a click, and else a typed address", () => {
    const run = join(folder, "42");
    mkdirSync(run);
    const entry = (method: string, url: string, html: string, more: object = {}) => ({
      startedDateTime: "2026-01-01T00:00:00Z",
      request: { method, url, headers: [{ name: "Accept", value: "text/html,*/*" }], ...more },
      response: {
        status: html === "" ? 303 : 200,
        headers: [],
        redirectURL: html === "" ? "/done" : "",
        content: { mimeType: "text/html", text: html },
      },
    });
    const start = `<a href="/form">Form</a>`;
    const form = `<form method="post" action="/buy"><input name="password" type="password" value="hunter2"><button>Send</button></form>`;
    const postData = { mimeType: "application/x-www-form-urlencoded", text: "password=hunter2" };
    const entries = [
      entry("GET", SHOP, start),
      entry("GET", `${SHOP}form`, form),
      entry("POST", `${SHOP}buy`, "", { postData }),
      entry("GET", `${SHOP}done`, "<h1>Done</h1>"),
      entry("GET", `${SHOP}else`, "<h1>Else</h1>"),
    ];
    writeFileSync(join(run, "network.har"), JSON.stringify({ log: { entries } }));
    writeFileSync(
      join(run, "agent_response.json"),
      JSON.stringify({ task_type: "MUTATE", status: "SUCCESS" }),
    );
    writeFileSync(join(run, "eval_result.json"), JSON.stringify({ score: 1 }));
    const { trajectory, losses } = read("verified", "42");
    expect(losses).toEqual([]);
    expect(actionsOf(trajectory).map(({ kind }) => kind)).toEqual([
      "click",
      "click",
      "goto",
      "stop",
    ]);
    expect(trajectory.score).toMatchObject({ value: 1 });
    const masked = maskImported(trajectory);
    expect(JSON.stringify(masked)).not.toContain("hunter2");
    const loads = readRecords(masked).map((record) => record.kind === "load" && record.request.url);
    expect(loads).toEqual([SHOP, `${SHOP}form`, `${SHOP}buy`, `${SHOP}else`]);
  });
});

/** As Playwright 1.65 wrote them. */
const CODEGEN = [
  { name: "openPage", url: "about:blank", signals: [] },
  { name: "navigate", url: SHOP, signals: [] },
  {
    name: "fill",
    ref: "e5",
    selector: 'internal:role=textbox[name="Name"i]',
    text: "Ann",
    signals: [],
    locator: { kind: "role", body: "textbox", options: { attrs: [], exact: false, name: "Name" } },
  },
  {
    name: "select",
    selector: 'internal:label="Colour"i',
    ref: "e6",
    options: ["blue"],
    signals: [],
    locator: { kind: "label", body: "Colour", options: { exact: false } },
  },
  {
    name: "check",
    selector: 'internal:role=checkbox[name="Gift"i]',
    ref: "e7",
    signals: [],
    locator: { kind: "role", body: "checkbox", options: { attrs: [], exact: false, name: "Gift" } },
  },
  {
    name: "click",
    selector: 'internal:testid=[data-testid="x"s]',
    ref: "e8",
    button: "right",
    modifiers: 8,
    clickCount: 2,
    signals: [],
    locator: { kind: "test-id", body: "x", options: {} },
  },
  { name: "assertVisible", selector: "h1", signals: [] },
];

describe("codegen", () => {
  it("keeps each action with the way to find its element", () => {
    const text = CODEGEN.map((line) => JSON.stringify(line)).join("\n");
    const { trajectory, losses } = read(
      "codegen",
      "out.jsonl",
      `{"browserName":"chromium"}\n${text}\n`,
    );
    expect(losses).toEqual(["An assertVisible is left out."]);
    expect(actionsOf(trajectory)).toEqual([
      { kind: "type", ref: "1", text: "Ann", submit: false },
      { kind: "select", ref: "1", option: "blue" },
      { kind: "check", ref: "1", checked: true },
      { kind: "click", ref: "1", double: true, button: "right", modifiers: "Shift" },
      { kind: "stop", answer: "" },
    ]);
    expect(trajectory.transitions[0]).toMatchObject({
      observation: { url: SHOP, nodes: [{ role: "textbox", name: "Name" }] },
      element: { references: [{ by: "role", role: "textbox", name: "Name" }] },
    });
    expect(trajectory.transitions[3]?.element?.references).toMatchObject([
      { by: "testId", value: "x" },
    ]);
  });
});

it("keeps the files that it reads as they are", () => {
  const text = JSON.stringify(CODEGEN[1]);
  read("codegen", "same.jsonl", text);
  expect(readFileSync(join(folder, "same.jsonl"), "utf8")).toBe(text);
});
