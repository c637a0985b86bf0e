/**
 * Evaluates an agent of your own on tasks of the self-hosted sites, in real Chromium:
 *
 *     npx tsx examples/evaluate-your-agent.ts [number of tasks, 12]
 */

import { fileURLToPath } from "node:url";
// In a project of your own: from "dreamgym-web".
import {
  createBrowserEnv,
  createEvaluator,
  createRandom,
  ensureBrowser,
  launchBrowser,
  loadTaskConfigs,
  type Outcome,
  type Policy,
  runEpisode,
  startSiteProcess,
  successRate,
  toTask,
} from "../src/index.ts";

/** The agent: looks for what the goal puts in quotes, opens it, and takes any price it sees for the answer. */
const agent: Policy = {
  act({ goal, history, observation: { nodes } }) {
    const wanted = /"([^"]+)"/.exec(goal)?.[1] ?? "";
    const isOpen = nodes.some(({ role, name }) => role === "heading" && name === wanted);
    const price = nodes.find(({ role, name }) => role === "StaticText" && /^\$[\d.]+$/.test(name));
    const link = nodes.find(({ role, name }) => role === "link" && name === wanted);
    const search = nodes.find(({ role }) => role === "searchbox");
    const hasSearched = history.some(({ action }) => action.kind === "type");
    if (isOpen) return { action: { kind: "stop", answer: price?.name ?? "" } };
    if (link) return { action: { kind: "click", ref: link.ref } };
    if (search && wanted !== "" && !hasSearched)
      return { action: { kind: "type", ref: search.ref, text: wanted, submit: true } };
    return { action: { kind: "stop", answer: "N/A" } };
  },
};

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const siteUrls = { shopping: "http://shopping.test", reddit: "http://reddit.test" };

// Tasks spread evenly over the templates; tune on `dev`, keep the held-out splits for the end.
const count = Number(process.argv[2] ?? 12);
const all = loadTaskConfigs(file("../tasks/dev.json"))
  .filter(({ sites }) => sites.every((site) => site in siteUrls))
  .map((config) => toTask(config, siteUrls));
const tasks = all.filter((_, i) => i % Math.ceil(all.length / count) === 0);

await using sites = await startSiteProcess({
  entry: file("../fixtures/sites/main.ts"),
  worlds: { A: 1 },
  sites: siteUrls,
});
const { path } = await ensureBrowser({
  configuredPath: process.env["DREAMGYM_BROWSER"],
  searchPath: process.env["PATH"],
  log: console.error,
});
const { origins, control } = sites;
const browser = await launchBrowser({ executablePath: path, origins: Object.values(origins) });
const env = createBrowserEnv({ browser, origins, evaluator: createEvaluator(), sites: control });

try {
  const outcomes: Outcome[] = [];
  for (const task of tasks) {
    const { score, error, failedPart, transitions } = await runEpisode({
      env,
      policy: agent,
      task,
      seed: 0,
      id: task.id,
      actor: "agent",
      source: "real",
    });
    // An episode that the site or browser broke, or that no check could judge, is neither success nor failure. An agent
    // that throws, hangs or gives no valid action has failed.
    const isJudged = score?.status === "scored" || failedPart === "policy";
    const success = score?.status === "scored" && score.value === 1;
    if (isJudged) outcomes.push({ taskId: task.id, templateId: task.templateId, seed: 0, success });
    const outcome = success ? "success" : (error ?? (isJudged ? "failure" : score?.reason));
    console.log(`${task.id}  ${outcome} in ${transitions.length} steps: ${task.goal}`);
  }
  const estimate = successRate(outcomes, createRandom("interval"));
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const interval = estimate?.ci95?.map(percent).join(" to ") ?? "none: one template";
  console.log(
    estimate === null
      ? "No task could be scored."
      : `Success ${percent(estimate.mean)} of ${estimate.n} tasks (95 % interval, templates resampled: ${interval})`,
  );
} finally {
  await env[Symbol.asyncDispose]();
  await browser.close();
}
