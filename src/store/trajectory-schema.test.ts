import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import type { Trajectory } from "../core/trajectory.ts";
import { toLines, trajectoryJsonSchema } from "./trajectory-lines.ts";

const PATH = join(import.meta.dirname, "..", "..", "docs", "schemas", "trajectory.schema.json");
const observation = {
  url: "https://a.test/",
  title: "A",
  nodes: [],
  tabs: [],
  lastActionError: null,
};
const RECORDED: Trajectory = {
  id: "1",
  taskId: "",
  goal: "Save it",
  templateId: 0,
  world: "",
  source: "human",
  actor: "person",
  seed: 0,
  startRequests: [
    {
      kind: "document",
      method: "GET",
      url: "https://a.test/",
      fields: null,
      status: 200,
      redirect: null,
    },
  ],
  transitions: [
    {
      observation: {
        ...observation,
        nodes: [{ ref: "7", role: "button", name: "Save", depth: 0, states: { focused: true } }],
        tabs: [{ title: "A", url: "https://a.test/", active: true }],
      },
      action: { kind: "click", ref: "7", double: true },
      reward: 0,
      requests: [],
      page: { url: "https://a.test/", html: "<button>Save</button>" },
      element: {
        frames: [],
        references: [{ by: "role", role: "button", name: "Save", unique: true, index: 0 }],
      },
      effects: [{ kind: "dialog", type: "alert", message: "Saved" }],
      screenshot: "screenshots/0000.png",
      atMs: 12,
    },
    { observation, action: { kind: "stop", answer: "done" }, reward: 1, requests: [] },
  ],
  finalObservation: observation,
  stopReason: "terminated",
  score: { status: "scored", value: 1, checks: [] },
  error: null,
};

describe("the JSON Schema of a trajectory", () => {
  let validate: ValidateFunction;
  beforeAll(() => {
    validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      JSON.parse(readFileSync(PATH, "utf8")) as object,
    );
  });
  const lines = toLines(RECORDED, "one")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  it("is the published file", () => {
    const published = readFileSync(PATH, "utf8");
    expect(published, "Write it again: npm run schemas").toBe(
      `${JSON.stringify(trajectoryJsonSchema(), null, 2)}\n`,
    );
  });

  it("accepts every line of a recorded trajectory", () => {
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(validate(line), JSON.stringify(validate.errors)).toBe(true);
  });

  it("refuses lines that no reader of this version knows", () => {
    const [header = {}, transition = {}] = lines;
    expect(validate({ ...header, version: 99 })).toBe(false);
    expect(validate({ ...header, goal: undefined, id: 7 })).toBe(false);
    expect(validate({ ...transition, action: { kind: "fly" } })).toBe(false);
    expect(validate({ ...transition, mood: "good" })).toBe(false);
    const { kind: _kind, ...nameless } = transition;
    expect(validate(nameless)).toBe(false);
  });
});
