/**
 * Evaluates an agent of your own on tasks of the bundled sites, in real Chromium:
 *
 *     npx tsx examples/evaluate-your-agent.ts [number of tasks, 12]
 */

// In a project of your own: from "dreamgym-web".
import {
  createBundledSites,
  createRandom,
  ensureBrowser,
  evaluatePolicy,
  openRealSites,
  type Policy,
  successRate,
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

const bundled = createBundledSites({ sites: ["shopping", "reddit"] });

// Tasks spread evenly over the templates; tune on `dev`, keep the held-out splits for the end.
const count = Number(process.argv[2] ?? 12);
const all = bundled.tasks["dev"] ?? [];
const tasks = all.filter((_, i) => i % Math.ceil(all.length / count) === 0);
const goals = new Map(tasks.map(({ id, goal }) => [id, goal]));

const { path } = await ensureBrowser({
  configuredPath: process.env["DREAMGYM_BROWSER"],
  searchPath: process.env["PATH"],
  log: console.error,
});
const { provider, worlds } = bundled;
await using sites = await openRealSites({ provider, worlds, count: 1, executablePath: path });

const evaluations = await evaluatePolicy({
  envs: sites.envs,
  policy: agent,
  tasks,
  onEvaluation({ taskId, status, steps, reason }) {
    const why = status === "unscored" || status === "error" ? ` (${reason})` : "";
    console.log(`${taskId}  ${status}${why} in ${steps} steps: ${goals.get(taskId)}`);
  },
});

// An episode that broke, or that no check could judge, is neither success nor failure.
const outcomes = evaluations
  .filter(({ status }) => status === "success" || status === "failure")
  .map(({ taskId, templateId, seed, status }) => ({
    taskId,
    templateId,
    seed,
    success: status === "success",
  }));
const estimate = successRate(outcomes, createRandom("interval"));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const interval = estimate?.ci95?.map(percent).join(" to ") ?? "none: one template";
console.log(
  estimate === null
    ? "No task could be scored."
    : `Success ${percent(estimate.mean)} of ${estimate.n} tasks (95 % interval, templates resampled: ${interval})`,
);
