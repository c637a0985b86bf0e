/** Opens broken pages in Chromium, records them, and opens them in the text browser: nothing may throw or hang. */

import fc from "fast-check";
import { createRandom } from "../../src/core/random.ts";
import { parsePage } from "../../src/page/page-document.ts";
import type { BothWorlds } from "../support/both-worlds.ts";
import { mutatePage } from "./mutate-page.ts";
import { bytesOf, generatedPage } from "./page-grammar.ts";

/** A page that takes longer counts as one that hangs. */
const LONGEST_MS = 20_000;

export interface BrokenPages {
  /** What went wrong, with the seed of the page. */
  failures: string[];
  slowestMs: number;
  heapMb: number;
}

/** @param sources pages to break. None: generated ones */
export async function breakPages(
  worlds: BothWorlds,
  seeds: Iterable<number>,
  sources: readonly Buffer[] = [],
): Promise<BrokenPages> {
  const broken: BrokenPages = { failures: [], slowestMs: 0, heapMb: 0 };
  for (const seed of seeds) {
    const random = createRandom(seed);
    const whole = sources.length > 0 ? random.pick(sources) : generated(seed);
    const bytes = mutatePage(whole, random);
    worlds.serve({
      start: (_, reply) => {
        reply.writeHead(200, { "content-type": "text/html", "cache-control": "no-store" });
        reply.end(bytes);
      },
    });
    const began = performance.now();
    try {
      await open(worlds);
    } catch (error) {
      worlds.endVisits();
      broken.failures.push(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    const tookMs = performance.now() - began;
    broken.slowestMs = Math.max(broken.slowestMs, tookMs);
    if (tookMs > LONGEST_MS) broken.failures.push(`seed ${seed}: took ${Math.round(tookMs)} ms`);
  }
  broken.heapMb = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
  return broken;
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
