/**
 * All pages of MiniWoB++ itself. Set DREAMGYM_MINIWOB to a checkout, or to PyPI's unpacked package
 * (`pip download miniwob --no-deps`, then unzip).
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Action } from "../../src/core/action.ts";
import type { Env } from "../../src/core/env.ts";
import type { Observation } from "../../src/core/observation.ts";
import { createRandom, type Random } from "../../src/core/random.ts";
import type { Benchmark } from "../../src/real/harness/benchmark.ts";
import { PAGE_NEEDS } from "../../src/real/harness/miniwob/page-needs.ts";
import { findPages } from "../../src/real/harness/miniwob/pages.ts";
import { openMiniwob, play, seen, taskOf } from "../support/miniwob.ts";
import { MINIWOB_SOLVERS } from "../support/miniwob-solvers.ts";

const folder = process.env["DREAMGYM_MINIWOB"];

/** Pages whose problems differ in nothing that the accessibility tree holds: size, place, colour. */
const SAME_FOR_ALL_SEEDS = new Set(
  `ascending-numbers bisect-angle button-delay chase-circle circle-center click-button-sequence click-shades click-test
  click-test-2 click-test-transfer count-sides drag-box drag-circle drag-shapes drag-single-shape draw-circle draw-line
  find-midpoint focus-text form-sequence-3 generate-number guess-number hot-cold hover-shape moving-items right-angle
  simon-says tic-tac-toe use-colorwheel-2 visual-addition`.split(/\s+/),
);
/** The price on this page moves ten times a second, whatever the seed. */
const MOVES_BY_ITSELF = "stock-market";

function randomAction({ nodes }: Observation, goal: string, random: Random): Action {
  const { ref, role } = random.pick(nodes);
  const words = [...goal.matchAll(/"([^"]+)"/g)].map(([, word = ""]) => word);
  if (random.int(6) === 0) return { kind: "press", keys: "Tab" };
  return /text|spin|Date|Time/.test(role) && role !== "StaticText"
    ? { kind: "type", ref, text: random.pick([...words, "An", "5"]), submit: false }
    : { kind: "click", ref };
}

describe.skipIf(folder === undefined)("the pages of MiniWoB++", () => {
  let benchmark: Benchmark;
  let env: Env;
  let names: readonly string[];
  beforeAll(async () => {
    ({ names } = await findPages(folder as string));
    benchmark = await openMiniwob({
      path: folder as string,
      pages: [...names],
      seeds: [0, 1, 2, 3],
    });
    env = await benchmark.openEnv(0);
  });
  afterAll(async () => {
    await benchmark[Symbol.asyncDispose]();
  });

  it("are all there, and those that need more than the agent's actions are named", () => {
    expect(names.length).toBeGreaterThanOrEqual(125);
    expect(Object.keys(PAGE_NEEDS).filter((name) => !names.includes(name))).toEqual([]);
  });

  it("open, start the same problem for the same seed after any episode, and another for another seed", async () => {
    const random = createRandom("miniwob");
    const different: string[] = [];
    const fixed: string[] = [];
    for (const name of names) {
      const task = taskOf(benchmark, name);
      const first = seen(env, await env.reset({ task, seed: 0 }));
      let observation = await env.reset({ task: taskOf(benchmark, name, 1), seed: 0 });
      if (seen(env, observation) === first) fixed.push(name);
      for (let step = 0; step < 5; step++) {
        const result = await env.step(randomAction(observation, env.goal ?? "", random));
        if (result.score !== null) break;
        ({ observation } = result);
      }
      if (seen(env, await env.reset({ task, seed: 0 })) !== first) different.push(name);
    }
    expect(different.filter((name) => name !== MOVES_BY_ITSELF)).toEqual([]);
    expect(fixed.filter((name) => !SAME_FOR_ALL_SEEDS.has(name))).toEqual([]);
  }, 600_000);

  it.each(Object.entries(MINIWOB_SOLVERS))("%s is solved by a script", async (name, moves) => {
    for (const seed of [0, 1, 2, 3]) {
      const result = await play(env, taskOf(benchmark, name, seed), moves);
      expect(result.score, `seed ${seed}: ${env.goal}`).toMatchObject({ value: 1 });
      expect(result.terminated).toBe(true);
    }
  });
});
