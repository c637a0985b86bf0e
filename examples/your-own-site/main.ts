/**
 * A site of your own, from nothing to an agent that is trained in a dream of it. docs/your-own-site.md walks through the
 * files of this folder:
 *
 *     npx tsx examples/your-own-site/main.ts [run folder]
 */

import { join } from "node:path";
// In a project of your own: from "dreamgym-web".
import {
  CollectConfigSchema,
  createEvaluator,
  ensureBrowser,
  evaluatePolicy,
  learnModel,
  leaveOutUnproven,
  loadRecordings,
  measureDream,
  openRealSites,
  recordSplit,
  solveTasks,
  trainInDream,
  type Trajectory,
} from "../../src/index.ts";
import { shedApplication } from "./provider.ts";
import site from "./site.ts";

const out = process.argv[2] ?? "runs/shed";
const origins = { [shedApplication.site]: shedApplication.origin };
const { provider, worlds } = site;
const { path: executablePath } = await ensureBrowser({
  configuredPath: process.env["DREAMGYM_BROWSER"],
  searchPath: process.env["PATH"],
  log: console.error,
});

// 1. Are the tasks sound? Solved twice alike, and not by an empty or wrong answer.
const { train, dev } = site.tasks;
const proven = await prove();
for (const line of proven.leftOut) console.error(line);

// 2. Record train and dev.
const tasks = { train: train.filter(isProven), dev: dev.filter(isProven) };
const offline = await record("train", 24);
const heldOut = await record("dev", 8);

// 3. Learn a dream: how well does it foresee what it was never shown?
const { model, buffer } = await learnModel(offline);
const evaluator = createEvaluator();
const { fidelity } = await measureDream({ model, buffer, evaluator, origins, tasks: dev, heldOut });

// 4. Train a policy in the dream, and evaluate it in the real browser.
const policy = await trainInDream({
  model,
  recordings: offline,
  tasks: tasks.train,
  origins,
  steps: 200,
});
await using sites = await openRealSites({ provider, worlds, count: 1, executablePath });
const evaluations = await evaluatePolicy({
  envs: sites.envs,
  policy: policy.greedy(),
  tasks: tasks.dev,
});
const solved = evaluations.filter(({ status }) => status === "success").length;
console.log(`the trained policy solves ${solved} of ${evaluations.length} dev tasks`);
console.log(JSON.stringify(fidelity, null, 2));

async function prove(): Promise<ReturnType<typeof leaveOutUnproven>> {
  await using world = await openRealSites({ provider, worlds, count: 1, executablePath });
  const results = await solveTasks({
    tasks: [...train, ...dev],
    envs: world.envs,
    policyFor: () => site.createDemonstrator(),
    wrongAnswersFor: () => ["", "N/A", "something else"],
    runs: 2,
  });
  const good = results.filter(({ problems }) => problems.length === 0);
  console.log(`${good.length} of ${results.length} tasks proven`);
  return leaveOutUnproven([...train, ...dev], results);
}

function isProven({ id }: { id: string }): boolean {
  return proven.tasks.some((task) => task.id === id);
}

/** Collects, or resumes where the last run ended. */
async function record(split: "train" | "dev", episodes: number): Promise<Trajectory[]> {
  const folder = join(out, split);
  const summary = await recordSplit({
    site: { ...site, tasks },
    split,
    folder,
    browsers: 1,
    executablePath,
    config: CollectConfigSchema.parse({
      episodes,
      mix: { demonstrator: 0.25, noisyDemonstrator: 0.25, random: 0.5 },
    }),
  });
  const { successes, episodes: shown } = summary.actors.demonstrator;
  console.log(
    `${split}: ${summary.episodes} episodes, ${summary.steps} steps in all, in ${folder}; ${successes} of ${shown} demonstrations succeeded`,
  );
  return loadRecordings(folder);
}
