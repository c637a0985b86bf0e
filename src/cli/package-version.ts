import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { tasksFolder } from "../../fixtures/index.ts";

/** Of this package, run from source or built. */
export function packageVersion(): string {
  const text = readFileSync(join(dirname(tasksFolder()), "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
