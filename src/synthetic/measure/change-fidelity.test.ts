import { describe, expect, it } from "vitest";
import { recordedTrajectory } from "../../../test/support/recorded-trajectory.ts";
import { judgeSteps, measureChanges } from "./change-fidelity.ts";
import type { Walk, WalkedStep } from "./dream-walks.ts";
import { measureHorizons } from "./horizon-fidelity.ts";

const real = recordedTrajectory("one", { url: "http://site.test/", html: "<p>x</p>" });
const step = (form: boolean, hidden = true, more: Partial<WalkedStep> = {}): WalkedStep => ({
  url: true,
  form,
  hidden,
  changeF1: form ? 1 : 0.5,
  isMissing: false,
  realError: null,
  dreamedError: null,
  ...more,
});
const walk = (at: number, size: number, steps: WalkedStep[]): Walk => ({
  real,
  at,
  size,
  steps,
  action: { kind: "click", ref: "1" },
});

describe("judgeSteps", () => {
  it("takes a page for wrong if its hidden part is", () => {
    expect(judgeSteps([walk(0, 1, [step(true, false)])])).toMatchObject([
      { looksRight: true, isRight: false },
    ]);
  });

  it("takes a page for wrong if the next answer is wrong from it, but right from the true page", () => {
    const walks = [walk(0, 1, [step(true), step(false)]), walk(1, 1, [step(true)])];
    expect(judgeSteps(walks)).toMatchObject([
      { looksRight: true, isRight: false },
      { looksRight: true, isRight: true },
    ]);
  });

  it("does not blame a page for an answer that is wrong from the true page as well", () => {
    const walks = [walk(0, 1, [step(true), step(false)]), walk(1, 1, [step(false)])];
    expect(judgeSteps(walks)[0]).toMatchObject({ looksRight: true, isRight: true });
  });
});

describe("measureChanges", () => {
  it("puts actions into classes of size, and all into the last row", () => {
    const rows = measureChanges(
      judgeSteps([
        walk(0, 0, [step(true)]),
        walk(2, 1, [step(true, false)]),
        walk(4, 2, [step(false)]),
        walk(6, 3, [step(false, false)]),
        walk(8, 6, [step(true)]),
        walk(10, 7, [step(true)]),
      ]),
    );
    expect(rows.map(({ size, steps }) => [size, steps])).toEqual([
      ["0", 1],
      ["1–2", 2],
      ["3–6", 2],
      ["7+", 1],
      ["all", 6],
    ]);
    const all = rows.at(-1);
    expect(all?.looksRight).toMatchObject({ count: 4, of: 6 });
    expect(all?.isRight).toMatchObject({ count: 4, of: 6 });
    expect(all?.rightInBoth).toMatchObject({ count: 3, of: 6 });
    expect(all?.wrongUnderSurface).toMatchObject({ count: 1, of: 4 });
    // (4 · 1 + 2 · 0.5) / 6
    expect(all?.changeF1).toBeCloseTo(5 / 6, 10);
  });

  it("knows nothing of a class without actions", () => {
    expect(measureChanges([])[0]).toMatchObject({ steps: 0, changeF1: null });
  });
});

describe("measureHorizons", () => {
  it("judges the page after h actions, where as many were recorded", () => {
    const [one, two, four, eight] = measureHorizons([
      walk(0, 1, [step(true), step(true, true, { isMissing: true }), step(false), step(false)]),
      walk(1, 1, [step(true), step(false, true, { url: false })]),
    ]);
    expect(one).toMatchObject({ walks: 2, looksRight: { count: 2 }, missingElement: { count: 0 } });
    expect(two).toMatchObject({
      walks: 2,
      rightUrl: { count: 1 },
      looksRight: { count: 1 },
      changeF1: 0.75,
      missingElement: { count: 1 },
    });
    expect(four).toMatchObject({
      walks: 1,
      looksRight: { count: 0 },
      missingElement: { count: 1 },
    });
    expect(eight).toMatchObject({ walks: 0, changeF1: null, rightUrl: { share: null } });
  });
});
