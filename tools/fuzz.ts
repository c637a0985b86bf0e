/**
 * Searches generated pages for differences between Chromium, its recordings and the text browser:
 * `npm run fuzz -- --pages 1000 --seed 1`. Small pages that differ are filed under `fixtures/pages/`.
 */

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bytesOf } from "../test/agreement/page-grammar.ts";
import { kindOf, searchPages, type FoundDifference } from "../test/agreement/search-pages.ts";
import { BothWorlds } from "../test/support/both-worlds.ts";

const FOLDER = fileURLToPath(new URL("../fixtures/pages", import.meta.url));
const { values } = parseArgs({
  options: {
    pages: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    shrinks: { type: "string", default: "60" },
  },
});

/** Writes the page with what differs, once for each small page. */
function file({ page, seed, differences }: FoundDifference): void {
  mkdirSync(FOLDER, { recursive: true });
  const bytes = bytesOf(page);
  const id = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const said = differences.join("\n").replaceAll("--", "- -");
  writeFileSync(
    join(FOLDER, `${id}.html`),
    `${bytes.toString()}\n<!-- seed ${seed}\n${said}\n-->\n`,
  );
}

const percent = ({ same, total }: { same: number; total: number }): string =>
  `${total === 0 ? "100.00" : ((100 * same) / total).toFixed(2)} % of ${total}`;

await using worlds = await BothWorlds.open();
const result = await searchPages(worlds, {
  pages: Number(values.pages),
  seed: Number(values.seed),
  shrinks: Number(values.shrinks),
  onFound(found, number) {
    file(found);
    console.error(`page ${number}: ${kindOf(found.page).slice(0, 100)}`);
  },
});
console.log(`${result.pages} pages, ${result.found.length} of them with a difference`);
console.log(`nodes, Chromium and text browser: ${percent(result.text)}`);
console.log(`nodes, Chromium and recording: ${percent(result.recorded)}`);
console.log(`requests of the walks: ${percent(result.sent)}`);
const kinds = new Map<string, number>();
for (const { page } of result.found) kinds.set(kindOf(page), (kinds.get(kindOf(page)) ?? 0) + 1);
for (const [kind, pages] of [...kinds].toSorted((a, b) => b[1] - a[1]))
  console.log(`${pages} ${kind.slice(0, 200)}`);
