/** A list of proposed checks, of which the person at the terminal chooses. */

import { ConfigError } from "../core/errors.ts";
import type { Proposal, Proposals } from "../real/record/make-task/propose-checks.ts";
import type { CliContext } from "./context.ts";

/** The marked ones, where nobody is asked. @throws ConfigError if none is chosen */
export async function chooseProposals(
  { ask, progress }: CliContext,
  { proposals, leftOut }: Proposals,
  isUnasked: boolean,
): Promise<Proposal[]> {
  const marked = proposals.filter(({ isDefault }) => isDefault);
  if (isUnasked || ask === undefined) {
    if (marked.length > 0) return marked;
    const listed = formatProposals({ proposals, leftOut }).join("\n");
    throw new ConfigError(
      `Expected a check that is sure to decide, got none, so no task was made. Choose one at a terminal, without --yes and --json, or record it on sites that are reset.\n${listed}`,
    );
  }
  for (const line of formatProposals({ proposals, leftOut })) progress.note(line);
  for (;;) {
    const reply = await ask(
      "Which ones decide? Numbers such as 1,3; Enter: those with *; 0: none. ",
    );
    const chosen = readChoice(reply, proposals, marked);
    if (typeof chosen !== "string") return chosen;
    progress.note(chosen);
  }
}

function formatProposals({ proposals, leftOut }: Proposals): string[] {
  return [
    "What could decide whether the task was done:",
    ...proposals.map(
      ({ words, isDefault }, index) =>
        `${isDefault ? "*" : " "} ${String(index + 1).padStart(2)}  ${words}`,
    ),
    ...(leftOut.length === 0 ? [] : ["Left out:", ...leftOut.map((line) => `      ${line}`)]),
  ];
}

/** @returns the chosen ones, or what is wrong with the reply */
function readChoice(
  reply: string,
  proposals: readonly Proposal[],
  marked: Proposal[],
): Proposal[] | string {
  const words = reply.split(/[\s,]+/u).filter((word) => word !== "");
  if (words.length === 0)
    return marked.length > 0 ? marked : "None is marked with *: name numbers, or 0.";
  if (words.join() === "0") throw new ConfigError("No check was chosen, so no task was made.");
  const numbers = [...new Set(words.map(Number))];
  const chosen = numbers.map((number) => proposals[number - 1]);
  return chosen.every((proposal) => proposal !== undefined)
    ? chosen
    : `Expected numbers from 1 to ${proposals.length}, got ${reply.trim()}.`;
}
