/**
 * Runs policy, judge, teacher and experience model end to end on a real model, with nothing mocked between prompt and page:
 *
 *     npx tsx tools/try-local-model.ts <model.gguf | http://…/v1> [--size tiny|small|large] [--out folder]
 *
 * `tiny` is for a model of 135 million parameters on one busy core, and takes about 15 calls. Each part prints what came
 * of it. `<out>/summary.md` gets the figures and every reply. A second call resumes without a call to the model.
 */

import { writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { join } from "node:path";
import { createBundledSites } from "../fixtures/index.ts";
import { createRandom } from "../src/core/random.ts";
import { FREE } from "../src/llm/budget.ts";
import type { ChatModel } from "../src/llm/chat-model.ts";
import { openLocalModel } from "../src/llm/local.ts";
import { createModelRun } from "../src/llm/model-run.ts";
import { createOpenAiModel } from "../src/llm/openai-compatible.ts";
import { loadRecordings } from "../src/transfer/load-recordings.ts";
import { checkSiteModule } from "../src/transfer/site-module.ts";
import { gradeKnownAnswers, playTasks } from "./local-model/agent-and-judge.ts";
import { explainVisit, predictPages, recordShop } from "./local-model/experience-parts.ts";
import { SIZES } from "./local-model/sizes.ts";
import { summarizeCalls } from "./local-model/summarize-calls.ts";
import { readOptions } from "./read-options.ts";

const { values, positionals } = readOptions(import.meta.url, {
  allowPositionals: true,
  options: {
    out: { type: "string", default: join("runs", "local-model") },
    size: { type: "string", default: "small" },
  },
});
const [where] = positionals;
const size = SIZES[values.size];
if (where === undefined || size === undefined) {
  console.error(
    `Expected a GGUF file or the address of a server, and --size ${Object.keys(SIZES).join(", ")}, got ${where ?? "no model"} and ${values.size}.`,
  );
  process.exit(2);
}

const now = (): number => performance.timeOrigin + performance.now();
const site = checkSiteModule(
  createBundledSites({ sites: ["shopping"], searchPath: process.env["PATH"], log: console.error }),
  "the bundled shop",
);
const opened = await openModel(where);
const journal = join(values.out, "llm", "calls.jsonl");
using run = createModelRun({
  path: journal,
  mask: (text) => text,
  now,
  maxTokens: Infinity,
  maxUsd: Infinity,
});
const use = (asker: string): ChatModel =>
  run.use(opened, { asker, scope: where, price: FREE, concurrency: 1 });
const lines: string[] = [];
const say = (line: string): void => {
  console.log(line);
  lines.push(line);
};

say(`${opened.name}, size ${values.size}`);
const parts = { site, size, out: values.out, now };
const judge = use("judge");
say(`agent: ${await playTasks(parts, use("policy"), judge)}`);
say(`judge: ${await gradeKnownAnswers(parts, judge)}`);
await recordShop(parts);
const recordings = await loadRecordings(join(values.out, "recorded"));
say(`teacher: ${await explainVisit(parts, use("teacher"), recordings)}`);
for (const line of await predictPages(parts, use("experience model"), recordings)) say(line);
const { user, system } = process.cpuUsage();
say(`${((user + system) / 1e6).toFixed(0)} s of CPU for all of it`);
const { figures, replies } = await summarizeCalls(journal);
for (const line of figures) console.log(line);
writeFileSync(
  join(values.out, "summary.md"),
  [...lines.map((line) => `- ${line}`), "", ...figures, "", ...replies, ""].join("\n"),
);
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
  const model = await openLocalModel({ path, modulePath, contextTokens: 4096, threads: 1 });
  return { ...model, close: async () => await model[Symbol.asyncDispose]() };
}
