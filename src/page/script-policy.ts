/** A file of actions as a policy: one JSON object a line, whose elements are named by role and name. */

import { z } from "zod";
import { type Action, ActionSchema } from "../core/action.ts";
import { isAlike } from "../core/element-reference.ts";
import { PolicyError, ConfigError } from "../core/errors.ts";
import type { Observation, PageNode } from "../core/observation.ts";
import type { Policy } from "../core/policy.ts";
import { describeIssue, reportIssues } from "../core/schema-issues.ts";

const ElementSchema = z.strictObject({
  role: z.string(),
  name: z.string(),
  /** Which of several alike, from 0. */
  number: z.int().min(0).default(0),
});
type ElementNamed = Pick<z.infer<typeof ElementSchema>, "role" | "name">;

/** An action whose refs are elements by role and name. */
export const ScriptLineSchema = z.looseObject({
  kind: z.string(),
  on: ElementSchema.exactOptional(),
  to: ElementSchema.exactOptional(),
  variable: z.string().exactOptional(),
});
export type ScriptLine = z.infer<typeof ScriptLineSchema>;

/** A line, and where it stands, for messages. */
export interface ScriptStep {
  line: ScriptLine;
  where: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * @param where names the file in messages
 * @param variables whose values a line may type: `"variable": "NAME"` instead of `text`
 * @throws ConfigError with the first wrong line
 */
export function readScriptSteps(text: string, where: string, variables: Variables): ScriptStep[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "" || line.trimStart().startsWith("//")) return [];
    const place = `${where}:${index + 1}`;
    return [{ line: fillIn(readLine(line, place), place, variables), where: place }];
  });
}

/** Plays the steps once, then stops. */
export function createScriptPolicy(steps: readonly ScriptStep[]): Policy {
  let next = 0;
  return {
    act({ observation }) {
      const before = steps[next - 1];
      const step = steps[next++];
      if (step === undefined) return { action: { kind: "stop", answer: "" } };
      if (observation.lastActionError !== null && before !== undefined)
        throw new PolicyError(`${before.where}: the action failed: ${observation.lastActionError}`);
      return { action: toAction(step.line, observation, step.where) };
    },
  };
}

/** The elements that a line means by role and name, in the order of the page. */
export function findAlike({ nodes }: Observation, element: ElementNamed): PageNode[] {
  return nodes.filter((node) => isAlike(node, element));
}

/** A value that no file should hold, such as a password, comes from outside. */
function fillIn({ variable, ...line }: ScriptLine, where: string, known: Variables): ScriptLine {
  if (variable === undefined) return line;
  const text = known[variable];
  if (text !== undefined && text !== "") return { ...line, text };
  throw new ConfigError(
    `${where}: expected the environment variable ${variable}, got none. Set it, or write it into .env.`,
  );
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
    const alike = findAlike(observation, element);
    const node = alike[element.number];
    if (node !== undefined) return node.ref;
    throw new PolicyError(
      `${where}: expected ${element.role} "${element.name}" on ${observation.url}, got ${alike.length} of them. ${choices(observation, element)}`,
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

/** The elements of a role, each as a script names it, or else what has a name. Names with the one wanted come first. */
function choices({ nodes }: Observation, { role, name: wanted }: ElementNamed): string {
  const ofRole = nodes.filter((node) => node.role === role);
  const others = nodes.filter(({ name, role: own }) => name !== "" && !/^[A-Z]/.test(own));
  const all = ofRole.length > 0 ? ofRole : others;
  const isNear = ({ name }: PageNode): boolean =>
    wanted !== "" && name.toLowerCase().includes(wanted.toLowerCase());
  const ordered = [...all.filter(isNear), ...all.filter((node) => !isNear(node))];
  const chosen = ordered.slice(0, MOST_NAMED).map((node) => describeNode(node, nodes));
  const more = all.length > MOST_NAMED ? `, and ${all.length - MOST_NAMED} more` : "";
  return `The page has: ${chosen.join(", ")}${more}.`;
}

function describeNode(node: PageNode, nodes: readonly PageNode[]): string {
  const place = nodes.indexOf(node);
  const alike = nodes.filter((other) => isAlike(other, node));
  const before = nodes.slice(0, place).findLast(({ name }) => name !== "")?.name;
  const details = [
    ...(alike.length > 1 ? [`"number": ${alike.indexOf(node)}`] : []),
    ...(node.name === "" && before !== undefined ? [`after "${before}"`] : []),
  ];
  return `${node.role} "${node.name}"${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}
