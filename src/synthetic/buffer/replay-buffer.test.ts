import { describe, expect, it } from "vitest";
import { recordedTrajectory } from "../../../test/support/recorded-trajectory.ts";
import { createRandom } from "../../core/random.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { AnswerOrigin } from "./dream-origin.ts";
import { ReplayBuffer } from "./replay-buffer.ts";
import { selectByPriority, selectFromMixture, selectRecent, selectUniformly } from "./selectors.ts";

const pageAt = (path: string): { url: string; html: string } => ({
  url: `http://site.test/${path}`,
  html: `<title>${path}</title><main>${path}</main>`,
});

/** A visit that opens pages by their addresses. */
function visit(id: string, ...paths: [string, ...string[]]): Trajectory {
  const [start, ...others] = paths;
  return recordedTrajectory(
    id,
    pageAt(start),
    others.map((path) => ({
      action: () => ({ kind: "goto", url: pageAt(path).url }),
      requests: [
        {
          kind: "document",
          method: "GET",
          url: pageAt(path).url,
          fields: null,
          status: 200,
          redirect: null,
        },
      ],
      page: pageAt(path),
    })),
  );
}

function dream(id: string, ...paths: [string, ...string[]]): Trajectory {
  return { ...visit(id, ...paths), source: "synthetic", actor: "dreamer" };
}

/** An answer for each page, made from these pieces. */
function answers(
  paths: readonly string[],
  certainties: readonly number[],
  evidence: readonly string[] = [],
): AnswerOrigin[] {
  return paths.map((path, i) => ({
    cause: { kind: "request", request: { method: "GET", url: pageAt(path).url, fields: null } },
    prediction: { certainty: certainties[i] ?? 1, evidence: [...evidence] },
  }));
}

const idsOf = (buffer: ReplayBuffer): string[] => buffer.records.map(({ id }) => id);

describe("ReplayBuffer", () => {
  it("says where each entry comes from", () => {
    const buffer = new ReplayBuffer([visit("seen", "a")], { maxDreamedShare: 1 });
    buffer.add(dream("dreamed", "b", "c"), answers(["b", "c"], [0.97, 0.95], ["seen#0"]));
    expect(buffer.provenance("seen#0")).toMatchObject({
      source: "real",
      certainty: 1,
      evidence: [],
    });
    expect(buffer.provenance("dreamed#1")).toEqual({
      trajectoryId: "dreamed",
      taskId: "dreamed",
      actor: "dreamer",
      source: "synthetic",
      certainty: 0.95,
      evidence: ["seen#0"],
    });
    expect(buffer.provenance("dreamed#7")).toBeNull();
  });

  it("takes of a dream what is certain enough up to there", () => {
    const buffer = new ReplayBuffer([visit("seen", "a", "b", "c")], { minCertainty: 0.8 });
    const paths = ["x", "y", "z"] as const;
    expect(buffer.add(dream("dreamed", ...paths), answers(paths, [0.9, 0.7, 1]))).toBe(1);
    expect(idsOf(buffer)).toEqual(["seen#0", "seen#1", "seen#2", "dreamed#0"]);
  });

  it("takes nothing of a dream whose answers are unknown", () => {
    const buffer = new ReplayBuffer([visit("seen", "a")], { maxDreamedShare: 1 });
    expect(buffer.add(dream("dreamed", "x"))).toBe(0);
  });

  it("prefers what reality shows, whichever came first", () => {
    const buffer = new ReplayBuffer([visit("seen", "a")], { maxDreamedShare: 1 });
    expect(buffer.add(dream("first", "a", "b"), answers(["a", "b"], []))).toBe(1);
    expect(idsOf(buffer)).toEqual(["seen#0", "first#1"]);
    buffer.add(visit("later", "b"));
    expect(idsOf(buffer)).toEqual(["seen#0", "later#0"]);
    expect(
      buffer.nearest({ page: null, cause: answers(["b"], [])[0]!.cause }, 1)[0]?.record.id,
    ).toBe("later#0");
  });

  it("leaves out what was dreamed from the evidence that is left out", () => {
    const buffer = new ReplayBuffer([visit("one", "a"), visit("two", "b")], { maxDreamedShare: 1 });
    buffer.add(dream("child", "c"), answers(["c"], [], ["one#0"]));
    buffer.add(dream("grandchild", "d"), answers(["d"], [], ["child#0"]));
    buffer.add(dream("other", "e"), answers(["e"], [], ["two#0"]));
    expect(idsOf(buffer.withoutTrajectories(["one"]))).toEqual(["two#0", "other#0"]);
    expect(idsOf(buffer.withoutEvidence(["child#0"]))).toEqual(["one#0", "two#0", "other#0"]);
  });

  it("keeps dreams below their share, the used ones longest", () => {
    const buffer = new ReplayBuffer([visit("seen", "a", "b")], { maxDreamedShare: 0.5 });
    for (const path of ["x", "y"]) buffer.add(dream(path, path), answers([path], []));
    buffer.noteUse(["x#0", "x#0", "gone#0"]);
    buffer.add(dream("z", "z"), answers(["z"], []));
    expect(idsOf(buffer)).toEqual(["seen#0", "seen#1", "x#0", "z#0"]);
    expect(buffer.dreamedSize).toBe(2);
  });

  it("evicts dreams first, then common kinds, least used and oldest first", () => {
    const buffer = new ReplayBuffer([visit("rare", "deep/and/rare")], {
      maxEntries: 5,
      maxDreamedShare: 1,
    });
    for (const path of ["a", "b", "c"]) buffer.add(visit(path, path));
    buffer.add(dream("dreamed", "x"), answers(["x"], []));
    buffer.noteUse(["a#0", "dreamed#0", "dreamed#0"]);
    buffer.add(visit("d", "d"));
    expect(idsOf(buffer)).toEqual(["rare#0", "a#0", "c#0", "d#0"]);
    expect(buffer.size).toBe(4);
  });

  it("has each episode once", () => {
    const buffer = new ReplayBuffer([visit("one", "a"), visit("one", "b")]);
    expect(idsOf(buffer)).toEqual(["one#0"]);
  });
});

describe("selectors", () => {
  const buffer = new ReplayBuffer([visit("one", "a", "b", "c", "d")]);
  const draw = (selector: Parameters<typeof buffer.sample>[1]): number[] => {
    const counts = [0, 0, 0, 0];
    for (const { record } of buffer.sample(40_000, selector, createRandom(1)))
      counts[record.step] = (counts[record.step] ?? 0) + 1 / 40_000;
    return counts;
  };
  const expectShares = (drawn: number[], wanted: number[]): void =>
    wanted.forEach((share, i) => expect(drawn[i]).toBeCloseTo(share, 1.7));

  it("draw every entry alike", () => {
    expectShares(draw(selectUniformly), [0.25, 0.25, 0.25, 0.25]);
  });

  it("prefer new entries by their half-life", () => {
    expectShares(draw(selectRecent(1)), [1 / 15, 2 / 15, 4 / 15, 8 / 15]);
  });

  it("draw by priority, to the power of alpha", () => {
    const squares = selectByPriority(({ record }) => record.step ** 2, 0.5);
    expectShares(draw(squares), [0, 1 / 6, 2 / 6, 3 / 6]);
  });

  it("mix by shares, whatever the scale of the weights", () => {
    const last = selectByPriority(({ record }) => (record.step === 3 ? 1000 : 0));
    const mixture = selectFromMixture([
      { share: 0.5, selector: selectUniformly },
      { share: 0.5, selector: last },
    ]);
    expectShares(draw(mixture), [0.125, 0.125, 0.125, 0.625]);
  });

  it("draw the same with the same seed, and nothing from nothing", () => {
    const once = buffer.sample(9, selectUniformly, createRandom(3));
    expect(buffer.sample(9, selectUniformly, createRandom(3))).toEqual(once);
    expect(new ReplayBuffer().sample(3, selectUniformly, createRandom(3))).toEqual([]);
  });
});
