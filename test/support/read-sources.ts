/** The sources of this repository for tests about the code: room, imports, code without comments. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");

export interface SourceFile {
  path: string;
  room: string;
  isTest: boolean;
  code: string;
  imports: string[];
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/[^\n]*/g, "$1");
}

/** The room of a file: its folder for files of `src`, its top folder for the others. */
export function roomOf(path: string): string {
  const folders = relative(ROOT, path).split(sep).slice(0, -1);
  if (folders[0] !== "src") return folders[0] ?? "";
  return folders.slice(1).join("/") || "index";
}

/** @param folders of the repository */
export function readSources(folders: readonly string[]): SourceFile[] {
  const names = folders.flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" }).map((name) =>
      join(top, name),
    ),
  );
  return names
    .filter((name) => name.endsWith(".ts"))
    .map((name) => {
      const path = join(ROOT, name);
      const code = withoutComments(readFileSync(path, "utf8"));
      const imports = [
        ...code.matchAll(/^\s*(?:import|export)\b[^;'"]*?from\s*["']([^"']+)["']/gm),
        ...code.matchAll(/(?:^\s*import\s*|\bimport\(\s*)["']([^"']+)["']/gm),
      ].map((match) => match[1] as string);
      return { path: name, room: roomOf(path), isTest: name.endsWith(".test.ts"), code, imports };
    });
}
