/** Questions to the person at the terminal. */

import { createInterface } from "node:readline/promises";

/** Asks on stderr, so that stdout holds results alone. */
export function askAtTerminal(signal: AbortSignal): (question: string) => Promise<string> {
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question, { signal });
    } finally {
      terminal.close();
    }
  };
}
