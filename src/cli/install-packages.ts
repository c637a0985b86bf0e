/** Puts Debian packages on this machine, for applications that are made of them. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SiteError } from "../core/errors.ts";
import type { CliContext } from "./context.ts";

const run = promisify(execFile);

/** No service of a package starts by itself, and nothing is asked. */
const VARIABLES = ["RUNLEVEL=1", "DEBIAN_FRONTEND=noninteractive"];

/** @throws SiteError with what apt-get said last */
export async function installPackages(
  packages: readonly string[],
  { progress, signal }: Pick<CliContext, "progress" | "signal">,
): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  for (const parts of [
    ["update", "-q"],
    ["install", "-y", "-q", "--no-install-recommends", ...packages],
  ]) {
    const command = [...(isRoot ? [] : ["sudo", "-n"]), "env", ...VARIABLES, "apt-get", ...parts];
    progress.note(command.join(" "));
    const [program = "", ...rest] = command;
    try {
      await run(program, rest, { signal });
    } catch (error) {
      signal.throwIfAborted();
      const said = String((error as { stderr?: string }).stderr ?? error).trim();
      throw new SiteError(
        `Expected apt-get to ${parts[0]}, got: ${said.split("\n").at(-1) ?? "no output"}. Install ${packages.join(" ")} by hand.`,
        { cause: error },
      );
    }
  }
}
