/** Turns what a hand has done into the steps of a trajectory. */

import type { Action } from "../../../core/action.ts";
import type { Transition } from "../../../core/trajectory.ts";
import type { SecretVault } from "../../../page/secret-vault.ts";
import type { DialogAnswer, Draft, Target } from "./draft.ts";
import type { PageState } from "./page-state.ts";
import { findInState } from "./recorded-element.ts";

export interface StepPort {
  secrets: SecretVault;
  startedMs: number;
  now(): number;
  warn(sentence: string): void;
}

/** Kinds that act on an element. */
const ON_ELEMENT = new Set("click check type hover select drag upload".split(" "));

/** Their requests are still to be added. @returns none if the page was not read before the action, or does not show its element */
export function toTransitions(draft: Draft, port: StepPort): Transition[] {
  const { before, plan, target } = draft;
  const what = `${plan.kind}${target === null ? "" : ` on ${target.sketch.words}`}`;
  if (before === null) {
    port.warn(`The action "${what}" came before the page was read. It was not recorded.`);
    return [];
  }
  const action = completeAction(draft, before, port);
  if (action === null) {
    port.warn(
      `The action "${what}" hit an element that the page's observation does not show. It was not recorded.`,
    );
    return [];
  }
  if (isStale(draft, before))
    port.warn(
      `The action "${what}" came before the page could be read again. Its observation is from before the previous action.`,
    );
  const step = (one: Action, more: Partial<Transition> = {}): Transition => ({
    observation: before.observation,
    action: one,
    reward: 0,
    requests: [],
    ...(before.page && { page: before.page }),
    atMs: Math.max(0, Math.round(draft.startedMs - port.startedMs)),
    ...more,
  });
  return [
    ...draft.answers.flatMap((answer) => {
      const given = answerAction(answer);
      return given === null ? [] : [step(given)];
    }),
    step(action, {
      ...elementOf(target, before, plan.kind),
      ...(draft.drop && { dropElement: found(draft.drop, before)?.element }),
      ...(draft.effects.length > 0 && { effects: draft.effects }),
    } as Partial<Transition>),
  ];
}

function isStale({ pulse, target }: Draft, before: PageState): boolean {
  if (pulse === null || target === null) return false;
  const read = before.pulses.get(target.frame);
  if (read === undefined || read.document !== pulse.document) return true;
  // What the hand did in between is known: see `derived-state.ts`. It changed nothing else.
  return read.inputs !== pulse.inputs && read.version !== pulse.version;
}

const found = findInState;

function elementOf(
  target: Target | null,
  before: PageState,
  kind: Action["kind"],
): Partial<Transition> {
  if (target === null || kind === "press") return {};
  const element = found(target, before)?.element;
  return element === undefined ? {} : { element };
}

function completeAction(
  { plan, target, drop }: Draft,
  before: PageState,
  port: StepPort,
): Action | null {
  const ref = target === null ? undefined : found(target, before)?.ref;
  if (plan.kind === "scroll") return { ...plan, ...(ref !== undefined && { over: ref }) };
  if (!ON_ELEMENT.has(plan.kind)) return plan as Action;
  if (ref === undefined || target === null) return null;
  if (plan.kind === "drag") {
    const to = drop === null ? undefined : found(drop, before)?.ref;
    return to === undefined ? null : { ...plan, ref, to };
  }
  if (plan.kind === "type") {
    const { tag, attributes } = target.sketch;
    return { ...plan, ref, text: port.secrets.maskTyped({ tag, attributes }, plan.text) };
  }
  return { ...plan, ref } as Action;
}

/** Null for the answer that every dialog gets anyway. */
function answerAction({ dialog, accept, text }: DialogAnswer): Action | null {
  if (dialog === "prompt") return { kind: "answerDialog", accept, ...(text !== null && { text }) };
  return accept ? null : { kind: "answerDialog", accept };
}
