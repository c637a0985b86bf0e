/** A policy's hand: it acts through the browser's own input, so the recorder sees it like a person's. */

import { setTimeout as wait } from "node:timers/promises";
import { decide } from "../../../core/decide.ts";
import type { PastStep, Policy } from "../../../core/policy.ts";
import { perform } from "../../browser/perform.ts";
import type { PageAction, Recorder } from "./recorder.ts";

export interface DriveOptions {
  recorder: Recorder;
  policy: Policy;
  goal: string;
  maxSteps: number;
  signal: AbortSignal;
}

const DECISION_TIMEOUT_MS = 120_000;
/** Reports of the last event are on their way. */
const REPORT_MS = 30;

/** @returns the answer, or null if the policy did not stop within the limit */
export async function drive({
  recorder,
  policy,
  goal,
  maxSteps,
  signal,
}: DriveOptions): Promise<string | null> {
  const history: PastStep[] = [];
  let lastActionError: string | null = null;
  for (let step = 0; step <= maxSteps; step++) {
    signal.throwIfAborted();
    await recorder.calm();
    const { state } = recorder;
    if (state === null) return null;
    const observation = { ...state.observation, lastActionError };
    const { action } = await decide(
      policy,
      { goal, history, observation },
      { timeoutMs: DECISION_TIMEOUT_MS, signal },
    );
    if (action.kind === "stop") return action.answer;
    lastActionError = await act(recorder, action);
    history.push({ observation, action });
  }
  return null;
}

async function act(recorder: Recorder, action: PageAction): Promise<string | null> {
  const { session, state } = recorder;
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
  return failure;
}
