/** Limits of an episode that its policy keeps: WebArena's early stops, and tokens. */

import type { Action } from "../../core/action.ts";
import { LimitError } from "../../core/errors.ts";
import {
  findOutputProblem,
  type Policy,
  type PolicyInput,
  type PolicyOutput,
} from "../../core/policy.ts";
import { addUsage, NO_USAGE, type TotalUsage, UsageSchema } from "../../core/usage.ts";

export interface PolicyLimits {
  /** The episode stops after this many equivalent actions. 0: never. WebArena: 3. */
  maxRepeats: number;
  /** The episode stops after this many answers in a row that hold no action. 0 or 1: the first one fails. WebArena: 3. */
  maxParseFailures: number;
  /** Input and output tokens of an episode. 0: no limit. */
  maxTokens: number;
}

export interface LimitedPolicy extends Policy {
  /** Of the episode so far. */
  readonly usage: TotalUsage;
  /** Why the episode stopped early, in WebArena's words; null if it did not. */
  readonly earlyStop: string | null;
}

/** The policy of one episode with its limits. An early stop answers as WebArena's does, and is scored like any stop. */
export function limitPolicy(policy: Policy, limits: PolicyLimits): LimitedPolicy {
  let usage = NO_USAGE;
  let earlyStop: string | null = null;
  const stop = (reason: string): PolicyOutput => {
    earlyStop = reason;
    return { action: { kind: "stop", answer: `Early stop: ${reason}` } };
  };
  return {
    get usage() {
      return usage;
    },
    get earlyStop() {
      return earlyStop;
    },
    async act(input) {
      const { maxRepeats, maxParseFailures, maxTokens } = limits;
      if (maxRepeats > 0 && countRepeats(input, maxRepeats) >= maxRepeats)
        return stop(`Same action for ${maxRepeats} times`);
      const parseFailures: string[] = [];
      for (let failures = 1; ; failures++) {
        const output = await policy.act(input);
        const problem = findOutputProblem(output);
        const cost = UsageSchema.safeParse(output?.usage ?? {});
        if (cost.success) usage = addUsage(usage, cost.data);
        const tokens = usage.inputTokens + usage.outputTokens;
        if (maxTokens > 0 && tokens > maxTokens)
          throw new LimitError(`The episode took ${tokens} tokens. Its limit is ${maxTokens}.`);
        if (maxParseFailures <= 1) return output;
        parseFailures.push(...failuresIn(output));
        if (problem === null)
          return parseFailures.length === 0 ? output : { ...output, parseFailures };
        parseFailures.push(problem);
        if (failures >= maxParseFailures)
          return {
            ...stop(`Failed to parse actions for ${maxParseFailures} times`),
            parseFailures,
            ...thoughtIn(output),
          };
      }
    },
  };
}

/** An output without an action may lack anything. */
type MaybeOutput = { parseFailures?: unknown; thought?: unknown } | null | undefined;

function failuresIn(output: MaybeOutput): string[] {
  const failures = output?.parseFailures;
  return Array.isArray(failures) ? failures.map(String) : [];
}

function thoughtIn(output: MaybeOutput): { thought?: string } {
  const thought = output?.thought;
  return typeof thought === "string" && thought !== "" ? { thought } : {};
}

/**
 * WebArena's rule, for the actions that WebArena has. It has no `wait`: a page that loads is waited for as often as
 * needed, and the step limit ends an agent that only waits. After a `type` action, equivalent ones count wherever they
 * are in the episode. After any other action, the last ones count.
 */
function countRepeats({ history }: PolicyInput, enough: number): number {
  const last = history.at(-1)?.action;
  if (last === undefined || last.kind === "wait") return 0;
  const considered = last.kind === "type" ? history : history.slice(-enough);
  return considered.filter(({ action }) => isEquivalent(action, last)).length;
}

/** Of actions on an element, WebArena compares the element alone: three texts for one field are repeats. */
function isEquivalent(a: Action, b: Action): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind !== "select" && "ref" in a && "ref" in b) return a.ref === b.ref;
  return JSON.stringify(a) === JSON.stringify(b);
}
