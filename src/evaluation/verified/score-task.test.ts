/** Every task of WebArena-Verified is read whole, and every kind of expectation decides. */

import { describe, expect, it } from "vitest";
import { allTasks, hasData } from "../../../test/support/verified-data.ts";
import {
  ADDRESSES,
  goldEpisode,
  goldResponse,
  pageEntry,
  type VerifiedEpisode,
} from "../../../test/support/verified-gold.ts";
import { scoreTask, type TaskVerdict } from "./score-task.ts";
import type { ValueSchema, VerifiedTask } from "./task.ts";

/** Tasks that no episode can pass, in the reference too. `docs/verified.md` says why. */
const NEVER = [319, 429, 567, 568, 569, 570, 699, 700, 742, 743, 745, 746, 811];

const score = ({ task, response, entries }: VerifiedEpisode): TaskVerdict =>
  scoreTask({ task, response, events: entries, addresses: ADDRESSES });

function kindsIn(schema: ValueSchema): string[] {
  const inner = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
  ];
  return inner.length > 0 ? inner.flatMap(kindsIn) : [schema.format ?? schema.type ?? "string"];
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe.skipIf(!hasData)("scoreTask (skipped where ../shared/data is absent)", () => {
  const tasks = hasData ? allTasks() : [];
  const checks = tasks.flatMap((task) => task.eval);
  const responses = checks.filter(({ evaluator }) => evaluator === "AgentResponseEvaluator");
  const events = checks.filter((check) => check.evaluator === "NetworkEventEvaluator");

  it("reads all 812 tasks, and counts every expectation in them", () => {
    expect(tasks).toHaveLength(812);
    expect(countBy(checks.map(({ evaluator }) => evaluator))).toEqual({
      AgentResponseEvaluator: 812,
      NetworkEventEvaluator: 663,
    });
    expect(
      countBy(
        responses.flatMap((check) =>
          "results_schema" in check ? kindsIn(check.results_schema) : [],
        ),
      ),
    ).toMatchInlineSnapshot(`
      {
        "boolean": 15,
        "coordinates": 5,
        "currency": 57,
        "date": 10,
        "distance": 14,
        "duration": 37,
        "integer": 4,
        "location-name": 16,
        "month": 6,
        "null": 514,
        "number": 66,
        "string": 188,
        "url": 5,
      }
    `);
    const fields = events.flatMap(({ expected, ...rest }) => [
      ...Object.keys(expected),
      ...(rest.should_not_exist ? ["should_not_exist"] : []),
      ...(rest.last_event_only ? [] : ["any event"]),
      ...(rest.decode_base64_query ? ["decode_base64_query"] : []),
      ...(rest.query_params_schema ? ["query_params_schema"] : []),
      ...(rest.post_data_schema ? ["post_data_schema"] : []),
      ...(rest.ignored_query_params.length > 0 ? ["ignored_query_params"] : []),
      ...(rest.ignored_query_params_patterns.length > 0 ? ["ignored_query_params_patterns"] : []),
      ...(rest.ignored_post_data_params_patterns.length > 0
        ? ["ignored_post_data_params_patterns"]
        : []),
    ]);
    expect(countBy(fields)).toMatchInlineSnapshot(`
      {
        "any event": 6,
        "decode_base64_query": 16,
        "headers": 25,
        "http_method": 663,
        "ignored_post_data_params_patterns": 7,
        "ignored_query_params": 18,
        "ignored_query_params_patterns": 92,
        "post_data": 447,
        "post_data_schema": 64,
        "query_params": 49,
        "query_params_schema": 10,
        "response_content": 31,
        "response_cookies": 5,
        "response_status": 663,
        "should_not_exist": 8,
        "url": 663,
      }
    `);
  });

  it("passes the right episode of every task but those that no episode can pass", () => {
    const failed = tasks.filter((task) => score(goldEpisode(task)).score === 0);
    expect(failed.map(({ task_id }) => task_id)).toEqual(NEVER);
  });

  it("fails every right episode with another status or another kind of task", () => {
    for (const task of tasks) {
      const gold = goldEpisode(task);
      for (const change of [{ status: "UNKNOWN_ERROR" }, { task_type: "other" }]) {
        const response = JSON.stringify({ ...goldResponse(task), ...change });
        expect(score({ ...gold, response }).score, String(task.task_id)).toBe(0);
      }
    }
  });

  it("fails every task with requests whose requests were not sent, unless it forbids them", () => {
    const asking = tasks.filter((task) =>
      task.eval.some(
        (check) => check.evaluator === "NetworkEventEvaluator" && !check.should_not_exist,
      ),
    );
    expect(asking.length).toBeGreaterThan(480);
    for (const task of asking)
      expect(
        score({ ...goldEpisode(task), entries: [pageEntry("http://elsewhere.example/")] }).score,
      ).toBe(0);
  });

  it("fails a task whose forbidden request was sent", () => {
    const forbidding = tasks.filter((task) =>
      task.eval.some((check) => "should_not_exist" in check && check.should_not_exist),
    );
    expect(forbidding).toHaveLength(8);
    for (const task of forbidding) expect(failsWhenSent(task)).toBe(true);
  });

  it("lets an agent pass with a pattern only in the profile of the reference", () => {
    const task = tasks.find(({ task_id }) => task_id === 0) as VerifiedTask;
    const response = '{"task_type": "RETRIEVE", "status": "SUCCESS", "retrieved_data": ["^.*$"]}';
    const episode = {
      task,
      response,
      events: [pageEntry("http://elsewhere.example/")],
      addresses: ADDRESSES,
    };
    expect(scoreTask(episode).score).toBe(1);
    expect(scoreTask({ ...episode, profile: "strict" }).score).toBe(0);
    expect(
      tasks
        .filter(
          (one) =>
            scoreTask({
              ...goldEpisode(one),
              events: goldEpisode(one).entries,
              addresses: ADDRESSES,
              profile: "strict",
            }).score === 0,
        )
        .map(({ task_id }) => task_id),
    ).toEqual(NEVER);
  });
});

function failsWhenSent(task: VerifiedTask): boolean {
  const asks = {
    ...task,
    eval: task.eval.map((check) =>
      "should_not_exist" in check ? { ...check, should_not_exist: false } : check,
    ),
  };
  const { entries } = goldEpisode(asks);
  return score({ ...goldEpisode(task), entries }).status === "failure";
}
