/** The data of the viewer: a row for the list, an outline for each episode, and the rest by step, which loads later. */

import type { Observation } from "../../core/observation.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { answerOf, failureOf, type Trajectory } from "../../core/trajectory.ts";
import type { DreamedStep } from "./dream-facts.ts";
import type { ResultFacts } from "./find-episodes.ts";
import { actionWords, effectWords, requestWords, type RequestWords } from "./step-words.ts";
import { compareTrees, type TreeChanges } from "./tree-changes.ts";

export interface ListRow {
  key: string;
  id: string;
  group: string;
  goal: string;
  task: string;
  template: string;
  sites: string[];
  actor: string;
  source: string;
  outcome: "success" | "failure" | "unscored" | "error" | "no score";
  error: string;
  steps: number;
}

export interface EpisodeOutline extends ListRow {
  seed: number;
  trial: number | null;
  seconds: number | null;
  reason: string;
  answer: string;
  /** What a recorder saw but could not write as an action. */
  uncaptured: string[];
  checks: { kind: string; passed: boolean | null; detail: string }[];
  actions: { words: string; error: string | null; certainty: number | null; reward: number }[];
  startRequests: RequestWords[];
}

/** One state: the page, and what the action there did. The last one has no action. */
export interface StepView {
  url: string;
  title: string;
  tabs: string[];
  words: string;
  thought: string | null;
  logprob: number | null;
  lastActionError: string | null;
  requests: RequestWords[];
  /** Popups, downloads and dialogs. */
  effects: string[];
  tree: TreeChanges;
  /** Keys of pages in the view's data. */
  page: string | null;
  screenshot: string | null;
  dream: DreamView | null;
}

interface DreamView {
  certainty: number | null;
  reasoning: string[];
  evidence: string[];
  isMissing: boolean;
  /** The dream's page next to the real one; null where the episode itself is the dream. */
  beside: { url: string; title: string; page: string | null; tree: TreeChanges } | null;
}

export interface ViewedEpisode {
  key: string;
  group: string;
  trajectory: Trajectory;
  dream: DreamedStep[] | null;
  result: ResultFacts | null;
}

export function toRow({ key, group, trajectory, result }: ViewedEpisode): ListRow {
  const { outcome, error } = outcomeOf(trajectory);
  return {
    key,
    id: trajectory.id,
    group,
    goal: trajectory.goal,
    task: trajectory.taskId,
    template: String(trajectory.templateId),
    sites: result?.sites ?? hostsOf(trajectory),
    actor: trajectory.actor,
    source: trajectory.source,
    outcome,
    error: result?.error ? `${result.error.kind}: ${result.error.code}` : error,
    steps: trajectory.transitions.length,
  };
}

function outcomeOf(trajectory: Trajectory): Pick<ListRow, "outcome" | "error"> {
  const failure = failureOf(trajectory);
  if (failure !== null)
    return { outcome: "error", error: `${failure.part}: ${trajectory.errorCode ?? failure.part}` };
  const { score } = trajectory;
  if (score === null) return { outcome: "no score", error: "" };
  if (score.status === "unscored") return { outcome: "unscored", error: "" };
  return { outcome: score.value === 1 ? "success" : "failure", error: "" };
}

function hostsOf({ transitions, finalObservation }: Trajectory): string[] {
  const { url, tabs } = transitions[0]?.observation ?? finalObservation;
  const urls = tabs.length === 0 ? [url] : tabs.map((tab) => tab.url);
  const hosts = urls.filter((text) => URL.canParse(text)).map((text) => new URL(text).host);
  return [...new Set(hosts)].filter((host) => host !== "");
}

export function toOutline(episode: ViewedEpisode): EpisodeOutline {
  const { trajectory, result, dream } = episode;
  const { transitions, finalObservation, score, seed } = trajectory;
  const after = [...transitions.slice(1).map(({ observation }) => observation), finalObservation];
  const reason =
    failureOf(trajectory)?.reason ?? (score?.status === "unscored" ? score.reason : "");
  return {
    ...toRow(episode),
    seed,
    trial: result?.trial ?? null,
    seconds: result?.seconds ?? null,
    reason: result?.reason ?? reason,
    answer: answerOf(trajectory),
    uncaptured: trajectory.uncaptured ?? [],
    checks: score?.checks ?? [],
    actions: transitions.map(({ action, observation, reward }, at) => ({
      words: actionWords(action, observation.nodes),
      error: after[at]?.lastActionError ?? null,
      certainty: dream?.[at + 1]?.certainty ?? null,
      reward,
    })),
    startRequests: trajectory.startRequests.map(requestWords),
  };
}

/** Keeps a picture for the view, and gives its address. */
export type KeepPicture = (path: string | undefined) => string | null;

/** Keeps a page for the view, and gives its key. */
export type KeepPage = (
  page: PageSnapshot | undefined | null,
  target: string | null,
  observation: Observation,
) => string | null;

/** One for each state, the final one included. */
export function* toSteps(
  { trajectory, dream }: ViewedEpisode,
  keepPage: KeepPage,
  keepPicture: KeepPicture,
): Generator<StepView> {
  const { transitions, finalObservation, finalPage, finalScreenshot } = trajectory;
  const states = [
    ...transitions.map(({ observation, page }) => ({ observation, page })),
    { observation: finalObservation, page: finalPage },
  ];
  for (const [at, { observation, page }] of states.entries()) {
    const transition = transitions[at];
    const target =
      transition !== undefined && "ref" in transition.action ? transition.action.ref : null;
    const own = dream?.[at] ?? null;
    yield {
      url: observation.url,
      title: observation.title,
      tabs: observation.tabs.map(({ url, active }) => (active ? `${url} (current)` : url)),
      words: transition === undefined ? "" : actionWords(transition.action, observation.nodes),
      thought: transition?.thought ?? null,
      logprob: transition?.logprob ?? null,
      lastActionError: observation.lastActionError,
      requests: (transition?.requests ?? []).map(requestWords),
      effects: (transition?.effects ?? []).map(effectWords),
      tree: compareTrees(observation, states[at + 1]?.observation ?? null, target),
      page: keepPage(page, target, observation),
      screenshot: keepPicture(transition === undefined ? finalScreenshot : transition.screenshot),
      dream: own === null ? null : toDreamView(own, observation, keepPage),
    };
  }
}

function toDreamView(step: DreamedStep, real: Observation, keepPage: KeepPage): DreamView {
  const { certainty, reasoning, evidence, isMissing, dreamed } = step;
  return {
    certainty,
    reasoning,
    evidence,
    isMissing,
    beside:
      dreamed === null
        ? null
        : {
            url: dreamed.observation.url,
            title: dreamed.observation.title,
            page: keepPage(dreamed.page, null, dreamed.observation),
            tree: compareTrees(real, dreamed.observation, null),
          },
  };
}
