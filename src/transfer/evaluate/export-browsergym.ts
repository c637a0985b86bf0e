/** An evaluation as an entry of BrowserGym's leaderboard. Its fields are those of the leaderboard's own JSON files. */

import type { StoredEvaluation } from "./read-evaluation.ts";

/** The leaderboard counts an episode without a score as a failure, so this entry does too. In percent. */
export function toBrowserGymEntry(
  { identity, summary, results }: StoredEvaluation,
  finishedAt: number,
) {
  const { planned, counts } = summary;
  const share = planned === 0 ? 0 : counts.success / planned;
  const standardError = planned === 0 ? 0 : Math.sqrt((share * (1 - share)) / planned);
  const percent = (value: number): number => Math.round(10_000 * value) / 100;
  const left = planned - results.length;
  return {
    agent_name: identity.agent,
    study_id: identity.tasksSha256.slice(0, 16),
    date_time: new Date(finishedAt).toISOString().slice(0, 19).replace("T", " "),
    benchmark: identity.benchmark,
    score: percent(share),
    std_err: percent(standardError),
    benchmark_specific: "No",
    benchmark_tuned: "No",
    followed_evaluation_protocol: left === 0 ? "Yes" : "No",
    reproducible: "Yes",
    comments: `dreamgym-web: ${identity.tasks} tasks, ${identity.trials} trials, seed ${identity.seed}; ${counts.unscored} episodes unscored, ${counts.error} with an error, ${left} without a result`,
    original_or_reproduced: "Original",
  };
}
