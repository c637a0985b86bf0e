/** A policy's hand: it acts through the browser's own input, so the recorder sees it like a person's. */

import { setTimeout as wait } from "node:timers/promises";
import { decide } from "../../../core/decide.ts";
import { type DecisionNotes, notesOf, type PastStep, type Policy } from "../../../core/policy.ts";
import { printAction } from "../../../page/action-text.ts";
import { perform } from "../../browser/perform.ts";
import type { PageAction, Recorder } from "./recorder.ts";

export interface DriveOptions {
  recorder: Recorder;
  /** Steps that are written so far. */
  steps: () => number;
  policy: Policy;
  goal: string;
  maxSteps: number;
  /** How long a decision may take. Default: two minutes. */
  decisionTimeoutMs?: number;
  signal: AbortSignal;
}

export interface DriveEnd {
  /** Null: the policy did not stop within the limit. */
  answer: string | null;
  /** Of the decision to stop. */
  notes: DecisionNotes;
}

const DECISION_TIMEOUT_MS = 120_000;
/** Other kinds may find nothing to do. */
const ALWAYS_A_STEP = new Set<PageAction["kind"]>([
  "click",
  "type",
  "press",
  "drag",
  "upload",
  "goto",
  "newTab",
  "closeTab",
]);
const NO_ANSWER: DriveEnd = { answer: null, notes: {} };
const LONGEST_PRINTED = 80;
/** Reports of the last event are on their way. */
const REPORT_MS = 30;

export async function drive(options: DriveOptions): Promise<DriveEnd> {
  const { recorder, policy, goal, maxSteps, signal } = options;
  const { decisionTimeoutMs: timeoutMs = DECISION_TIMEOUT_MS } = options;
  const history: PastStep[] = [];
  let lastActionError: string | null = null;
  for (let step = 0; step <= maxSteps; step++) {
    signal.throwIfAborted();
    await recorder.calm();
    const { state } = recorder;
    if (state === null) return NO_ANSWER;
    const observation = { ...state.observation, lastActionError };
    const output = await decide(policy, { goal, history, observation }, { timeoutMs, signal });
    const { action } = output;
    if (action.kind === "stop") return { answer: action.answer, notes: notesOf(output) };
    recorder.noteDecision(notesOf(output));
    lastActionError = await act(options, action);
    history.push({ observation, action });
  }
  return NO_ANSWER;
}

async function act({ recorder, steps }: DriveOptions, action: PageAction): Promise<string | null> {
  const { session, state, warnings } = recorder;
  const before = { steps: steps(), warnings: warnings.length };
  // No page sees which tab is in front.
  if (action.kind === "switchTab") recorder.noteSwitch(action.index);
  const failure = await perform(action, {
    tabs: session.tabs,
    knownRefs: new Set(state?.nodes.keys()),
    isAllowedUrl: (url) => session.isAllowedUrl(url),
    noteTyped: (field, text) => {
      if (session.secrets.addField(field, text)) session.secrets.addTyped(text);
    },
  });
  await wait(REPORT_MS);
  recorder.nudge();
  await recorder.calm();
  const isSilent = steps() === before.steps && warnings.length === before.warnings;
  if (failure === null && isSilent && ALWAYS_A_STEP.has(action.kind))
    recorder.warn(
      `The action "${printAction(action).slice(0, LONGEST_PRINTED)}" was done, but the page reported nothing of it. It was not recorded.`,
    );
  return failure;
}
