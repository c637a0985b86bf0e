/** Opens broken pages in Chromium, records them, and opens them in the text browser: nothing may throw or hang. */

import { inspect } from "node:util";
import fc from "fast-check";
import { createRandom } from "../../src/core/random.ts";
import { parsePage } from "../../src/page/page-document.ts";
import type { BothWorlds } from "../support/both-worlds.ts";
import { answerWith } from "./compare-page.ts";
import { mutatePage } from "./mutate-page.ts";
import { bytesOf, generatedPage } from "./page-grammar.ts";

/** A page that takes longer counts as one that hangs. */
const LONGEST_MS = 20_000;

export interface BrokenPage {
  seed: number;
  /** How long it took in all three programs, in milliseconds. */
  ms: number;
  /** What went wrong, or null. */
  failure: string | null;
}

/** @param sources pages to break. None: generated ones */
export async function* breakPages(
  worlds: BothWorlds,
  seeds: Iterable<number>,
  sources: readonly Buffer[] = [],
): AsyncGenerator<BrokenPage> {
  for (const seed of seeds) {
    const random = createRandom(seed);
    const whole = sources.length > 0 ? random.pick(sources) : generated(seed);
    worlds.serve({ start: answerWith(mutatePage(whole, random)) });
    let opened = await tryToOpen(worlds);
    // A page that hangs does so again. A machine that was too busy for a while does not.
    if (opened.failure !== null) opened = await tryToOpen(worlds);
    yield { seed, ...opened };
  }
}

async function tryToOpen(worlds: BothWorlds): Promise<Omit<BrokenPage, "seed">> {
  const began = performance.now();
  let failure: string | null = null;
  try {
    await open(worlds);
  } catch (error) {
    worlds.endVisits();
    failure = inspect(error);
  }
  const ms = performance.now() - began;
  if (ms > LONGEST_MS) failure ??= `took ${Math.round(ms)} ms`;
  return { ms, failure };
}

async function open(worlds: BothWorlds): Promise<void> {
  await worlds.visit(worlds.real);
  const snapshot = await worlds.real.snapshot();
  // What a dream shows of the recording.
  if (parsePage(snapshot.html, snapshot.url).nodes.length === 0) throw new Error("No root node.");
  await worlds.visit(worlds.text);
  await worlds.act(worlds.text, { kind: "press", keys: "Tab" });
  await worlds.text.snapshot();
}

function generated(seed: number): Buffer {
  const [page] = fc.sample(generatedPage, { seed, numRuns: 1 });
  if (page === undefined) throw new Error("Expected a generated page, got none.");
  return bytesOf(page);
}
