/** `dreamgym dream check`: measures a dream against reality, and says whether training may trust it. */

import { type Command, Option } from "commander";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import type { DreamCheck } from "../../transfer/check/dream-check-result.ts";
import {
  applyGate,
  type DreamGateConfig,
  DreamGateSchema,
} from "../../transfer/check/dream-gate.ts";
import { measureRecorded } from "../../transfer/check/measure-recorded.ts";
import { watchModel } from "../../transfer/watch-model.ts";
import { PLAN_SOURCES } from "../check-plans.ts";
import { measureReality, type RealityFlags } from "../check-reality.ts";
import { addSiteOptions } from "../choose-sites.ts";
import { type CliContext, CommandFailed } from "../context.ts";
import { addDreamOptions, prepareDream } from "../dream-setting.ts";
import {
  assertOneOf,
  browserOption,
  browsersOption,
  commaList,
  countFromOne,
  jsonOption,
  parseConfig,
  pathName,
  readConfigFile,
  wholeNumber,
} from "../flags.ts";
import { formatDreamCheck } from "../text/dream-check-text.ts";
import { checkOutput, putOut } from "../text/text-output.ts";

interface Flags extends RealityFlags {
  config?: string;
  out?: string;
  json?: true;
}

/** A search takes minutes. */
const DEFAULT_PLANS = ["recorded", "policy"];

export function addDreamCheck(dream: Command, context: CliContext): void {
  const command = addDreamOptions(
    dream
      .command("check")
      .description(
        "Measure a dream against reality, and fail if it is not true enough to train in (exit 1).",
      ),
    "seed for holding out and for the policy",
  )
    .option("--budget <n>", "real steps to spend, at most; 0: recordings alone", wholeNumber, 300)
    .addOption(
      new Option("--plans <list>", `whose plans: ${PLAN_SOURCES.join(", ")}`)
        .argParser(commaList)
        .default(DEFAULT_PLANS, DEFAULT_PLANS.join(",")),
    )
    .option("--plan-tasks <n>", "tasks to plan for, at most", countFromOne, 100)
    .addOption(
      new Option("--split <name>", "split of these tasks")
        .choices(["train", "dev"])
        .default("train"),
    )
    .option("--policy <file>", "checkpoint that plans (default: clone the recorded successes)")
    .option(
      "--expansions <n>",
      "actions that a search tries for a task, at most",
      countFromOne,
      300,
    )
    .addOption(
      new Option("--over <browser>", "what real steps are taken in; text runs no scripts")
        .choices(["chromium", "text"])
        .default("chromium"),
    )
    .option("--config <file>", "JSON of a comparison; its key `gate` holds the thresholds");
  addSiteOptions(command)
    .addOption(browsersOption())
    .addOption(browserOption())
    .option("--out <file>", "write it there instead of printing; .md for Markdown", pathName)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym dream check --from runs/first                    # up to 300 real steps, in Chromium
  dreamgym dream check --from runs/first --budget 0         # from recordings alone, no browser
  dreamgym dream check --from runs/first --over text --budget 500 --out check.md
  dreamgym dream check --from runs/first --plans search     # what tree search finds in the dream
  dreamgym dream check --from runs/mine --site-module my-site.ts --plans recorded`,
    )
    .action((flags: Flags) => run(context, flags));
}

async function run(context: CliContext, flags: Flags): Promise<void> {
  checkOutput(flags.out);
  for (const source of flags.plans) assertOneOf("--plans", source, new Set(PLAN_SOURCES));
  const gate = readGate(flags.config);
  const setting = await prepareDream(context, flags);
  const model = watchModel(setting.model, { report: context.progress, signal: context.signal });
  const measures = await measureRecorded({
    ...setting,
    model,
    evaluator: createEvaluator(),
    walks: gate.walks,
    hasRecordedPlans: flags.plans.includes("recorded"),
  });
  const live = await measureReality(context, flags, setting);
  const all = {
    ...measures,
    plans: [...measures.plans, ...(live?.plans ?? [])],
    contract: [...measures.contract, ...(live?.contract ? [live.contract] : [])],
  };
  const check: DreamCheck = {
    learned: setting.learned.length,
    answers: setting.buffer.size,
    heldOut: setting.heldOut.length,
    world: live === null ? null : flags.over,
    cost: live?.cost ?? null,
    ...all,
    gate: applyGate(gate, all),
  };
  context.progress.clear();
  putOut(context, flags.out, "A dream against reality", (paint) =>
    flags.json ? [JSON.stringify(check)] : formatDreamCheck(check, paint),
  );
  if (gate.enabled && !check.gate.passed) throw new CommandFailed();
}

function readGate(path: string | undefined): DreamGateConfig {
  const { gate = {} } = readConfigFile(path);
  return parseConfig(DreamGateSchema, gate, `${path ?? "the gate"}: \`gate\``);
}
