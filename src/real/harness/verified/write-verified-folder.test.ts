import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LIBRARY, BOOKS, visitBook } from "../../../../test/support/recorded-library.ts";
import type { Action } from "../../../core/action.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import { scoreTask } from "../../../evaluation/verified/score-task.ts";
import { VerifiedTaskSchema } from "../../../evaluation/verified/task.ts";
import { parseTrace, readTraceBytes } from "./read-trace.ts";
import { toVerifiedFiles, writeVerifiedFolder } from "./write-verified-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "write-verified-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [BOOK] = BOOKS;

/** The loan of a book, ended with this answer. */
function withAnswer(answer: string): Trajectory {
  const trajectory = visitBook(BOOK, true);
  const last = trajectory.transitions.at(-1);
  const stop: Action = { kind: "stop", answer };
  if (last === undefined) throw new Error("Expected a transition, got none.");
  return {
    ...trajectory,
    stopReason: "terminated",
    transitions: [...trajectory.transitions, { ...last, action: stop, requests: [] }],
  };
}

const TASK = VerifiedTaskSchema.parse({
  sites: ["library"],
  task_id: 3,
  intent_template_id: 1,
  start_urls: ["__LIBRARY__"],
  intent: "Borrow Red Harvest for four weeks.",
  intent_template: "Borrow {{book}}.",
  instantiation_dict: { book: "Red Harvest" },
  revision: 1,
  eval: [
    {
      evaluator: "AgentResponseEvaluator",
      results_schema: { type: "null" },
      expected: { task_type: "mutate", status: "SUCCESS", retrieved_data: null },
    },
    {
      evaluator: "NetworkEventEvaluator",
      expected: {
        url: `__LIBRARY__/book/${BOOK.key}/loan`,
        http_method: "POST",
        response_status: 303,
        post_data: { weeks: "w4" },
      },
    },
  ],
});

describe("writeVerifiedFolder", () => {
  it("writes an episode that the scorer reads and passes", () => {
    const trajectory = { ...withAnswer(""), taskId: "3" };
    const addresses = { library: [LIBRARY] };
    const path = writeVerifiedFolder(folder, trajectory, addresses);
    const trace = join(path, "network.har");
    const events = parseTrace(readTraceBytes(trace), trace);
    const { response } = toVerifiedFiles(trajectory);
    const verdict = scoreTask({ task: TASK, response, events, addresses });
    expect(
      verdict.evaluators_results.map(({ status, assertions }) => assertions ?? status),
    ).toEqual(["success", "success"]);
    expect(events).toHaveLength(
      trajectory.startRequests.length +
        trajectory.transitions.flatMap(({ requests }) => requests).length,
    );
  });

  it("says what the agent did, from its answer and its requests", () => {
    const said = (answer: string): unknown =>
      JSON.parse(toVerifiedFiles(withAnswer(answer)).response);
    expect(said("")).toMatchObject({
      task_type: "MUTATE",
      status: "SUCCESS",
      retrieved_data: null,
    });
    expect(said("Ada Finch")).toMatchObject({
      task_type: "RETRIEVE",
      retrieved_data: ["Ada Finch"],
    });
    expect(said('["a", 2]')).toMatchObject({ task_type: "RETRIEVE", retrieved_data: ["a", 2] });
    expect(said("N/A")).toMatchObject({ task_type: "RETRIEVE", status: "NOT_FOUND_ERROR" });
    const own = { task_type: "NAVIGATE", status: "UNKNOWN_ERROR", retrieved_data: null };
    expect(said(`Done. \`\`\`json\n${JSON.stringify(own)}\n\`\`\``)).toEqual(own);
    const cut = { ...visitBook(BOOK, false), stopReason: "truncated" as const };
    expect(JSON.parse(toVerifiedFiles(cut).response)).toMatchObject({
      task_type: "NAVIGATE",
      status: "UNKNOWN_ERROR",
      error_details: "The episode was truncated.",
    });
  });

  it("writes no header, cookie or body that was not recorded", () => {
    const { har } = toVerifiedFiles(withAnswer(""));
    const { log } = JSON.parse(har) as {
      log: {
        entries: {
          request: { headers: unknown[]; cookies: unknown[] };
          response: { cookies: unknown[] };
        }[];
      };
    };
    for (const { request, response } of log.entries)
      expect([request.headers.length, request.cookies, response.cookies]).toEqual([1, [], []]);
  });
});
