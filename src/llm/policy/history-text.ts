/** What the agent did so far, as a prompt shows it: each action, and what it changed on the page. */

import type { Action } from "../../core/action.ts";
import type { Observation, PageNode } from "../../core/observation.ts";
import type { PolicyInput } from "../../core/policy.ts";
import { makeHarmless } from "../../page/untrusted-text.ts";

/** Older steps are shown without what they changed. */
const STEPS_WITH_CHANGES = 6;
const MOST_STEPS = 30;
const MOST_CHANGES = 6;
const LONGEST_NAME = 80;

/** @param print writes an action in the agent's grammar */
export function writeHistory(input: PolicyInput, print: (action: Action) => string): string {
  const { history } = input;
  const first = Math.max(0, history.length - MOST_STEPS);
  const steps = history.slice(first).map((step, index) => {
    const at = first + index;
    const after = history[at + 1]?.observation ?? input.observation;
    const action = `${at + 1}. ${print(step.action)}${elementOf(step.action, step.observation)}`;
    if (history.length - at > STEPS_WITH_CHANGES) return action;
    return [action, ...describeChange(step.observation, after)].join("\n   ");
  });
  const hidden = first === 0 ? [] : [`(${first} earlier steps are left out)`];
  return makeHarmless([...hidden, ...steps].join("\n"));
}

function elementOf(action: Action, { nodes }: Observation): string {
  if (!("ref" in action)) return "";
  const node = nodes.find(({ ref }) => ref === action.ref);
  return node === undefined ? "" : ` (${nameOf(node)})`;
}

function nameOf({ role, name }: PageNode): string {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return `${role} ${JSON.stringify(short)}`;
}

/** One line for another page, a failed action or an unchanged page; otherwise what came and went. */
function describeChange(before: Observation, after: Observation): string[] {
  if (after.lastActionError !== null) return [`failed: ${after.lastActionError}`];
  if (before.url !== after.url) return [`opened ${after.url} ${JSON.stringify(after.title)}`];
  if (before.tabs.length !== after.tabs.length) return [`${after.tabs.length} tabs are open now`];
  const came = missingFrom(before, after).map((line) => `+ ${line}`);
  const went = missingFrom(after, before).map((line) => `- ${line}`);
  if (came.length + went.length === 0) return ["nothing changed"];
  return [...shorten(came), ...shorten(went)];
}

/** The lines of `other` that `page` lacks, each as often as it lacks it. */
function missingFrom(page: Observation, other: Observation): string[] {
  const counts = new Map<string, number>();
  for (const node of page.nodes) {
    const line = lineOf(node);
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return other.nodes.flatMap((node) => {
    const line = lineOf(node);
    const left = counts.get(line) ?? 0;
    if (left === 0) return [line];
    counts.set(line, left - 1);
    return [];
  });
}

function lineOf(node: PageNode): string {
  const { focused: _, ...states } = node.states;
  const shown = Object.entries(states).map(([name, state]) => ` ${name}: ${String(state)}`);
  const value = node.value === undefined ? "" : ` value: ${JSON.stringify(node.value)}`;
  return `${nameOf(node)}${value}${shown.join("")}`;
}

function shorten(lines: readonly string[]): string[] {
  if (lines.length <= MOST_CHANGES) return [...lines];
  const sign = lines[0]?.[0] ?? "";
  return [...lines.slice(0, MOST_CHANGES), `${sign} … and ${lines.length - MOST_CHANGES} more`];
}
