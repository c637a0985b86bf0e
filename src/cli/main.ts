#!/usr/bin/env node
/** Entry of `dreamgym`: the only place that meets the process. */

import { setMaxListeners } from "node:events";
import { readVariables } from "./read-variables.ts";
import { createProgress } from "./text/progress.ts";
import { askAtTerminal } from "./text/ask.ts";
import { runCommandLine } from "./program.ts";

const controller = new AbortController();
// Every running episode and request listens.
setMaxListeners(0, controller.signal);
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    // The second time there is no waiting for browsers and files to close.
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Error(`${name}: stopped`));
  });
}
// `dreamgym … | head`: a reader that has seen enough is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const variables = readVariables(process.env, ".env");
const now = (): number => performance.timeOrigin + performance.now();
process.exitCode = await runCommandLine(process.argv.slice(2), {
  signal: controller.signal,
  progress: createProgress({ stream: process.stderr, now }),
  ...(process.stdin.isTTY && { ask: askAtTerminal(controller.signal) }),
  print: (line) => process.stdout.write(`${line}\n`),
  now,
  environment: {
    browser: variables["DREAMGYM_BROWSER"],
    path: variables["PATH"],
    variables,
  },
});
