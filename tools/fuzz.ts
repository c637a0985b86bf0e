/**
 * Searches generated pages for differences between Chromium, its recordings and the text browser:
 * `npm run fuzz -- --pages 1000 --seed 1`. Small pages that differ are filed under `fixtures/pages/`. A run that was
 * stopped continues where it was. With `--mutate`, pages are broken and must crash or hang nothing.
 */

import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bytesOf } from "../test/agreement/page-grammar.ts";
import { breakPages } from "../test/agreement/break-pages.ts";
import { kindOf, searchPages, sumOf, type SearchedPage } from "../test/agreement/search-pages.ts";
import { BothWorlds } from "../test/support/both-worlds.ts";

const FOLDER = fileURLToPath(new URL("../fixtures/pages", import.meta.url));
const { values } = parseArgs({
  options: {
    pages: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    shrinks: { type: "string", default: "60" },
    mutate: { type: "string" },
    out: { type: "string", default: "runs/fuzz" },
  },
});

/** Writes the page with what differs, once for each small page. */
function file({ found, seed }: SearchedPage): void {
  if (found === null) return;
  mkdirSync(FOLDER, { recursive: true });
  const bytes = bytesOf(found.page);
  const id = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const said = found.differences.join("\n").replaceAll("--", "- -");
  const note = Buffer.from(`\n<!-- seed ${seed}\n${said}\n-->\n`);
  writeFileSync(join(FOLDER, `${id}.html`), Buffer.concat([bytes, note]));
}

const seedsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

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
  const kinds = new Map<string, number>();
  for (const { found } of different) {
    const kind = kindOf(found?.differences ?? []);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of [...kinds].toSorted((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(6)} ${kind}`);
}

async function search(worlds: BothWorlds): Promise<void> {
  const path = join(values.out, "pages.jsonl");
  mkdirSync(values.out, { recursive: true });
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  const done = new Map(
    lines.map((line) => JSON.parse(line) as SearchedPage).map((p) => [p.seed, p]),
  );
  const seeds = seedsFrom(Number(values.seed), Number(values.pages));
  const left = seeds.filter((seed) => !done.has(seed));
  const began = performance.now();
  for await (const page of searchPages(worlds, { seeds: left, shrinks: Number(values.shrinks) })) {
    done.set(page.seed, page);
    appendFileSync(path, `${JSON.stringify(page)}\n`);
    file(page);
    if (page.found !== null) console.error(`seed ${page.seed}: ${kindOf(page.found.differences)}`);
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`${(left.length / seconds).toFixed(1)} pages a second`);
  report(seeds.flatMap((seed) => done.get(seed) ?? []));
}

await using worlds = await BothWorlds.open();
if (values.mutate === undefined) await search(worlds);
else {
  const broken = await breakPages(worlds, seedsFrom(Number(values.seed), Number(values.mutate)));
  console.log(`${values.mutate} broken pages, ${broken.failures.length} failures`);
  console.log(
    `slowest page: ${Math.round(broken.slowestMs)} ms; heap ${broken.heapMb} MB at the end`,
  );
  for (const failure of broken.failures) console.log(failure);
  if (broken.failures.length > 0) process.exitCode = 1;
}
