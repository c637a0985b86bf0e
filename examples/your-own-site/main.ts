/**
 * A site of your own, from nothing to a dream of it; docs/your-own-site.md walks through the files of this folder:
 *
 *     npx tsx examples/your-own-site/main.ts [run folder]
 */

import { join } from "node:path";
// In a project of your own: from "dreamgym-web".
import {
  createExplorer,
  collect,
  CollectConfigSchema,
  createBrowserEnv,
  createEvaluator,
  createEntityHoldout,
  createRetrievalModel,
  ensureBrowser,
  launchBrowser,
  measureDream,
  NO_HOLDOUT,
  openRunFolder,
  provideApplication,
  readTrajectories,
  ReplayBuffer,
  solveTasks,
  startSites,
  type Task,
  type Trajectory,
} from "../../src/index.ts";
import { createDemonstrator, createTasks, heldOut } from "./templates.ts";
import { shedApplication } from "./provider.ts";

const out = process.argv[2] ?? "runs/shed";
const SEED = 1;

// 1. The site: world A is the shed of seed 1.
await using sites = await startSites(provideApplication(shedApplication), { worlds: { A: SEED } });

// 2. A browser that reaches this site and nothing else.
const { path } = await ensureBrowser({
  configuredPath: process.env["DREAMGYM_BROWSER"],
  searchPath: process.env["PATH"],
  log: console.error,
});
const browser = await launchBrowser({
  executablePath: path,
  origins: Object.values(sites.origins),
});
const evaluator = createEvaluator();
const env = createBrowserEnv({ browser, origins: sites.origins, evaluator, sites: sites.control });

try {
  // 3. Are the tasks sound? Solved twice alike, and not by an empty or wrong answer.
  const [train, dev] = [createTasks(SEED, "train"), createTasks(SEED, "dev")];
  const proofs = await solveTasks({
    tasks: [...train, ...dev],
    envs: [env],
    policyFor: () => createDemonstrator(),
    wrongAnswersFor: () => ["", "N/A", "something else"],
    runs: 2,
  });
  const faults = proofs.filter(({ problems }) => problems.length > 0);
  for (const { taskId, problems } of faults) console.error(`${taskId}: ${problems.join("; ")}`);
  console.log(`${proofs.length - faults.length} of ${proofs.length} tasks proven`);
  if (faults.length > 0) throw new Error("Expected every task proven. Mend those named above.");

  // 4. Record train and dev, then dream: how well does it foresee what it was never shown?
  const offline = await record("train", train);
  const heldOut = await record("dev", dev);
  const buffer = new ReplayBuffer(offline);
  const fidelity = await measureDream({
    model: await createRetrievalModel({ buffer }),
    buffer,
    evaluator,
    origins: { [shedApplication.site]: shedApplication.origin },
    tasks: dev,
    heldOut,
  });
  console.log(JSON.stringify(fidelity, null, 2));
} finally {
  await env[Symbol.asyncDispose]();
  await browser.close();
}

/** Collects, or resumes where the last run ended. */
async function record(split: "train" | "dev", tasks: readonly Task[]): Promise<Trajectory[]> {
  const config = CollectConfigSchema.parse({
    episodes: split === "train" ? 24 : 8,
    mix: { demonstrator: 0.25, noisyDemonstrator: 0.25, random: 0.5 },
  });
  // All that the recordings depend on: with other tasks the folder is refused instead of mixed.
  const mayGrow = ["episodes"];
  using run = openRunFolder(join(out, split), { ...config, tasks }, { mayGrow });
  const countRequests = (): number => env.counts.pageRequests + env.counts.probeRequests;
  const summary = await collect({
    config,
    folder: run.path,
    tasks,
    createExplorer,
    demonstratorFor: () => createDemonstrator(),
    // Nothing of what `dev` is about is opened or acted on while recording `train`.
    fence: split === "train" ? createEntityHoldout(heldOut(SEED)) : NO_HOLDOUT,
    envs: [{ env, countRequests }],
    // With both counts, here and at the site, the ledger in the folder is checked.
    counters: {
      countRequests: () => ({
        sent: countRequests(),
        unanswered: env.counts.unanswered,
        pending: env.counts.pending,
      }),
      countedBySite: async () => (await sites.control.counts()).total.pages,
    },
  });
  const { successes, episodes: shown } = summary.actors.demonstrator;
  console.log(
    `${split}: ${summary.episodes} episodes of ${summary.steps} steps in ${run.path}; ${successes} of ${shown} demonstrations succeeded`,
  );
  const trajectories: Trajectory[] = [];
  for await (const trajectory of readTrajectories(join(run.path, "episodes")))
    trajectories.push(trajectory);
  return trajectories;
}
