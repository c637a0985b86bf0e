/** Evaluations, in lines for people. */

import type { EvaluationComparison } from "../../transfer/evaluate/compare-evaluations.ts";
import type {
  EvaluationSummary,
  SummaryGroup,
} from "../../transfer/evaluate/evaluation-summary.ts";
import type { EvaluationPreview } from "../../transfer/evaluate/preview-evaluation.ts";
import type { Estimate } from "../../transfer/statistics.ts";
import { formatTable } from "./text-table.ts";

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function formatEstimate(estimate: Estimate | null): string {
  if (estimate === null) return "nothing scored";
  const { mean, ci95, n } = estimate;
  const interval =
    ci95 === null ? "no interval: one template" : `95 % interval ${ci95.map(percent).join(" to ")}`;
  return `${percent(mean)} of ${n} episodes (${interval})`;
}

export function formatEvaluation(summary: EvaluationSummary, folder: string): string[] {
  const { success, successOfPlanned, counts, planned, cost } = summary;
  const isPartial = success !== null && success.n < planned;
  return [
    `Success: ${formatEstimate(success)}`,
    ...(isPartial && successOfPlanned !== null
      ? [`  ${percent(successOfPlanned)} if each of the other ${planned - success.n} had failed`]
      : []),
    ...summary.passAtK
      .filter(({ k }) => k > 1)
      .map(({ k, estimate }) =>
        `pass@${k}: ${formatEstimate(estimate)}`.replace("episodes", "tasks"),
      ),
    "",
    ...formatGroups(["site", "success"], summary.bySite),
    ...formatGroups(["check", "passed"], summary.byCheck),
    ...formatUnscored(summary),
    `Cost: ${formatSeconds(cost.wallSeconds)}, ${cost.steps} steps, ${formatSeconds(cost.episodeSeconds)} of episodes${formatTokens(cost)}`,
    ...(counts.open > 0 || summary.errors.infrastructure + summary.errors.evaluator > 0
      ? ["Not complete. Run the same command again: it plays what has no result."]
      : []),
    `Results: ${folder}/results.jsonl   Episodes: ${folder}/episodes/`,
    `Look at the episodes: dreamgym view ${folder}`,
  ];
}

function formatUnscored({ counts, errors, earlyStops, retried }: EvaluationSummary): string[] {
  const lines = [];
  if (counts.unscored > 0) lines.push(`${counts.unscored} unscored: a check could not be computed`);
  if (counts.error > 0) {
    const kinds = Object.entries(errors).filter(([, count]) => count > 0);
    const named = kinds.map(([kind, count]) => `${count} ${kind}`).join(", ");
    lines.push(`${counts.error} with an error, in no rate: ${named}`);
  }
  if (counts.open > 0) lines.push(`${counts.open} not played yet`);
  if (earlyStops > 0) lines.push(`${earlyStops} stopped early: repeated actions, or no action`);
  if (retried > 0) lines.push(`${retried} needed a second try`);
  return lines;
}

function formatTokens({ inputTokens, outputTokens, usd }: EvaluationSummary["cost"]): string {
  const tokens =
    inputTokens + outputTokens === 0 ? "" : `, ${inputTokens} tokens in and ${outputTokens} out`;
  return `${tokens}${usd === 0 ? "" : `, $${usd.toFixed(2)}`}`;
}

function formatGroups(
  heading: readonly [string, string],
  groups: readonly SummaryGroup[],
): string[] {
  const rows = groups.map(({ name, estimate, unscored, errors }) => [
    name,
    estimate === null ? "–" : percent(estimate.mean),
    estimate === null || estimate.ci95 === null ? "–" : estimate.ci95.map(percent).join(" to "),
    String(estimate?.n ?? 0),
    String(unscored),
    String(errors),
  ]);
  if (rows.length === 0) return [];
  return [...formatTable([...heading, "95 % interval", "scored", "unscored", "errors"], rows), ""];
}

export function formatComparison(
  { first, second, difference, onlyFirst, onlySecond, leftOut }: EvaluationComparison,
  [nameOfFirst, nameOfSecond]: readonly [string, string],
): string[] {
  const points = (share: number): string => `${share > 0 ? "+" : ""}${(100 * share).toFixed(1)}`;
  const interval =
    difference?.ci95 == null
      ? "no interval: one template"
      : `95 % interval ${difference.ci95.map(points).join(" to ")}`;
  return [
    `${nameOfFirst}: ${formatEstimate(first)}`,
    `${nameOfSecond}: ${formatEstimate(second)}`,
    difference === null
      ? "No episode was scored in both."
      : `Difference: ${points(difference.mean)} points (${interval}), paired, ${difference.n} episodes`,
    `Solved only in ${nameOfFirst}: ${formatList(onlyFirst)}`,
    `Solved only in ${nameOfSecond}: ${formatList(onlySecond)}`,
    ...(leftOut > 0 ? [`${leftOut} episodes are left out: no score in one of the two.`] : []),
  ];
}

const MOST_LISTED = 20;

function formatList(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length - MOST_LISTED;
  return `${names.length} (${names.slice(0, MOST_LISTED).join(", ")}${more > 0 ? `, and ${more} more` : ""})`;
}

export function formatPreview(preview: EvaluationPreview): string[] {
  const { tasks, templates, episodes, done, bySite, workers, rounds, isolated, estimate } = preview;
  const sites = Object.entries(bySite).map(([name, count]) => `${name} ${count}`);
  return [
    `${tasks} tasks of ${templates} templates: ${sites.join(", ") || "no sites"}`,
    `${episodes} episodes to play${done > 0 ? `, ${done} are done` : ""}, at most ${preview.maxSteps} steps`,
    isolated
      ? `Each environment has its own state: up to ${workers} at a time, ${rounds} rounds`
      : `Shared sites: ${preview.writers} tasks write and run alone on their site: ${workers} workers, ${rounds} rounds`,
    estimate === null
      ? "No episodes to estimate the cost from. Name an earlier run with --like."
      : `About ${formatSeconds(estimate.seconds)}${formatTokens({ ...estimate, steps: 0, episodeSeconds: 0, wallSeconds: 0 })}, by the mean of ${estimate.fromEpisodes} episodes`,
  ];
}

function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${seconds.toFixed(1)} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${minutes.toFixed(1)} min` : `${(minutes / 60).toFixed(1)} h`;
}
