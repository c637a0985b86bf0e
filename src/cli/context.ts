/** What every command is given: the outer world, so that nothing below `cli/` looks for it on its own. */

import type { Command } from "commander";
import type { Progress } from "./text/progress.ts";

export interface CliContext {
  /** Aborted by Ctrl-C or a request to end. Commands hand it down; browsers and files are closed on the way out. */
  signal: AbortSignal;
  /** For a person, on stderr. */
  progress: Progress;
  /** A line of the result, on stdout. */
  print: (line: string) => void;
  /** Asks the person at the terminal, on stderr. Absent: nobody sits there. */
  ask?: (question: string) => Promise<string>;
  /** Milliseconds since 1970, by a clock that never runs backwards. */
  now: () => number;
  environment: {
    /** `DREAMGYM_BROWSER` */
    browser: string | undefined;
    /** `PATH` */
    path: string | undefined;
    /** All of them: a benchmark may have its own. */
    variables: Readonly<Record<string, string | undefined>>;
  };
}

/** A command puts itself on the program. */
export type AddCommand = (program: Command, context: CliContext) => void;

/** The result of a command that did what it could and found that not all is well: exit 1 without another word. */
export class CommandFailed extends Error {}
