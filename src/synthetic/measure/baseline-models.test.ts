import { describe, expect, it } from "vitest";
import { recordedTrajectory, visited } from "../../../test/support/recorded-trajectory.ts";
import type { ExperienceQuery } from "../../core/experience.ts";
import { createCopyModel, createStillModel } from "./baseline-models.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";

const page = (name: string): { url: string; html: string } => ({
  url: `http://site.test/${name}`,
  html: `<!doctype html><html><head><title>${name}</title></head><body><h1>${name}</h1></body></html>`,
});
const trajectory = recordedTrajectory("one", page("home"), [visited(page("oak"))]);

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
