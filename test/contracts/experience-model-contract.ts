/** The contract of every `ExperienceModel`: one suite, run against each implementation. */

import { beforeAll, describe, expect, it } from "vitest";
import {
  type ExperienceModel,
  type ExperienceQuery,
  type Prediction,
  PredictionSchema,
} from "../../src/core/experience.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { parsePage } from "../../src/page/page-document.ts";
import { ReplayBuffer } from "../../src/synthetic/buffer/replay-buffer.ts";
import { deepFreeze } from "../support/deep-freeze.ts";

export type ModelMaker = (
  recordings: readonly Trajectory[],
) => ExperienceModel | Promise<ExperienceModel>;

export interface ExperienceModelSubject {
  /** A model that learned from these recordings alone. */
  createModel: ModelMaker;
  /** The same maker from freshly loaded modules, which hold nothing from other models. */
  loadMaker(): Promise<ModelMaker>;
  /** Two collections of one site with different pages. */
  recordings: readonly [readonly Trajectory[], readonly Trajectory[]];
  /** Questions as episodes ask them: for pages, for changes of state, about events, about unknown addresses. */
  queries: readonly ExperienceQuery[];
}

/** The fields of the port, without an implementation's additions. */
function comparable(prediction: Prediction): unknown {
  const { reasoning, next, evidence, certainty, urlCertainty, guesses } = prediction;
  return { reasoning, next, evidence, certainty, urlCertainty, guesses };
}

async function answers(
  model: ExperienceModel,
  queries: readonly ExperienceQuery[],
): Promise<unknown[]> {
  const given: unknown[] = [];
  for (const query of queries) given.push(comparable(await model.predict(query)));
  return given;
}

/** The first request of an episode. */
function opening(url: string): ExperienceQuery {
  return {
    session: [],
    page: null,
    cause: { kind: "request", request: { method: "GET", url, fields: null } },
  };
}

/** Names the suite and runs it; `open` is called once, before the first test. */
export function describeExperienceModelContract(
  name: string,
  open: () => Promise<ExperienceModelSubject>,
): void {
  describe(`${name} as an ExperienceModel`, () => {
    let subject: ExperienceModelSubject;
    let first: readonly Trajectory[];
    let second: readonly Trajectory[];
    let model: ExperienceModel;
    let given: unknown[];
    beforeAll(async () => {
      subject = await open();
      [first, second] = subject.recordings;
      model = await subject.createModel(first);
      given = await answers(model, subject.queries);
    }, 60_000);

    it("is asked for pages, for changes of state, about events, and in the first request", () => {
      const kinds = subject.queries.map(({ cause, page }) =>
        cause.kind === "event"
          ? "event"
          : `${cause.request.method}${page === null ? " first" : ""}`,
      );
      expect(new Set(kinds)).toEqual(new Set(["GET first", "GET", "POST", "event"]));
    });

    it("gives the same answer to the same question, in any order", async () => {
      expect(await answers(model, subject.queries)).toEqual(given);
      const fresh = await subject.createModel(first);
      const backwards = await answers(fresh, subject.queries.toReversed());
      expect(backwards.toReversed()).toEqual(given);
    });

    it("leaves the question unchanged", async () => {
      const fresh = await subject.createModel(first);
      const frozen = subject.queries.map((query) => deepFreeze(structuredClone(query)));
      expect(await answers(fresh, frozen)).toEqual(given);
    });

    it("gives answers that fit the schema, with their reasoning", async () => {
      for (const query of subject.queries) {
        const prediction = await model.predict(query);
        expect(PredictionSchema.parse(prediction)).toEqual(comparable(prediction));
        expect(prediction.reasoning).not.toBe("");
      }
    });

    it("cites each real transition once, and only recorded ones", async () => {
      const known = new Set(new ReplayBuffer(first).records.map(({ id }) => id));
      const cited = new Set<string>();
      for (const query of subject.queries) {
        const { evidence } = await model.predict(query);
        expect(new Set(evidence).size).toBe(evidence.length);
        for (const id of evidence) cited.add(id);
      }
      expect(cited.size).toBeGreaterThan(0);
      expect([...cited].filter((id) => !known.has(id))).toEqual([]);
    });

    it("answers with pages that parse", async () => {
      let pages = 0;
      for (const query of subject.queries) {
        const { next } = await model.predict(query);
        if (next.kind === "unchanged") continue;
        pages++;
        expect(parsePage(next.html, next.url).nodes[0]?.role).toBe("RootWebArea");
      }
      expect(pages).toBeGreaterThan(0);
    });

    it("does not change when another model answers in between", async () => {
      const createAlone = await subject.loadMaker();
      const alone = await answers(await createAlone(second), subject.queries);
      expect(alone).not.toEqual(given);
      const [one, other] = [await subject.createModel(second), await subject.createModel(first)];
      const [ofOne, ofOther]: [unknown[], unknown[]] = [[], []];
      for (const query of subject.queries) {
        ofOther.push(...(await answers(other, [query])));
        ofOne.push(...(await answers(one, [query])));
      }
      expect(ofOne).toEqual(alone);
      expect(ofOther).toEqual(given);
    });

    it("opens an episode with a page", async () => {
      const start = subject.queries.find(({ page }) => page === null);
      if (start?.cause.kind !== "request") expect.fail("the first question is a request");
      const { next } = await model.predict(opening(start.cause.request.url));
      expect(next).toMatchObject({ kind: "page", status: 200 });
    });

    it("says that it knows nothing when nothing was recorded", async () => {
      const empty = await subject.createModel([]);
      for (const query of subject.queries)
        expect(await empty.predict(query)).toMatchObject({ evidence: [] });
      expect((await empty.predict(opening("http://nowhere.test/"))).certainty).toBe(0);
    });
  });
}
