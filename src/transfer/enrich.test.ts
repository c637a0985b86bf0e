import { describe, expect, it } from "vitest";
import { recordVisits } from "../../test/support/third-site/visits.ts";
import { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { forceSteps } from "../synthetic/buffer/teacher-forcing.ts";
import { enrich, learnModel } from "./pipeline.ts";

describe("enrich", () => {
  it("learns the same model as from all episodes at once", { timeout: 120_000 }, async () => {
    const visits = (await recordVisits()).slice(0, 8);
    const whole = await learnModel(visits);
    const before = await learnModel(visits.slice(0, 4));
    const enriched = await enrich(before.buffer, visits.slice(4));
    expect(enriched.buffer.records).toEqual(whole.buffer.records);
    const asked = new ReplayBuffer(visits.slice(5, 7));
    const questions = asked.trajectoryIds.flatMap((id) =>
      forceSteps(asked.records.filter(({ trajectory }) => trajectory === id)),
    );
    expect(questions.length).toBeGreaterThan(3);
    let changed = 0;
    for (const { query } of questions) {
      const answer = enriched.model.predict(query);
      expect(answer).toEqual(whole.model.predict(query));
      if (answer.certainty !== before.model.predict(query).certainty) changed++;
    }
    expect(changed).toBeGreaterThan(0);
  });
});
