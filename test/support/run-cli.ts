/** The command line inside the test's own process. */

import { vi } from "vitest";
import { runCommandLine } from "../../src/cli/program.ts";
import { SILENT_REPORT } from "../../src/transfer/work-report.ts";

/** Runs a command line as a shell would, and keeps its output. */
export async function runCli(...words: string[]) {
  return await run(words, null);
}

/** The same with Ctrl-C at the signal. */
export async function runCliUntil(signal: AbortSignal, ...words: string[]) {
  return await run(words, null, signal);
}

/** The same with a person at the terminal, who gives these answers. */
export async function runCliAnswering(answers: string[], ...words: string[]) {
  return await run(words, answers);
}

async function run(
  words: string[],
  answers: string[] | null,
  signal = new AbortController().signal,
) {
  const results: string[] = [];
  let said = "";
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    results.push(String(text));
    return true;
  });
  try {
    const code = await runCommandLine(words, {
      signal,
      progress: { ...SILENT_REPORT, note: (line) => (said += `${line}\n`), clear: () => {} },
      ...(answers && {
        async ask(question) {
          said += `${question}\n`;
          return answers.shift() ?? "";
        },
      }),
      print: (line) => results.push(line),
      now: () => performance.timeOrigin + performance.now(),
      environment: {
        browser: process.env["DREAMGYM_BROWSER"],
        path: process.env["PATH"],
        variables: process.env,
      },
    });
    return { code, said, result: results.join("\n") };
  } finally {
    stderr.mockRestore();
    stdout.mockRestore();
  }
}
