/** Pages that once differed, in `fixtures/pages`. Those in `open` still do. */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bytesOf, type GeneratedPage } from "./page-grammar.ts";

const FOLDER = fileURLToPath(new URL("../../fixtures/pages", import.meta.url));
const OPEN = join(FOLDER, "open");

/** Before the note: what the page was found with. */
const NOTE = "\n<!-- seed ";

export interface FiledPage {
  id: string;
  bytes: Buffer;
  /** Of its walk. */
  seed: number;
}

/** Writes a page that differs, with what differs, once for each small page. */
export function fileDifference(
  seed: number,
  { page, differences }: { page: GeneratedPage; differences: readonly string[] },
): void {
  mkdirSync(OPEN, { recursive: true });
  const bytes = bytesOf(page);
  const id = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const said = differences.join("\n").replaceAll("--", "- -");
  const note = Buffer.from(`${NOTE}${seed}\n${said}\n-->\n`);
  writeFileSync(join(OPEN, `${id}.html`), Buffer.concat([bytes, note]));
}

/** @param kind `mended`: pages that agree today */
export function readFiledPages(kind: "mended" | "open"): FiledPage[] {
  const folder = kind === "open" ? OPEN : FOLDER;
  return readdirSync(folder)
    .filter((name) => name.endsWith(".html"))
    .map((name) => {
      const file = readFileSync(join(folder, name));
      const end = file.lastIndexOf(NOTE);
      const seed = Number(/^\d+/u.exec(file.toString("latin1", end + NOTE.length))?.[0]);
      return { id: name.replace(".html", ""), bytes: file.subarray(0, end), seed };
    });
}
