/**
 * The exploring policy: random candidates, and on each page first those that it has not tried there. A form that it has
 * begun it mostly fills in and sends, since chance alone almost never sends one with several fields.
 */

import type { Action } from "../../core/action.ts";
import { actionKey } from "../../core/element-reference.ts";
import type { Observation, PageNode } from "../../core/observation.ts";
import type { Policy, PolicyInput } from "../../core/policy.ts";
import type { Random } from "../../core/random.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { computeCandidates } from "../candidates/candidates.ts";

export interface ExplorerOptions {
  random: Random;
  /** Actions that the explorer never takes. */
  forbids: (observation: Observation, action: Action) => boolean;
}

/** Chance that a form that was begun gets its next field, or is sent. */
const PERSISTENCE = 0.85;

/**
 * Random exploration: any candidate but a stop, with equal chance, until the step limit. The explorer repeats an
 * action on a page only when nothing else is left, so that an episode sees more.
 */
export function createExplorer({ random, forbids }: ExplorerOptions): Policy {
  return {
    act(input) {
      const { observation, history } = input;
      const candidates = computeCandidates(input).filter(
        ({ action }) => action.kind !== "stop" && !forbids(observation, action),
      );
      const rest = random.next() < PERSISTENCE ? nextOfForm(input, candidates) : [];
      if (rest.length > 0) return { action: random.pick(rest) };
      const done = new Set(history.map((step) => actionKey(step.observation, step.action)));
      const isUntried = (action: Action): boolean => !done.has(actionKey(observation, action));
      const order = random.shuffle(candidates.map(({ action }) => action));
      return { action: order.find(isUntried) ?? order[0] ?? { kind: "goBack" } };
    },
  };
}

/**
 * After a text or a choice was put into a field of the page: ways to fill the next empty field before the form's
 * button, or the button. Empty where the page is another one, or the field was the last thing on it.
 */
function nextOfForm(
  { observation, history }: PolicyInput,
  candidates: readonly Candidate[],
): Action[] {
  const last = history.at(-1)?.action;
  if (last?.kind !== "select" && (last?.kind !== "type" || last.submit)) return [];
  const { nodes } = observation;
  const field = nodes.findIndex(({ ref }) => ref === last.ref);
  if (field < 0) return [];
  const after = candidates.filter(({ node }) => node > field);
  const button = firstNode(after, ({ action, node }) => isButton(action, nodes[node]));
  const next = firstNode(after, ({ action, node }) => isEmptyField(action, nodes[node]));
  const node = Math.min(button, next);
  return after
    .filter((candidate) => candidate.node === node && !isSent(candidate.action))
    .map(({ action }) => action);
}

/** Infinity for none. */
function firstNode(
  candidates: readonly Candidate[],
  fits: (candidate: Candidate) => boolean,
): number {
  return Math.min(...candidates.filter(fits).map(({ node }) => node));
}

function isButton({ kind }: Action, node: PageNode | undefined): boolean {
  return kind === "click" && node?.role === "button";
}

function isEmptyField({ kind }: Action, node: PageNode | undefined): boolean {
  return (kind === "type" && (node?.value ?? "") === "") || kind === "select";
}

/** Enter in a field sends the form before its other fields are filled in. */
function isSent(action: Action): boolean {
  return action.kind === "type" && action.submit;
}
