/** Where a text for people goes: the terminal in colours, a pipe or a file without. */

import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import pc from "picocolors";
import type { Colors } from "picocolors/types.js";
import { ConfigError } from "../../core/errors.ts";
import type { CliContext } from "../context.ts";

/** Throws before any work is done for a file that cannot be written. @throws ConfigError */
export function checkOutput(path: string | undefined): void {
  if (path === undefined) return;
  try {
    accessSync(dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new ConfigError(
      `Expected --out to be a file, got the folder ${path}. Name a file in it.`,
    );
}

/**
 * Prints a text, or writes it to a file; as Markdown where its name ends in `.md`.
 *
 * @param tell the lines, in the colours given
 */
export function putOut(
  { print, progress }: Pick<CliContext, "print" | "progress">,
  path: string | undefined,
  title: string,
  tell: (paint: Colors) => readonly string[],
): void {
  if (path === undefined) {
    print(tell(pc).join("\n"));
    return;
  }
  const text = tell(pc.createColors(false)).join("\n");
  const isMarkdown = extname(path) === ".md";
  try {
    writeFileSync(path, isMarkdown ? `# ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n` : `${text}\n`);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  progress.note(`Written to ${path}`);
}

function cannotWrite(path: string, error: unknown): ConfigError {
  const { code } = error as NodeJS.ErrnoException;
  return new ConfigError(
    `Expected to write ${path}, got ${code ?? String(error)}. Choose another file with --out.`,
    { cause: error },
  );
}
