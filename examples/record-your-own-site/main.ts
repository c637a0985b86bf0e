/**
 * Records a site of your own by random exploration, and evaluates a scripted policy on its tasks, in real Chromium:
 *
 *     npx tsx examples/record-your-own-site/main.ts [run folder]
 */

import { join } from "node:path";
// In a project of your own: from "dreamgym-web".
import {
  createExplorer,
  type Action,
  collect,
  CollectConfigSchema,
  createBrowserEnv,
  createEvaluator,
  ensureBrowser,
  launchBrowser,
  loadTaskConfigs,
  type Observation,
  NO_HOLDOUT,
  openRunFolder,
  type Policy,
  runEpisode,
  toTask,
} from "../../src/index.ts";
import { startNotes } from "./notes-site.ts";

const out = process.argv[2] ?? "runs/notes";

// 1. The site. URLs in tasks and recordings hold its origin, whatever port it is served on today.
await using site = await startNotes();
const origins = { notes: { origin: "http://notes.test", address: site.address } };
const tasks = loadTaskConfigs(join(import.meta.dirname, "tasks.json")).map((config) =>
  toTask(config, { notes: origins.notes.origin }),
);

// 2. A browser that can reach this site and nothing else, and an environment in it.
const { path } = await ensureBrowser({
  configuredPath: process.env["DREAMGYM_BROWSER"],
  searchPath: process.env["PATH"],
  log: console.error,
});
const browser = await launchBrowser({ executablePath: path, origins: Object.values(origins) });
const env = createBrowserEnv({
  browser,
  origins,
  evaluator: createEvaluator(),
  // Every episode starts from the same notes.
  resetSite: async () => site.reset(),
});

// 3. A policy sees goal, history and page, and nothing else. This one knows the notebook by heart.
const find = ({ nodes }: Observation, role: string, name: string): string =>
  nodes.find((node) => node.role === role && node.name === name)?.ref ?? "0";
const scripted: Policy = {
  act({ goal, history: { length: step }, observation }) {
    const [, title = "", text = ""] = /titled "(.*)" that says "(.*)"/.exec(goal) ?? [];
    const click = (role: string, name: string): Action => ({
      kind: "click",
      ref: find(observation, role, name),
    });
    const type = (name: string, words: string): Action => ({
      kind: "type",
      ref: find(observation, "textbox", name),
      text: words,
      submit: false,
    });
    const day = observation.nodes.map(({ name }) => /on (\w+day)/.exec(name)?.[1]).find(Boolean);
    const plan: Action[] =
      title === ""
        ? [click("link", "Plumber"), { kind: "stop", answer: day ?? "N/A" }]
        : [
            click("link", "New note"),
            type("Title", title),
            type("Text", text),
            click("button", "Save"),
            { kind: "stop", answer: "" },
          ];
    return { action: plan[step] ?? { kind: "stop", answer: "" } };
  },
};

try {
  // 4. Random exploration, recorded with pages and requests. The same command again resumes, or finds all done.
  const config = CollectConfigSchema.parse({
    episodes: 8,
    mix: { demonstrator: 0, noisyDemonstrator: 0, random: 1 },
  });
  using run = openRunFolder(join(out, "offline"), config, { mayGrow: ["episodes"] });
  const summary = await collect({
    config,
    folder: run.path,
    tasks,
    createExplorer,
    demonstratorFor: () => scripted,
    holdout: NO_HOLDOUT,
    envs: [{ env, countRequests: () => env.counts.pageRequests + env.counts.probeRequests }],
  });
  console.log(`${summary.episodes} episodes of ${summary.steps} steps in ${run.path}`);

  // 5. The scripted policy on the tasks.
  for (const task of tasks) {
    const { score, error } = await runEpisode({
      env,
      policy: scripted,
      task,
      seed: 0,
      id: `scripted-${task.id}`,
      actor: "scripted",
      source: "real",
    });
    const outcome =
      score?.status === "scored"
        ? score.value === 1
          ? "success"
          : "failure"
        : (error ?? score?.reason ?? "no score");
    console.log(`task ${task.id}, ${task.goal}: ${outcome}`);
  }
} finally {
  await env[Symbol.asyncDispose]();
  await browser.close();
}
