/**
 * An evaluation as an eval log of Inspect (version 2 of its JSON format), for `inspect view`. A step becomes two
 * messages: the page as text, and the action.
 */

import type { Trajectory } from "../../core/trajectory.ts";
import { printAction } from "../../page/action-text.ts";
import { renderWebArenaText } from "../../page/render-observation.ts";
import type { EpisodeResult } from "../../real/harness/episode-result.ts";
import type { StoredEvaluation } from "./read-evaluation.ts";

/** Inspect's word for whoever answers: provider and model. */
const modelOf = (agent: string): string => `dreamgym/${agent}`;
const SCORER = "dreamgym/checks";

export interface InspectLogOptions {
  evaluation: StoredEvaluation;
  /** By the path that a result names. */
  trajectoryOf(result: EpisodeResult): Promise<Trajectory>;
  versions: Readonly<Record<string, string>>;
}

export async function toInspectLog(options: InspectLogOptions) {
  const { evaluation, versions } = options;
  const { identity, results, openErrors, summary } = evaluation;
  const all = [...results, ...openErrors];
  const ids = [...new Set(all.map(({ taskId }) => taskId))];
  const samples = [];
  for (const result of all)
    samples.push(toSample(result, await options.trajectoryOf(result), identity.agent));
  const [started, ended] = timesOf(all);
  const scored = summary.success?.n ?? 0;
  return {
    version: 2,
    status: summary.counts.open === 0 ? "success" : "started",
    eval: {
      eval_id: identity.tasksSha256.slice(0, 22),
      run_id: identity.tasksSha256.slice(0, 22),
      created: started,
      task: identity.benchmark,
      task_id: identity.tasksSha256.slice(0, 22),
      dataset: {
        name: identity.benchmark,
        samples: identity.tasks,
        sample_ids: ids,
        shuffled: false,
      },
      model: modelOf(identity.agent),
      config: { epochs: identity.trials, fail_on_error: false },
      packages: { ...versions },
      metadata: { ...identity },
      scorers: [{ name: SCORER }],
    },
    plan: { name: "plan", steps: [{ solver: identity.agent, params: {} }] },
    results: {
      total_samples: summary.planned,
      completed_samples: results.length,
      scores: [
        {
          name: SCORER,
          scorer: SCORER,
          scored_samples: scored,
          unscored_samples: all.length - scored,
          metrics: {
            ...(summary.success && {
              accuracy: { name: "accuracy", value: summary.success.mean, params: {} },
            }),
          },
        },
      ],
    },
    stats: { started_at: started, completed_at: ended, model_usage: usageOf(all, identity.agent) },
    samples,
  };
}

/** Inspect lists the files of a folder whose names begin with a time. */
export function inspectLogName(spec: { created: string; task: string; eval_id: string }): string {
  const time = spec.created.replace(/\.\d+/u, "").replaceAll(":", "-");
  return `${time}_${spec.task}_${spec.eval_id}.json`;
}

function toSample(result: EpisodeResult, trajectory: Trajectory, agent: string) {
  const { status, error, reason, earlyStop, usage } = result;
  const isScored = status === "success" || status === "failure";
  return {
    id: result.taskId,
    epoch: result.trial,
    input: trajectory.goal,
    target: "",
    messages: messagesOf(trajectory),
    output: { model: modelOf(agent), completion: result.answer, choices: [] },
    ...(isScored && {
      scores: {
        [SCORER]: {
          value: status === "success" ? "C" : "I",
          answer: result.answer,
          explanation: reason,
          metadata: { checks: trajectory.score?.checks ?? [] },
        },
      },
    }),
    metadata: {
      status,
      template: result.templateId,
      sites: result.sites,
      checks: result.checks,
      steps: result.steps,
      reason,
      early_stop: earlyStop,
      usd: usage.usd,
      episode: result.episode,
    },
    model_usage: usageOf([result], agent),
    started_at: isoTime(result.startedAt),
    completed_at: isoTime(result.startedAt + 1000 * result.seconds),
    total_time: result.seconds,
    ...(error !== null && {
      error: {
        message: `${error.kind} (${error.code}): ${reason}`,
        traceback: "",
        traceback_ansi: "",
      },
    }),
  };
}

function messagesOf({ goal, transitions, finalObservation }: Trajectory) {
  const steps = transitions.flatMap(({ observation, action, thought }, index) => [
    {
      id: `page-${index}`,
      role: "user",
      content: `${index === 0 ? `${goal}\n\n` : ""}${renderWebArenaText(observation)}`,
    },
    {
      id: `action-${index}`,
      role: "assistant",
      content: [...(thought === undefined ? [] : [thought]), printAction(action)].join("\n\n"),
    },
  ]);
  if (transitions.length > 0) return steps;
  return [
    { id: "page-0", role: "user", content: `${goal}\n\n${renderWebArenaText(finalObservation)}` },
  ];
}

function usageOf(results: readonly EpisodeResult[], agent: string) {
  const sum = (read: (usage: EpisodeResult["usage"]) => number): number =>
    results.reduce((total, { usage }) => total + read(usage), 0);
  const [input, output] = [
    sum(({ inputTokens }) => inputTokens),
    sum(({ outputTokens }) => outputTokens),
  ];
  if (input + output === 0) return {};
  return {
    [modelOf(agent)]: { input_tokens: input, output_tokens: output, total_tokens: input + output },
  };
}

/** Beginning of the first episode and end of the last. */
function timesOf(results: readonly EpisodeResult[]): [string, string] {
  if (results.length === 0) return [isoTime(0), isoTime(0)];
  const starts = results.map(({ startedAt }) => startedAt);
  const ends = results.map(({ startedAt, seconds }) => startedAt + 1000 * seconds);
  return [isoTime(Math.min(...starts)), isoTime(Math.max(...ends))];
}

const isoTime = (ms: number): string => new Date(ms).toISOString().replace("Z", "+00:00");
