import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "@puppeteer/replay";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Action } from "../../../core/action.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import { extractActionText, parseAction } from "../../../page/action-text.ts";
import {
  posted,
  recordedTrajectory,
  refOf,
  sentForm,
} from "../../../../test/support/recorded-trajectory.ts";
import type { Message } from "./chat-messages.ts";
import { exportFormats } from "./formats.ts";

const VENV = process.env["DREAMGYM_EXPORTS_VENV"];
const NO_VENV = "DREAMGYM_EXPORTS_VENV is not set: npx tsx tools/install-exports.ts <folder>";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "export-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const URL = "http://shop.test/";
const page = (url: string, body: string) => ({
  url,
  html: `<!doctype html><html lang="en"><head><title>Shop</title></head><body>${body}</body></html>`,
});

/** Types a name, buys, and answers. */
function purchase(id: string, value: 0 | 1, name = "Ann"): Trajectory {
  const form = `<form action="/buy" method="post"><input aria-label="Name"><button>Buy "it"</button></form>`;
  const bought = page(`${URL}done`, "<h1>Thanks</h1>");
  const trajectory = recordedTrajectory(id, page(URL, form), [
    {
      action: (observation) => ({
        kind: "type",
        ref: refOf(observation, "textbox", "Name"),
        text: name,
        submit: false,
      }),
      requests: [],
      page: page(URL, form),
    },
    sentForm(`Buy "it"`, posted(`${URL}buy`, [["name", name]], `${URL}done`), bought),
    { action: () => ({ kind: "stop", answer: "7" }), requests: [], page: bought },
  ]);
  return {
    ...trajectory,
    taskId: "t1",
    goal: "Buy it",
    score: { status: "scored", value, checks: [] },
  };
}

function exportTo(format: string, trajectories: readonly Trajectory[], from = folder) {
  const writer = exportFormats("1.0.0")[format]?.open(folder);
  const losses = trajectories.flatMap((trajectory) => [
    ...(writer?.add({ trajectory, folder: from }) ?? []),
  ]);
  return { paths: writer?.end() ?? [], losses };
}

const jsonLines = (path: string): Record<string, unknown>[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const python = (code: string, ...words: string[]): string =>
  execFileSync(join(VENV ?? "", "bin", "python"), ["-c", code, ...words], { encoding: "utf8" });

describe("puppeteer", () => {
  it("is a recording that @puppeteer/replay accepts, with a selector for each way to find an element", () => {
    exportTo("puppeteer", [purchase("a", 1)]);
    const flow = parse(JSON.parse(readFileSync(join(folder, "a.json"), "utf8")));
    expect(flow.steps.map(({ type }) => type)).toEqual([
      "setViewport",
      "navigate",
      "change",
      "click",
      "customStep",
    ]);
    expect(flow.steps[3]).toMatchObject({
      selectors: [[`aria/Buy "it"[role="button"]`], [`aria/Buy "it"`]],
    });
  });

  it("says which steps it leaves out", () => {
    const lost = purchase("a", 1);
    const [first] = lost.transitions;
    if (first !== undefined) first.action = { kind: "newTab" };
    expect(exportTo("puppeteer", [lost]).losses).toEqual([
      "A newTab is left out: the format has no such step.",
    ]);
  });
});

describe("playwright", () => {
  it("asks for a secret instead of writing its placeholder", () => {
    exportTo("playwright", [purchase("a", 1, "<secret:password:1>")]);
    const text = readFileSync(join(folder, "a.spec.ts"), "utf8");
    expect(text).toContain(`.fill(process.env["SECRET_PASSWORD_1"] ?? "")`);
    expect(text).not.toContain("<secret:");
  });

  it("takes the recorder's unique way before others, inside the frames of the element", () => {
    const trajectory = purchase("a", 1);
    const [first] = trajectory.transitions;
    if (first !== undefined)
      first.element = {
        frames: [{ selector: "#pay", name: "", url: "" }],
        references: [
          { by: "role", role: "textbox", name: "Name", unique: false, index: 1 },
          { by: "testId", attribute: "data-test", value: "n", unique: true, index: 0 },
        ],
      };
    exportTo("playwright", [trajectory]);
    expect(readFileSync(join(folder, "a.spec.ts"), "utf8")).toContain(
      `page.frameLocator("#pay").locator("[data-test=\\"n\\"]").fill("Ann")`,
    );
  });
});

describe("sft", () => {
  it("has the actions of successes in a form that reads back, and leaves failures out", () => {
    const { paths, losses } = exportTo("sft", [purchase("a", 1), purchase("b", 0)]);
    expect(losses).toEqual(["An episode without success is left out."]);
    const rows = jsonLines(paths[0] ?? "");
    expect(rows.map(({ id }) => id)).toEqual(["a"]);
    const messages = rows[0]?.["messages"] as Message[];
    expect(messages.map(({ role }) => role).join()).toBe(
      "system,user,assistant,user,assistant,user,assistant",
    );
    const actions = messages
      .filter(({ role }) => role === "assistant")
      .map(({ content }) => parseAction(extractActionText(content) ?? ""));
    expect(actions).toEqual(purchase("a", 1).transitions.map(({ action }) => ({ action })));
  });
});

describe("dpo", () => {
  it("pairs the first different actions on the same page, with what came before as the prompt", () => {
    const wrong = purchase("b", 0);
    const stop: Action = { kind: "stop", answer: "" };
    if (wrong.transitions[1]) wrong.transitions[1].action = stop;
    const [row] = jsonLines(exportTo("dpo", [purchase("a", 1), wrong]).paths[0] ?? "");
    expect(row).toMatchObject({
      task: "t1",
      chosen: [{ role: "assistant", content: expect.stringContaining("click [") as string }],
      rejected: [{ role: "assistant", content: "```stop []```" }],
    });
    expect(row?.["prompt"]).toHaveLength(4);
  });
});

describe("parquet", () => {
  it("reads back with hyparquet: a row for each episode, with pictures and small row groups", async () => {
    writeFileSync(join(folder, "1.png"), Buffer.from([137, 80, 78, 71]));
    const shown = purchase("a", 1);
    if (shown.transitions[0]) shown.transitions[0].screenshot = "1.png";
    const { paths } = exportTo("parquet", [shown, purchase("b", 0)]);
    const file = await asyncBufferFromFile(paths[0] ?? "");
    const rows = await parquetReadObjects({ file, utf8: false });
    expect(rows.map(({ sample_id, outcome }) => [sample_id, outcome])).toEqual([
      ["a", "success"],
      ["b", "failure"],
    ]);
    expect(rows[0]?.["images"]).toEqual([{ path: "1.png", bytes: Uint8Array.of(137, 80, 78, 71) }]);
    expect(JSON.parse(String(rows[1]?.["trajectory"]))).toEqual(purchase("b", 0));
    const metadata = await parquetMetadataAsync(file);
    expect(metadata.key_value_metadata?.map(({ key }) => key)).toContain("huggingface");
    expect(readdirSync(folder).filter((name) => name.endsWith(".unfinished"))).toEqual([]);
  });

  it("reads back with pyarrow", ({ skip }) => {
    if (VENV === undefined) return skip(NO_VENV);
    const { paths } = exportTo("parquet", [purchase("a", 1)]);
    const code =
      "import sys, pyarrow.parquet as p; print(p.read_table(sys.argv[1]).to_pylist()[0]['action_reprs'][2])";
    expect(python(code, paths[0] ?? "").trim()).toBe("stop [7]");
  });
});

describe("atif", () => {
  it("passes the models of the format's own package", ({ skip }) => {
    if (VENV === undefined) return skip(NO_VENV);
    exportTo("atif", [purchase("a", 1)]);
    const code =
      "import sys, atif; print(len(atif.Trajectory.model_validate_json(open(sys.argv[1]).read()).steps))";
    expect(python(code, join(folder, "a.json")).trim()).toBe("5");
  });
});

describe("browsergym", () => {
  it("has actions that BrowserGym's own parser takes", ({ skip }) => {
    if (VENV === undefined) return skip(NO_VENV);
    const { paths } = exportTo("browsergym", [purchase("a", 1)]);
    const code = `
import json, sys
from browsergym.core.action.highlevel import HighLevelActionSet
actions = HighLevelActionSet(subsets=["webarena"])
for step in json.loads(open(sys.argv[1]).readline())["steps"]:
    for line in step["action"].splitlines():
        actions.to_python_code(line)
        print(line)
`;
    expect(
      python(code, paths[0] ?? "")
        .trim()
        .split("\n")
        .at(-1),
    ).toBe("send_msg_to_user('7')");
  });
});

describe("adp", () => {
  it("links each action with the observation that follows, and ends with the answer", () => {
    const [row] = jsonLines(exportTo("adp", [purchase("a", 1)]).paths[0] ?? "");
    const content = row?.["content"] as { class_: string; tool_call_id?: string; url?: string }[];
    expect(
      content.map(({ class_, tool_call_id: call = "" }) => `${class_} ${call}`.trim()),
    ).toEqual([
      "text_observation",
      "web_observation",
      "api_action call-1",
      "web_observation call-1",
      "api_action call-2",
      "web_observation call-2",
      "message_action",
    ]);
    expect(content[5]?.url).toBe(`${URL}done`);
  });
});

describe("verified", () => {
  it("writes a folder for each task with its response and its requests", () => {
    exportTo("verified", [purchase("a", 1)]);
    const har = JSON.parse(readFileSync(join(folder, "t1", "network.har"), "utf8")) as {
      log: { entries: { request: { method: string; url: string } }[] };
    };
    expect(har.log.entries.map(({ request }) => `${request.method} ${request.url}`)).toEqual([
      `GET ${URL}`,
      `POST ${URL}buy`,
      `GET ${URL}done`,
    ]);
  });
});
