import { beforeAll, describe, expect, it, vi } from "vitest";
import { recordVisit } from "../../../test/support/third-site/record-visits.ts";
import { ORIGIN } from "../../../test/support/third-site/seed-exchange-env.ts";
import { recordVisits, seenSeeds } from "../../../test/support/third-site/visits.ts";
import type { ExperienceQuery, Prediction } from "../../core/experience.ts";
import type { Trajectory } from "../../core/trajectory.ts";

const ask = (path: string): ExperienceQuery => ({
  session: [],
  page: null,
  cause: { kind: "request", request: { method: "GET", url: `${ORIGIN}${path}`, fields: null } },
});

const QUERIES = [
  "/find?words=Cobalt+Lovage",
  "/find?words=where+to+sow",
  "/find?words=am",
  "/seeds/cobalt-lovage",
  "/beds/herb-wall?arrange=tallest",
  "/nowhere",
].map(ask);

/** Loads the modules again, so that they hold nothing from earlier models. */
async function loadModel() {
  vi.resetModules();
  const { ReplayBuffer } = await import("../buffer/replay-buffer.ts");
  const { RetrievalModel } = await import("./retrieval-model.ts");
  return (recorded: readonly Trajectory[]) =>
    new RetrievalModel({ buffer: new ReplayBuffer(recorded) });
}

async function answerAlone(recorded: readonly Trajectory[]): Promise<Prediction[]> {
  const model = (await loadModel())(recorded);
  return QUERIES.map((query) => model.predict(query));
}

describe("two models of different recordings", () => {
  let finds: Trajectory[];
  let all: Trajectory[];

  beforeAll(async () => {
    const words = [...seenSeeds().slice(0, 7), ...seenSeeds().slice(9, 11)].map(({ name }) => name);
    words.push("with long roots", "sown in spring");
    finds = [];
    for (const [i, found] of words.entries())
      finds.push(await recordVisit(`find-${i}`, [`searchbox Words = ${found}`, "button Find"]));
    all = [...finds, ...(await recordVisits())];
  }, 120_000);

  it("give the same answers in turn as each gives alone", async () => {
    const [fewAlone, manyAlone] = [await answerAlone(finds), await answerAlone(all)];
    const create = await loadModel();
    const [few, many] = [create(finds), create(all)];
    const inTurn = QUERIES.map((query) => [few.predict(query), many.predict(query)]);
    expect(inTurn.map(([answer]) => answer)).toEqual(fewAlone);
    expect(inTurn.map(([, answer]) => answer)).toEqual(manyAlone);
    expect(fewAlone).not.toEqual(manyAlone);
  });
});
