/**
 * Runs policy and judge end to end on a real model, with nothing mocked between prompt and page:
 *
 *     npx tsx tools/try-local-model.ts <model.gguf | http://…/v1> [--out folder] [--tasks 2] [--steps 4]
 *
 * The agent plays tasks of the bundled shop in the text browser. The judge scores its answers, and also grades a right and
 * a wrong answer of each task, whose verdicts are known. A second call resumes without a call to the model.
 */

import { setTimeout as wait } from "node:timers/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createBundledSites } from "../fixtures/index.ts";
import { createRandom } from "../src/core/random.ts";
import type { Task } from "../src/core/task.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import type { Judge } from "../src/evaluation/judge.ts";
import { FREE } from "../src/llm/budget.ts";
import type { ChatModel } from "../src/llm/chat-model.ts";
import { createLlmJudge } from "../src/llm/judge/llm-judge.ts";
import { openLocalModel } from "../src/llm/local.ts";
import { createModelRun } from "../src/llm/model-run.ts";
import { createOpenAiModel } from "../src/llm/openai-compatible.ts";
import { createLlmPolicy, LlmPolicyConfigSchema } from "../src/llm/policy/llm-policy.ts";
import { EvaluationConfigSchema } from "../src/transfer/evaluate/evaluation-config.ts";
import { runEvaluation } from "../src/transfer/evaluate/run-evaluation.ts";
import { checkSiteModule, tasksOf } from "../src/transfer/site-module.ts";
import { openTextBenchmark } from "../src/transfer/text-benchmark.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", default: join("runs", "local-model") },
    tasks: { type: "string", default: "2" },
    steps: { type: "string", default: "4" },
  },
});
const [where] = positionals;
if (where === undefined) {
  console.error("Expected a GGUF file or the address of a server, got nothing.");
  process.exit(2);
}

const now = (): number => performance.timeOrigin + performance.now();
const site = checkSiteModule(
  createBundledSites({ sites: ["shopping"], searchPath: process.env["PATH"], log: console.error }),
  "the bundled shop",
);
const asked = tasksOf(site, "dev").flatMap(withFuzzyCheck).slice(0, Number(values.tasks));
const opened = await openModel(where);
using run = createModelRun({
  path: join(values.out, "llm", "calls.jsonl"),
  mask: (text) => text,
  now,
  maxTokens: Infinity,
  maxUsd: Infinity,
});
const use = (asker: string): ChatModel =>
  run.use(opened, { asker, scope: where, price: FREE, concurrency: 1 });
const judge = createLlmJudge({ model: use("judge"), profile: "strict" });
const policyModel = use("policy");
// A grammar made of the schema keeps a weak model to whole actions.
const config = LlmPolicyConfigSchema.parse({
  pageTokens: 500,
  replyTokens: 120,
  actionForm: "json",
});

const summary = await (async () => {
  await using benchmark = await openTextBenchmark({
    site,
    tasks: asked,
    evaluator: createEvaluator({ judge }),
    judgeName: opened.name,
  });
  return await runEvaluation({
    benchmark,
    tasks: asked,
    agent: {
      name: `llm:${opened.name}`,
      facts: {},
      decisionTimeoutMs: Infinity,
      policyFor: ({ seed }) => createLlmPolicy({ model: policyModel, config, seed, price: FREE }),
    },
    config: EvaluationConfigSchema.parse({ maxSteps: Number(values.steps) }),
    folder: values.out,
    workers: 1,
    maxErrorShare: 0.5,
    hangMs: 3_600_000,
    versions: {},
    now,
  });
})();
console.log(JSON.stringify({ counts: summary.counts, cost: summary.cost }));
console.log(JSON.stringify(await gradeKnownAnswers(judge, asked)));
console.log(JSON.stringify({ model: opened.name, spent: run.spent }));
await opened.close();

type Opened = ChatModel & { close(): Promise<void> };

async function openModel(path: string): Promise<Opened> {
  if (/^https?:/u.test(path)) {
    const model = createOpenAiModel({
      baseUrl: path,
      model: process.env["DREAMGYM_MODEL"] ?? "default",
      timeoutMs: 900_000,
      sleep: (ms, signal) => wait(ms, undefined, signal && { signal }),
      now,
      random: createRandom("retries"),
    });
    return { ...model, close: async () => {} };
  }
  const modulePath = process.env["DREAMGYM_NODE_LLAMA_CPP"];
  const model = await openLocalModel({ path, modulePath, contextTokens: 4096 });
  return { ...model, close: async () => await model[Symbol.asyncDispose]() };
}

/** A task about one text, with a judge in place of the comparison. */
function withFuzzyCheck(task: Task): Task[] {
  const [check, ...others] = task.checks;
  if (check?.kind !== "string_match" || others.length > 0) return [];
  const reference = check.exactMatch ?? check.mustInclude?.join(", ");
  if (reference === undefined || reference === "N/A") return [];
  return [{ ...task, checks: [{ kind: "string_match", fuzzyMatch: [reference] }] }];
}

/** The judge's verdicts on each task's own reference in a sentence, and on that of another task. */
async function gradeKnownAnswers(grader: Judge, tasks: readonly Task[]): Promise<object> {
  const known = tasks.map((task) => ({
    goal: task.goal,
    reference: (task.checks[0] as { fuzzyMatch: string[] }).fuzzyMatch[0] ?? "",
  }));
  const counts = { right: 0, wrong: 0, none: 0 };
  for (const [index, { goal, reference }] of known.entries()) {
    const other = known[(index + 1) % known.length]?.reference ?? "";
    for (const [answer, expected] of [
      [`The answer is ${reference}.`, true],
      ...(other === reference ? [] : [[`The answer is ${other}.`, false] as const]),
    ] as const) {
      const { agrees } = await grader.judge({ kind: "equivalent", goal, reference, answer });
      counts[agrees === null ? "none" : agrees === expected ? "right" : "wrong"]++;
    }
  }
  return { judge: counts };
}
