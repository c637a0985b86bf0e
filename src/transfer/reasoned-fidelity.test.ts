import { beforeAll, describe, expect, it } from "vitest";
import { recordVisits } from "../../test/support/third-site/visits.ts";
import type { OutcomeQuery } from "../core/experience.ts";
import { createRandom } from "../core/random.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createScriptedModel } from "../llm/scripted.ts";
import { readRecords } from "../synthetic/buffer/experience-records.ts";
import { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { RetrievalModel } from "../synthetic/retrieval/retrieval-model.ts";
import { measureOwnReward } from "./own-reward.ts";
import { drawSteps, measureReasoned } from "./reasoned-fidelity.ts";

const NO_CHANGE = '{"reasoning": "", "url": null, "changes": [], "html": null, "certainty": 0.999}';

let visits: Trajectory[];
beforeAll(async () => {
  visits = await recordVisits();
}, 60_000);

describe("fidelity over cost", () => {
  it("measures retrieval, hybrids and the language model on the same steps", async () => {
    const heldOut = visits.slice(0, 2);
    const buffer = new ReplayBuffer(visits.slice(2));
    const chat = createScriptedModel((_, at) => (at === 0 ? "no" : NO_CHANGE));
    let time = 0;
    const rows = await measureReasoned({
      reasoning: { chat, buffer },
      buffer,
      retrieval: new RetrievalModel({ buffer }),
      heldOut,
      thresholds: [0, 1.01],
      now: () => (time += 500),
    });
    const steps = heldOut.flatMap(readRecords).length;
    expect(rows.map(({ name, sureFrom }) => [name, sureFrom])).toEqual([
      ["retrieval", null],
      ["hybrid", 0],
      ["hybrid", 1.01],
      ["language model", null],
    ]);
    const [retrieval, none, all, alone] = rows;
    for (const { fidelity } of rows) expect(fidelity.steps).toBe(steps);
    expect(none).toEqual({ ...retrieval, name: "hybrid", sureFrom: 0, gain: none?.gain });
    expect(none?.gain?.estimates.exactPage?.mean).toBe(0);
    expect([retrieval?.reasonedShare, all?.reasonedShare, alone?.reasonedShare]).toEqual([0, 1, 1]);
    expect(retrieval).toMatchObject({ promptTokens: 0, seconds: 0.5 });
    expect(alone?.seconds).toBe(0.5);
    expect(alone?.promptTokens).toBeGreaterThan(100);
    // The first reply to the language model alone cannot be read, so it was asked twice.
    expect(chat.requests).toHaveLength(2 * steps + 1);
    expect(rows.map(({ unreadable }) => unreadable)).toEqual([0, 0, 0, 0]);
  }, 60_000);

  it("counts what a kept reply once took, so that a resumed run says the same", async () => {
    const buffer = new ReplayBuffer(visits.slice(1));
    const usage = { promptTokens: 10, completionTokens: 5, cached: true, keptSeconds: 3 };
    const rows = await measureReasoned({
      reasoning: {
        chat: createScriptedModel(() => ({ text: NO_CHANGE, finish: "stop", usage })),
        buffer,
      },
      buffer,
      retrieval: new RetrievalModel({ buffer }),
      heldOut: visits.slice(0, 1),
      thresholds: [],
      now: () => 0,
    });
    expect(rows.map(({ name, seconds }) => [name, seconds])).toEqual([
      ["retrieval", 0],
      ["language model", 3],
    ]);
  }, 60_000);

  it("asks once more with the goal, as the paper does", async () => {
    const heldOut = visits.slice(0, 1);
    const buffer = new ReplayBuffer(visits.slice(1));
    const chat = createScriptedModel(() => NO_CHANGE);
    const rows = await measureReasoned({
      reasoning: { chat, buffer },
      buffer,
      retrieval: new RetrievalModel({ buffer }),
      heldOut,
      thresholds: [],
      tellsGoal: true,
      now: () => 0,
    });
    expect(rows.map(({ name }) => name)).toEqual(["retrieval", "language model", "goal known"]);
    const prompts = chat.requests.map(({ messages }) => messages.at(-1)?.content ?? "");
    const told = prompts.filter((prompt) => prompt.includes("# The visitor's goal"));
    expect(told).toHaveLength(prompts.length / 3);
  }, 60_000);

  it("compares a model's own reward with the scores of real episodes", async () => {
    const scored = (value: 0 | 1): Trajectory["score"] => ({ status: "scored", value, checks: [] });
    const [first, second, third, fourth] = visits as [
      Trajectory,
      Trajectory,
      Trajectory,
      Trajectory,
    ];
    const episodes = [
      { ...first, score: scored(0) },
      { ...second, score: scored(1) },
      { ...third, score: scored(0) },
      { ...fourth, score: null },
    ];
    const rewards: (0 | 1 | null)[] = [1, 1, null];
    const asked: OutcomeQuery[] = [];
    const model = {
      judgeOutcome: (query: OutcomeQuery) => {
        asked.push(query);
        return Promise.resolve({ reasoning: "", reward: rewards[asked.length - 1] ?? null });
      },
    };
    expect(await measureOwnReward(model, episodes)).toEqual({
      realFailures: 1,
      realSuccesses: 1,
      falseSuccess: 1,
      falseFailure: 0,
      noVerdict: 1,
    });
    expect(asked).toHaveLength(3);
    expect(asked[0]?.session.length).toBe(readRecords(first).length);
  });

  it("draws steps from everywhere, and more steps add to fewer", async () => {
    const ids = visits.flatMap((visit) => readRecords(visit).map(({ id }) => id));
    const draw = (steps: number) => drawSteps(visits, steps, createRandom(1));
    expect(draw(ids.length + 5)).toEqual(new Set(ids));
    const [few, more] = [draw(5), draw(9)];
    expect([few.size, more.size]).toEqual([5, 9]);
    expect([...few].every((id) => more.has(id))).toBe(true);
    const episodes = visits.filter((visit) => readRecords(visit).some(({ id }) => few.has(id)));
    expect(episodes.length).toBeGreaterThan(2);

    const heldOut = episodes.map((episode, templateId) => ({ ...episode, templateId }));
    const buffer = new ReplayBuffer(visits.filter((visit) => !episodes.includes(visit)));
    const chat = createScriptedModel(() => NO_CHANGE);
    const [retrieval, alone] = await measureReasoned({
      reasoning: { chat, buffer },
      buffer,
      retrieval: new RetrievalModel({ buffer }),
      heldOut,
      asked: few,
      thresholds: [],
      now: () => 0,
    });
    expect(chat.requests).toHaveLength(2 * few.size);
    expect([retrieval?.fidelity.steps, alone?.fidelity.steps]).toEqual([5, 5]);
    const gained = alone?.gain?.estimates.changeF1;
    expect(retrieval?.gain).toBeNull();
    expect(alone?.gain?.over).toBe("retrieval");
    expect(gained?.mean).toBeCloseTo(
      (alone?.fidelity.changeF1 ?? 0) - (retrieval?.fidelity.changeF1 ?? 0),
    );
    const [low, high] = gained?.ci95 ?? [1, -1];
    expect(low).toBeLessThanOrEqual(gained?.mean ?? -2);
    expect(high).toBeGreaterThanOrEqual(gained?.mean ?? 2);
  }, 60_000);
});
