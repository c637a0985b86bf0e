/** Formats of `dreamgym export` for trainers in Python. Their texts are those of an OpenEnv client. */

import { type ExportFormat, lineFile } from "../real/record/exports/export-format.ts";
import { toTokenRows, toTrainerRow, toVerifiersRow } from "../serve/openenv/trainer-rows.ts";

export function trainerFormats(): Readonly<Record<string, ExportFormat>> {
  return {
    verifiers: {
      summary: "traces as `verifiers` 0.4 and prime-rl have them, a line for each episode",
      drops: "HTML, screenshots, requests and checks",
      open: lineFile("verifiers.jsonl", (trajectory) => ({ rows: [toVerifiersRow(trajectory)] })),
    },
    trainer: {
      summary: "chat messages with a mask (`weight`) and the reward, a line for each episode",
      drops: "HTML, screenshots, requests and checks",
      open: lineFile("trainer.jsonl", (trajectory) => ({ rows: [toTrainerRow(trajectory)] })),
    },
    tokens: {
      summary:
        "token ids and log-probabilities as a language model sampled them, a line for each decision",
      drops: "everything else: pages, actions and texts",
      open: lineFile("tokens.jsonl", (trajectory) => {
        const rows = toTokenRows(trajectory);
        const isWhole = rows.length === trajectory.transitions.length;
        return {
          rows,
          losses: isWhole
            ? []
            : [
                "A step without token ids is left out: record with --log-probs, on a server that returns them.",
              ],
        };
      }),
    },
  };
}
