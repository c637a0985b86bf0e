/** `dreamgym dream vary`: variations of the train tasks, proposed by rules or by a language model, proved in the dream. */

import { pushTo } from "../../core/group-by.ts";
import { createRandom } from "../../core/random.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { createEntityHoldout } from "../../real/record/collect/entity-holdout.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import { createVariations } from "../../synthetic/curriculum/create-variations.ts";
import { createExperienceEnv } from "../../synthetic/experience-env.ts";
import { createGoalProposer, type GoalFate } from "../../synthetic/reasoning/propose-goals.ts";
import { loadRecordings } from "../../transfer/load-recordings.ts";
import { learnModel } from "../../transfer/pipeline.ts";
import { originsOf, tasksOf } from "../../transfer/site-module.ts";
import { watchModel } from "../../transfer/watch-model.ts";
import { openJsonLines } from "../../store/json-lines.ts";
import { addSiteOptions, chooseSites, type SiteFlags } from "../choose-sites.ts";
import { addFromOption } from "../dream-setting.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { countFromOne, jsonOption, pathName, wholeNumber } from "../flags.ts";
import { addChatOptions, type ChatFlags } from "../llm-flags.ts";
import { createRunModels } from "../run-models.ts";
import { checkOutput } from "../text/text-output.ts";

interface Flags extends SiteFlags, ChatFlags {
  from: string;
  perTemplate: number;
  seed: number;
  out?: string;
  json?: true;
}

/** Puts itself on `dreamgym dream`. */
export const addDreamVary: AddCommand = (program, context) => {
  const command = addFromOption(
    program
      .command("vary")
      .description(
        "Make variations of the train tasks and prove each in the dream: solved by a plan, not solved for nothing, new. With --endpoint a language model proposes goals too.",
      ),
  )
    .option("--per-template <n>", "proposals of each kind for one template", countFromOne, 8)
    .option("--seed <n>", "seed of the proposals", wholeNumber, 1)
    .option("--out <file.jsonl>", "write the variations with their solutions", pathName);
  addChatOptions(command);
  addSiteOptions(command)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym dream vary --from runs/first --out variations.jsonl
  dreamgym dream vary --from runs/first --endpoint http://localhost:8000/v1 --model qwen2.5-7b-instruct`,
    )
    .action((flags: Flags) => run(context, flags));
};

async function run(context: CliContext, flags: Flags): Promise<void> {
  checkOutput(flags.out);
  const { progress, signal } = context;
  await using models = createRunModels(flags, context, flags.from);
  const chat = await models.findChat("curriculum");
  const site = await chooseSites(flags, context, "dream");
  const tasks = tasksOf(site, "train");
  const episodes = await loadRecordings(flags.from, (count) =>
    progress.update(`reading ${flags.from}: episode ${count}`),
  );
  const { buffer, model } = await learnModel(episodes, { report: progress, signal });
  await using env = createExperienceEnv({
    model: watchModel(model, { report: progress, signal }),
    evaluator: createEvaluator(),
    origins: originsOf(site),
  });
  const fates: Record<string, Record<string, number>> = {};
  const count = (kind: string, fate: string): void => {
    const counts = (fates[kind] ??= {});
    counts[fate] = (counts[fate] ?? 0) + 1;
  };
  const variations = await createVariations({
    buffer,
    tasks,
    episodes,
    env,
    isHeldOut: createEntityHoldout(site.heldOut ?? { names: [], keys: [] }).forbidsText,
    config: { perTemplate: flags.perTemplate },
    random: createRandom(flags.seed),
    onProposal: ({ kind }, outcome) => count(kind, outcome),
    ...(chat !== null && {
      propose: createGoalProposer({
        chat,
        count: flags.perTemplate,
        values: rewardVariances(episodes),
        onGoal: (_, fate: GoalFate) => count("written goals", fate),
      }),
    }),
  });
  progress.clear();
  if (flags.out !== undefined) {
    using file = openJsonLines(flags.out);
    for (const variation of variations) file.append(variation);
  }
  context.print(
    flags.json
      ? JSON.stringify({ variations: variations.length, fates, out: flags.out ?? null })
      : [
          `${variations.length} variations of ${tasks.length} train tasks are proved.`,
          ...Object.entries(fates).map(
            ([kind, counts]) =>
              `  ${kind.padEnd(14)} ${Object.entries(counts)
                .map(([fate, n]) => `${n} ${fate}`)
                .join(", ")}`,
          ),
          ...(flags.out === undefined ? [] : [`They are in ${flags.out}.`]),
        ].join("\n"),
  );
}

/** V = (1/n) Σ (r − r̄)² of each recorded task (DreamGym, eq. 7). Rewards are 0 and 1, so V = r̄ (1 − r̄). */
function rewardVariances(episodes: readonly Trajectory[]): Map<string, number> {
  const rewards = new Map<string, number[]>();
  for (const { taskId, score } of episodes)
    if (score?.status === "scored") pushTo(rewards, taskId, score.value);
  return new Map(
    [...rewards]
      .filter(([, values]) => values.length > 1)
      .map(([id, values]) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return [id, mean * (1 - mean)];
      }),
  );
}
