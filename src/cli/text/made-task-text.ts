/** A task made from a recording, in lines for people. */

import type { MadeTaskFile } from "../make-task.ts";

/** @param flags names the sites in other commands, with a space before each */
export function formatMadeTask(made: MadeTaskFile, siteFlags: string | null): string[] {
  const { path, taskId, chosen, proof, origins } = made;
  const sites =
    siteFlags ??
    Object.entries(origins)
      .map(([name, origin]) => ` --site ${name}=${origin}`)
      .join("");
  const empty = proof.emptyAnswer === null ? "" : `, without its answer ${proof.emptyAnswer}`;
  return [
    `Wrote task ${taskId} to ${path}. It is done if`,
    ...chosen.map((words) => `  ${words}`),
    `Proven in fresh sessions: the recording scores ${proof.end}, doing nothing ${proof.start}${empty}.`,
    "",
    `dreamgym tasks validate ${path}`,
    `dreamgym evaluate --agent my-agent.ts --tasks ${path}${sites} --split recorded`,
  ];
}
