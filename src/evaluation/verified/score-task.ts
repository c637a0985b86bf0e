/** Scores one task from the agent's response and the requests of its episode, offline and without a judge. */

import { checkNetwork } from "./check-network.ts";
import { checkResponse, type Comparison } from "./check-response.ts";
import type { Assertion } from "./compare-data.ts";
import type { Profile } from "./profile.ts";
import { showData } from "./read-by-schema.ts";
import {
  type AddressBook,
  completeAddresses,
  createSiteAddresses,
  type SiteAddresses,
} from "./site-addresses.ts";
import type { VerifiedTask } from "./task.ts";
import { isRelevant, type TraceEvent } from "./trace-event.ts";
import type { ReadContext } from "./values/typed-value.ts";

/** `error`: it could not be computed. The score is then 0, as in the reference, and the status says so. */
export type VerifiedStatus = "success" | "failure" | "error";

interface CheckVerdict {
  evaluator_name: VerifiedTask["eval"][number]["evaluator"];
  status: VerifiedStatus;
  score: 0 | 1;
  actual?: unknown;
  actual_normalized?: unknown;
  expected?: unknown;
  assertions?: Assertion[];
  error_msg?: string;
  should_not_exist?: boolean;
}

/** Field by field what the reference writes into `eval_result.json`. */
export interface TaskVerdict {
  task_id: number;
  intent_template_id: number;
  sites: string[];
  task_revision: number;
  status: VerifiedStatus;
  score: 0 | 1;
  evaluators_results: CheckVerdict[];
  error_msg?: string;
}

export interface Episode {
  task: VerifiedTask;
  /** The text of `agent_response.json`. */
  response: string;
  events: readonly TraceEvent[];
  /** Addresses of the sites. Without them they are guessed from the first requests. */
  addresses: AddressBook;
  /** `verified` by default. */
  profile?: Profile;
}

export function scoreTask(episode: Episode): TaskVerdict {
  const { task, events, addresses } = episode;
  if (events.length === 0) return refuseTask(task, "expected at least one request, got none");
  const relevant = events.filter(isRelevant);
  let sites: SiteAddresses;
  try {
    const urls = relevant.map(({ request }) => request.url);
    sites = createSiteAddresses(completeAddresses(addresses, task.sites, urls), task.sites);
  } catch (error) {
    return refuseTask(task, reasonOf(error));
  }
  const verdicts = task.eval.map((check) =>
    runCheck(check, { ...episode, events: relevant }, sites),
  );
  const status = verdicts.some((verdict) => verdict.status === "error")
    ? "error"
    : verdicts.every((verdict) => verdict.score === 1)
      ? "success"
      : "failure";
  return {
    ...headOf(task),
    status,
    score: status === "success" ? 1 : 0,
    evaluators_results: verdicts,
  };
}

/** The verdict of a task whose response or trace could not be read. */
export function refuseTask(task: VerifiedTask, reason: string): TaskVerdict {
  return { ...headOf(task), status: "error", score: 0, evaluators_results: [], error_msg: reason };
}

function headOf(
  task: VerifiedTask,
): Pick<TaskVerdict, "task_id" | "intent_template_id" | "sites" | "task_revision"> {
  return {
    task_id: task.task_id,
    intent_template_id: task.intent_template_id,
    sites: task.sites,
    task_revision: task.revision,
  };
}

function runCheck(
  check: VerifiedTask["eval"][number],
  { task, response, events, profile = "verified" }: Episode,
  sites: SiteAddresses,
): CheckVerdict {
  const toPlaceholder = (text: string, strict: boolean): string =>
    sites.toPlaceholder(text, strict);
  const contexts: Record<"expected" | "found", ReadContext> = {
    expected: { strict: true, takesPatterns: true, toPlaceholder },
    found: { strict: false, takesPatterns: profile === "verified", toPlaceholder },
  };
  const isResponse = check.evaluator === "AgentResponseEvaluator";
  const about = {
    evaluator_name: check.evaluator,
    ...(isResponse ? { actual: response } : { should_not_exist: check.should_not_exist }),
  };
  try {
    const { expected, found, assertions }: Comparison = isResponse
      ? checkResponse(check, response, contexts)
      : checkNetwork(check, task, events, sites, profile);
    const passed = assertions.length === 0;
    return {
      ...about,
      status: passed ? "success" : "failure",
      score: passed ? 1 : 0,
      actual_normalized: showData(found),
      expected: showData(expected),
      ...(passed ? {} : { assertions }),
    };
  } catch (error) {
    return { ...about, status: "error", score: 0, error_msg: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
