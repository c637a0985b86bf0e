/** What a command is given, for tests and scripts that call what lies behind one. */

import type { CliContext } from "../../src/cli/context.ts";

export function createQuietContext(signal = new AbortController().signal): CliContext {
  return {
    signal,
    progress: { update: () => {}, note: () => {}, clear: () => {} },
    print: () => {},
    now: () => performance.now(),
    environment: { browser: process.env["DREAMGYM_BROWSER"], path: process.env["PATH"] },
  };
}
