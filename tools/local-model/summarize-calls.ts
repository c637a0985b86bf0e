/** The calls of a run as a table and as a transcript. */

import { readCalls } from "../../src/llm/call-journal.ts";

const SHOWN_CHARACTERS = 160;

/** @param path of a journal of calls */
export async function summarizeCalls(
  path: string,
): Promise<{ figures: string[]; replies: string[] }> {
  const calls = await readCalls(path);
  const askers = [...new Set(calls.map(({ asker }) => asker))];
  return {
    figures: [
      "| who asks | calls | tokens in | tokens out | cut at the limit | seconds a call |",
      "| --- | --- | --- | --- | --- | --- |",
      ...askers.map((asker) => {
        const own = calls.filter((call) => call.asker === asker);
        const sum = (read: (call: (typeof own)[number]) => number): number =>
          own.reduce((total, call) => total + read(call), 0);
        const cells = [
          asker,
          own.length,
          sum(({ usage }) => usage.inputTokens),
          sum(({ usage }) => usage.outputTokens),
          own.filter(({ reply }) => reply.finish === "length").length,
          (sum(({ seconds }) => seconds) / own.length).toFixed(1),
        ];
        return `| ${cells.join(" | ")} |`;
      }),
    ],
    replies: calls.map(({ asker, reply }, index) => {
      const text = reply.text.replaceAll(/\s+/gu, " ").trim();
      const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
      return `${index + 1}. **${asker}**: \`${shown.replaceAll("`", "'")}\``;
    }),
  };
}
