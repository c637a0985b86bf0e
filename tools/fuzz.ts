/**
 * Searches generated pages for differences between Chromium, its recordings and the text browser, or breaks pages:
 * `npm run fuzz -- --help`.
 */

import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { countFromOne, pathName, wholeNumber } from "../src/cli/flags.ts";
import { breakPages } from "../test/agreement/break-pages.ts";
import { fileDifference } from "../test/agreement/filed-pages.ts";
import { kindOf, searchPages, sumOf, type SearchedPage } from "../test/agreement/search-pages.ts";
import { BothWorlds } from "../test/support/both-worlds.ts";
import { SeedLines } from "./seed-lines.ts";

const EXAMPLES = `
Examples:
  npm run fuzz -- --pages 1000 --seed 1             compare 1,000 pages, and shrink and file what differs
  npm run fuzz -- --pages 20000 --shrinks 0         only count; the same command resumes a run that was stopped
  npm run fuzz -- --mutate 1000                     break generated pages: nothing may crash or hang
  npm run fuzz -- --mutate 1000 --from runs/pages   break the .html files in a folder`;

interface Flags {
  pages: number;
  seed: number;
  shrinks: number;
  jobs: number;
  out: string;
  mutate?: number;
  from?: string;
}

const command = new Command("npm run fuzz --")
  .description(
    "Compares what Chromium, its recordings and the text browser show of generated pages.",
  )
  .option("--pages <n>", "how many pages to compare", countFromOne, 500)
  .option("--seed <n>", "of the first page; each page has the next one", wholeNumber, 1)
  .option("--shrinks <n>", "pages that one difference may cost to shrink it", wholeNumber, 60)
  .option("--jobs <n>", "how many browsers run at the same time", countFromOne, 1)
  .option("--out <folder>", "where the run keeps a line for each page", pathName, "runs/fuzz")
  .option("--mutate <n>", "break so many pages instead", countFromOne)
  .option(
    "--from <folder>",
    "with --mutate: break the .html files in it, also in its folders",
    pathName,
  )
  .addHelpText("after", EXAMPLES)
  .action(async (flags: Flags) => {
    if (flags.from !== undefined && flags.mutate === undefined)
      command.error("error: Expected --from only with --mutate, got it alone. Add --mutate 1000.");
    await (flags.mutate === undefined ? search(flags) : mutate(flags, flags.mutate));
  });
function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Works on the seeds in so many browsers. Each takes the next seed when it is free. */
async function inBrowsers(
  jobs: number,
  seeds: readonly number[],
  work: (worlds: BothWorlds, seeds: Iterable<number>) => Promise<void>,
): Promise<void> {
  const next = seeds.values();
  const shared: Iterable<number> = { [Symbol.iterator]: () => ({ next: () => next.next() }) };
  const began = performance.now();
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      await using worlds = await BothWorlds.open();
      await work(worlds, shared);
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  console.log(`${(seeds.length / seconds).toFixed(1)} pages a second`);
}

async function search({ pages, seed, shrinks, jobs, out }: Flags): Promise<void> {
  mkdirSync(out, { recursive: true });
  const done = new SeedLines<SearchedPage>(join(out, "pages.jsonl"));
  const seeds = seedsFrom(seed, pages);
  await inBrowsers(jobs, done.left(seeds), async (worlds, left) => {
    for await (const page of searchPages(worlds, { seeds: left, shrinks })) {
      done.add(page);
      if (page.found === null) continue;
      if (shrinks > 0) fileDifference(page.seed, page.found);
      console.error(`seed ${page.seed}: ${kindOf(page.found.differences)}`);
    }
  });
  report(done.of(seeds));
}

function report(pages: readonly SearchedPage[]): void {
  const different = pages.filter(({ found }) => found !== null);
  console.log(`${pages.length} pages, ${different.length} of them with a difference`);
  for (const [part, name] of [
    ["text", "nodes, Chromium and text browser"],
    ["recorded", "nodes, Chromium and recording"],
    ["sent", "requests of the walks"],
  ] as const) {
    const { share, total } = sumOf(pages, part);
    console.log(`${name}: ${(100 * share).toFixed(2)} % of ${total}`);
  }
  const refused = pages.filter(({ isRefused }) => isRefused).length;
  console.log(`walks that end because only Chromium's layout refused an action: ${refused}`);
  const kinds = new Map<string, number>();
  for (const { found } of different) {
    const kind = kindOf(found?.differences ?? []);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of [...kinds].toSorted((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(6)} ${kind}`);
}

async function mutate({ seed, jobs, out, from }: Flags, pages: number): Promise<void> {
  const sources = from === undefined ? [] : htmlFilesIn(from);
  mkdirSync(out, { recursive: true });
  const done = new SeedLines<{ seed: number; ms: number; failure: string | null }>(
    join(out, "broken.jsonl"),
  );
  const seeds = seedsFrom(seed, pages);
  await inBrowsers(jobs, done.left(seeds), async (worlds, left) => {
    for await (const page of breakPages(worlds, left, sources)) {
      done.add(page);
      if (page.failure !== null) console.error(`seed ${page.seed}: ${page.failure}`);
    }
  });
  const broken = done.of(seeds);
  const failures = broken.filter(({ failure }) => failure !== null);
  const slowest = Math.max(...broken.map(({ ms }) => ms));
  console.log(`${broken.length} broken pages, ${failures.length} failures`);
  console.log(`slowest page: ${Math.round(slowest)} ms`);
  if (failures.length > 0) process.exitCode = 1;
}

function htmlFilesIn(folder: string): Buffer[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    command.error(`error: Expected a folder for --from, got ${folder}. Name one with .html files.`);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.html?$/iu.test(name))
    .toSorted();
  if (files.length === 0)
    command.error(`error: Expected .html files in ${folder}, got none. Name another folder.`);
  return files.map((name) => readFileSync(join(folder, name)));
}

await command.parseAsync();
