/** `dreamgym dream check`: measures a dream against reality, and says whether training may trust it. */

import { join } from "node:path";
import { type Command, Option } from "commander";
import { SITE_URLS } from "../../../fixtures/index.ts";
import { ConfigError } from "../../core/errors.ts";
import type { ExperienceModel } from "../../core/experience.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import { openJsonLines } from "../../store/json-lines.ts";
import { LEDGER_FILE } from "../../store/ledger.ts";
import { makeFolders } from "../../store/run-folder.ts";
import type { DreamCheck } from "../../transfer/check/dream-check-result.ts";
import {
  applyGate,
  type DreamGateConfig,
  DreamGateSchema,
} from "../../transfer/check/dream-gate.ts";
import type { Plan } from "../../transfer/check/dreamed-plans.ts";
import { openLiveWorld } from "../../transfer/check/live-world.ts";
import { type LiveMeasures, measureLive } from "../../transfer/check/measure-live.ts";
import { measureRecorded } from "../../transfer/check/measure-recorded.ts";
import { spreadEvenly } from "../../transfer/check/spread-evenly.ts";
import { type CheckedSiteModule, tasksOf, worldsOf } from "../../transfer/site-module.ts";
import { watchModel } from "../../transfer/watch-model.ts";
import { browserFor, countBrowsers } from "../browsers.ts";
import { planInDream } from "../check-plans.ts";
import { addSiteOptions, chooseSites, findOwnSites } from "../choose-sites.ts";
import { type CliContext, CommandFailed } from "../context.ts";
import { type DreamFlags, type DreamSetting, prepareDream } from "../dream-setting.ts";
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
  shareBelowOne,
  wholeNumber,
} from "../flags.ts";
import { formatDreamCheck } from "../text/dream-check-text.ts";
import { checkOutput, putOut } from "../text/text-output.ts";

interface Flags extends Omit<DreamFlags, "show"> {
  plans: string[];
  planTasks: number;
  split: string;
  policy?: string;
  budget: number;
  over: "chromium" | "text";
  config?: string;
  browsers: number;
  browser?: string;
  out?: string;
  json?: true;
}

const PLAN_SOURCES: ReadonlySet<string> = new Set(["recorded", "policy"]);

export function addDreamCheck(dream: Command, context: CliContext): void {
  const command = dream
    .command("check")
    .description(
      "Measure a dream against reality, and fail if it is not true enough to train in (exit 1).",
    )
    .option(
      "--from <run>",
      "run folder with the recordings to learn from",
      pathName,
      "runs/collect",
    )
    .option("--on <run>", "run folder with other recordings to ask about (default: hold some out)")
    .option("--share <number>", "share of the task templates to hold out", shareBelowOne, 0.25)
    .option("--seed <n>", "seed for holding out and for the policy", wholeNumber, 1)
    .option("--budget <n>", "real steps to spend, at most; 0: recordings alone", wholeNumber, 300)
    .addOption(
      new Option("--plans <list>", `whose plans: ${[...PLAN_SOURCES].join(", ")}`)
        .argParser(commaList)
        .default([...PLAN_SOURCES], [...PLAN_SOURCES].join(",")),
    )
    .option("--plan-tasks <n>", "tasks that the policy plans for, at most", countFromOne, 100)
    .option("--split <name>", "split of these tasks", "train")
    .option("--policy <file>", "checkpoint that plans (default: clone the recorded successes)")
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
  dreamgym dream check --from runs/mine --site-module my-site.ts --plans recorded`,
    )
    .action((flags: Flags) => run(context, flags));
}

async function run(context: CliContext, flags: Flags): Promise<void> {
  checkOutput(flags.out);
  for (const source of flags.plans) assertOneOf("--plans", source, PLAN_SOURCES);
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
  const live = await measureReality(context, flags, { ...setting, watched: model });
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

interface RealitySetting extends DreamSetting {
  /** The model, with progress and Ctrl-C. */
  watched: ExperienceModel;
}

/** Null where no real step is to be taken, or where no live site is known. */
async function measureReality(
  context: CliContext,
  flags: Flags,
  setting: RealitySetting,
): Promise<LiveMeasures | null> {
  if (flags.budget === 0) return null;
  const site = await findLiveSites(context, flags, setting);
  if (site === null) return null;
  const plans = flags.plans.includes("policy")
    ? { policy: await makePolicyPlans(context, flags, setting, site) }
    : {};
  const tasks = [
    ...setting.tasks,
    ...Object.values(plans).flatMap((own) => own.map((p) => p.task)),
  ];
  context.progress.update("opening the real sites");
  await using world = await openLiveWorld({
    browser: flags.over,
    provider: site.provider ?? site.urls ?? {},
    worlds: worldsOf(site, tasks),
    count: flags.over === "text" ? 1 : countBrowsers(flags.browsers, tasks.length),
    executablePath: async () => (await browserFor(context, flags.browser)).path,
  });
  const ledger = join(flags.from, "check");
  makeFolders(ledger);
  using entries = openJsonLines(join(ledger, LEDGER_FILE));
  let isDone = false;
  let spent: LiveMeasures["cost"] | null = null;
  try {
    const live = await measureLive({
      world,
      model: setting.watched,
      evaluator: createEvaluator(),
      origins: setting.origins,
      plans,
      tasks: setting.tasks,
      heldOut: setting.heldOut,
      budget: flags.budget,
      onProgress: (state, work) => context.progress.update(state, work),
      onSpent: (soFar) => (spent = soFar),
      signal: context.signal,
    });
    isDone = true;
    entries.append(live.cost);
    return live;
  } finally {
    if (!isDone && spent !== null) entries.append(spent);
  }
}

/** The user's own sites, or the bundled ones that the recordings show. */
async function findLiveSites(
  context: CliContext,
  flags: Flags,
  { heldOut, learned }: DreamSetting,
): Promise<CheckedSiteModule | null> {
  if ((await findOwnSites(flags, { progress: { ...context.progress, note: () => {} } })) !== null)
    return chooseSites(flags, context);
  const origins = new Set([...learned, ...heldOut].flatMap(originsIn));
  const recorded = Object.entries(SITE_URLS).flatMap(([name, url]) =>
    origins.has(new URL(url).origin) ? [name] : [],
  );
  if (recorded.length > 0) return chooseSites({ sites: recorded, ...flags }, context);
  context.progress.note(
    "No real step is taken: the recordings are of no site that comes with dreamgym. Name yours with --site-module or --site.",
  );
  return null;
}

const originsIn = ({ transitions, finalObservation }: Trajectory): string[] =>
  [...transitions.map(({ observation }) => observation), finalObservation].flatMap(
    ({ url }) => URL.parse(url)?.origin ?? [],
  );

async function makePolicyPlans(
  context: CliContext,
  flags: Flags,
  { watched, learned, origins }: RealitySetting,
  site: CheckedSiteModule,
): Promise<Plan[]> {
  if (flags.split !== "train" && flags.split !== "dev")
    throw new ConfigError(
      `Expected --split train or dev, got ${flags.split}. Held-out tasks are for the final evaluation only.`,
    );
  const tasks = spreadEvenly(tasksOf(site, flags.split), (task) => task).slice(0, flags.planTasks);
  return planInDream(context, {
    model: watched,
    origins,
    tasks,
    learned,
    checkpoint: flags.policy,
    seed: flags.seed,
  });
}
