/**
 * Makes what a training on an engine needs, small enough for a CPU: recordings of a library with four books, tasks, recorded
 * solutions of them, and a language model with random weights.
 *
 *     npx tsx tools/make-library-dream.ts <folder> <virtual environment of tools/install-skyrl.ts>
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Action } from "../src/core/action.ts";
import { runEpisode } from "../src/core/episode.ts";
import type { Observation } from "../src/core/observation.ts";
import type { Policy } from "../src/core/policy.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { shortenInput } from "../src/llm/policy/brief-page.ts";
import { writePrompt } from "../src/llm/policy/prompt.ts";
import { writeTrajectory } from "../src/store/trajectory-file.ts";
import { createExperienceEnv } from "../src/synthetic/experience-env.ts";
import { learnModel } from "../src/transfer/pipeline.ts";
import { authorTask, BOOKS, LIBRARY, visitBook } from "../test/support/recorded-library.ts";

const [target, environment] = process.argv.slice(2);
if (target === undefined || environment === undefined) {
  console.error(
    "Expected a folder and a virtual environment, got less. The first lines of this file show how.",
  );
  process.exit(2);
}
const folder = resolve(target);
for (const name of ["recordings", "solutions"]) mkdirSync(join(folder, name), { recursive: true });

const recordings = BOOKS.flatMap((book) => [visitBook(book, false), visitBook(book, true)]);
for (const recording of recordings) await writeTrajectory(join(folder, "recordings"), recording);
/** WebArena counts its tasks. */
const tasks = BOOKS.map((book, index) => ({
  ...authorTask(book),
  id: String(index + 1),
  maxSteps: 4,
}));
writeFileSync(join(folder, "tasks.json"), `${JSON.stringify(tasks.map(toConfig), null, 2)}\n`);

const { model } = await learnModel(recordings);
await using env = createExperienceEnv({
  model,
  evaluator: createEvaluator(),
  origins: { library: LIBRARY },
});
const texts: string[] = [];
for (const [index, task] of tasks.entries()) {
  const book = BOOKS[index] as (typeof BOOKS)[number];
  const solution = await runEpisode({
    env,
    task,
    policy: readBook(book.title, book.author),
    seed: 1,
    id: `solution-${task.id}`,
    actor: "demonstrator",
    source: "synthetic",
  });
  await writeTrajectory(join(folder, "solutions"), solution);
  texts.push(...textsOf(solution));
}
writeFileSync(join(folder, "texts.json"), JSON.stringify(texts));
const python = join(resolve(environment), "bin", "python");
const script = join(import.meta.dirname, "tiny-model.py");
execFileSync(python, [script, join(folder, "texts.json"), join(folder, "model")], {
  stdio: "inherit",
});

function readBook(title: string, author: string): Policy {
  return {
    act({ observation }: { observation: Observation }) {
      const link = observation.nodes.find(({ role, name }) => role === "link" && name === title);
      const action: Action =
        link === undefined ? { kind: "stop", answer: author } : { kind: "click", ref: link.ref };
      return { action };
    },
  };
}

/** All that the model will read and write, several times, so that whole words become tokens. */
function textsOf({ goal, transitions }: Trajectory): string[] {
  const form = { observationForm: "webarena", actionForm: "webarena", pageTokens: 1000 } as const;
  return transitions.flatMap(({ observation }, step) => {
    const { input } = shortenInput({ goal, history: transitions.slice(0, step), observation });
    return writePrompt(input, form).map(({ content }) => content);
  });
}

/** WebArena's form. */
function toConfig({ id, goal, checks, maxSteps }: (typeof tasks)[number]): unknown {
  const [check] = checks;
  const answer = check?.kind === "string_match" ? check.exactMatch : "";
  return {
    task_id: Number(id),
    sites: ["library"],
    require_login: false,
    storage_state: null,
    start_url: "__LIBRARY__/",
    geolocation: null,
    intent_template: "Who wrote {{title}}?",
    instantiation_dict: { title: goal },
    intent: goal,
    require_reset: false,
    eval: {
      eval_types: ["string_match"],
      reference_answers: { exact_match: answer },
      reference_url: null,
      program_html: [],
    },
    intent_template_id: 2,
    max_steps: maxSteps,
  };
}
