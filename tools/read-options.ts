/** Options of a tool: `--help` prints what the head of its file says, and a wrong option is one line without a stack. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs, type ParseArgsConfig } from "node:util";

type Parsed<Config extends ParseArgsConfig> = ReturnType<typeof parseArgs<Config>>;

/** @param file the tool's own `import.meta.url` */
export function readOptions<const Config extends ParseArgsConfig>(
  file: string,
  config: Config,
): Parsed<Config> {
  if (process.argv.slice(2).some((word) => word === "--help" || word === "-h")) {
    console.log(headOf(file));
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return endWithUsage(file, says);
  }
}

/** For a call that lacks what the tool needs. */
export function endWithUsage(file: string, says: string): never {
  console.error(`${says}\n\n${headOf(file)}`);
  process.exit(2);
}

/** The comment at the top of a file. */
function headOf(file: string): string {
  const [, comment = ""] =
    /^\/\*\*(.*?)\*\//su.exec(readFileSync(fileURLToPath(file), "utf8")) ?? [];
  return comment.replace(/^ ?\* ?/gmu, "").trim();
}
