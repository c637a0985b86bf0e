import { describe, expect, it } from "vitest";
import type { ExperienceQuery } from "../../core/experience.ts";
import type { Observation } from "../../core/observation.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { createCopyModel, createStillModel } from "./baseline-models.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";

const page = (name: string): { url: string; html: string } => ({
  url: `http://site.test/${name}`,
  html: `<!doctype html><html><head><title>${name}</title></head><body><h1>${name}</h1></body></html>`,
});
const seen = (name: string): Observation => ({
  url: page(name).url,
  title: name,
  nodes: [],
  tabs: [],
  lastActionError: null,
});
const request = (name: string): Trajectory["startRequests"][number] => ({
  kind: "document",
  method: "GET",
  url: page(name).url,
  fields: null,
  status: 200,
  redirect: null,
});

/** From `home` to `oak`. */
const trajectory: Trajectory = {
  id: "one",
  taskId: "1",
  goal: "",
  templateId: 1,
  world: "",
  source: "real",
  actor: "demonstrator",
  seed: 0,
  transitions: [
    {
      observation: seen("home"),
      action: { kind: "goto", url: page("oak").url },
      reward: 0,
      requests: [request("oak")],
      page: page("home"),
    },
  ],
  finalObservation: seen("oak"),
  finalPage: page("oak"),
  startRequests: [request("home")],
  stopReason: "terminated",
  score: null,
  error: null,
};

const ask = (name: string, from: string | null): ExperienceQuery => ({
  session: [],
  page: from === null ? null : page(from),
  cause: { kind: "request", request: { method: "GET", url: page(name).url, fields: null } },
});

describe("createCopyModel", () => {
  it("answers with the page of the most similar request, its own URL included", async () => {
    const prediction = await createCopyModel(new ReplayBuffer([trajectory])).predict(
      ask("oak", "home"),
    );
    expect(prediction.next).toMatchObject({ kind: "page", ...page("oak") });
    expect(prediction.evidence).toEqual(["one#1"]);
  });

  it("knows nothing with an empty buffer, and says so", async () => {
    const prediction = await createCopyModel(new ReplayBuffer()).predict(ask("oak", "home"));
    expect(prediction).toMatchObject({ next: { kind: "unchanged" }, evidence: [], certainty: 0 });
  });
});

describe("createStillModel", () => {
  it("shows the start page, and changes nothing afterwards", async () => {
    const model = createStillModel(new ReplayBuffer([trajectory]));
    expect((await model.predict(ask("home", null))).next).toMatchObject({
      url: page("home").url,
    });
    expect((await model.predict(ask("oak", "home"))).next.kind).toBe("unchanged");
  });
});
