/** A file of actions as a policy: one JSON object a line, whose elements are named by role and name. */

import { z } from "zod";
import { type Action, ActionSchema } from "../../../core/action.ts";
import { PolicyError, ConfigError } from "../../../core/errors.ts";
import type { Observation, PageNode } from "../../../core/observation.ts";
import type { Policy } from "../../../core/policy.ts";
import { describeIssue, reportIssues } from "../../../core/schema-issues.ts";

const ElementSchema = z.strictObject({
  role: z.string(),
  name: z.string(),
  /** Which of several alike, from 0. */
  number: z.int().min(0).default(0),
});
/** An action whose refs are elements by role and name. */
const ScriptLineSchema = z.looseObject({
  kind: z.string(),
  on: ElementSchema.exactOptional(),
  to: ElementSchema.exactOptional(),
});
type ScriptLine = z.infer<typeof ScriptLineSchema>;

/** @param where names the file in messages. @throws ConfigError with the first wrong line */
export function readScript(text: string, where: string): Policy {
  const lines = text.split("\n").flatMap((line, index) => {
    if (line.trim() === "" || line.trimStart().startsWith("//")) return [];
    return [{ line: readLine(line, `${where}:${index + 1}`), where: `${where}:${index + 1}` }];
  });
  let next = 0;
  return {
    act({ observation }) {
      const step = lines[next++];
      if (step === undefined) return { action: { kind: "stop", answer: "" } };
      if (observation.lastActionError !== null && next > 1)
        throw new PolicyError(
          `${lines[next - 2]?.where ?? where}: the action failed: ${observation.lastActionError}`,
        );
      return { action: toAction(step.line, observation, step.where) };
    },
  };
}

function readLine(line: string, where: string): ScriptLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ConfigError(
      `${where}: expected a JSON object such as {"kind": "click", "on": {"role": "button", "name": "Save"}}, got ${line.slice(0, 80)}.`,
    );
  }
  const parsed = ScriptLineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${where}: ${reportIssues(parsed.error, value)}`);
}

function toAction(
  { on, to, ...rest }: ScriptLine,
  observation: Observation,
  where: string,
): Action {
  const refOf = (element: z.infer<typeof ElementSchema>): string => {
    const alike = observation.nodes.filter(
      ({ role, name }) => role === element.role && name === element.name,
    );
    const node = alike[element.number];
    if (node !== undefined) return node.ref;
    throw new PolicyError(
      `${where}: expected ${element.role} "${element.name}" on ${observation.url}, got ${alike.length} of them. ${choices(observation, element.role)}`,
    );
  };
  const refs = {
    ...(on && { [rest.kind === "scroll" ? "over" : "ref"]: refOf(on) }),
    ...(to && { to: refOf(to) }),
  };
  const defaults = rest.kind === "type" ? { submit: false } : {};
  const parsed = ActionSchema.safeParse({ ...defaults, ...rest, ...refs });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) =>
    [...issue.path.map((key) => `\`${String(key)}\``), describeIssue(issue, rest)].join(": "),
  );
  throw new ConfigError(`${where}: ${issues.join("; ")}.`);
}

/** The most elements that a message names. */
const MOST_NAMED = 20;

/** The elements of a role, each as a script names it, or else what has a name. */
function choices({ nodes }: Observation, role: string): string {
  const ofRole = nodes.filter((node) => node.role === role);
  const others = nodes.filter(({ name, role: own }) => name !== "" && !/^[A-Z]/.test(own));
  const chosen = (ofRole.length > 0 ? ofRole : others).slice(0, MOST_NAMED);
  return `The page has: ${chosen.map((node) => describeNode(node, nodes)).join(", ")}.`;
}

function describeNode(node: PageNode, nodes: readonly PageNode[]): string {
  const place = nodes.indexOf(node);
  const alike = nodes.filter(({ role, name }) => role === node.role && name === node.name);
  const before = nodes.slice(0, place).findLast(({ name }) => name !== "")?.name;
  const details = [
    ...(alike.length > 1 ? [`"number": ${alike.indexOf(node)}`] : []),
    ...(node.name === "" && before !== undefined ? [`after "${before}"`] : []),
  ];
  return `${node.role} "${node.name}"${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}
