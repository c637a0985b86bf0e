/** A study: the comparison, its ablations and other sites, one part after the other. Finished parts are not repeated. */

import { join } from "node:path";
import { createRandom } from "../core/random.ts";
import { makeFolders, writeFileWhole } from "../store/run-folder.ts";
import { armsOf, type CompareConfig } from "./compare-config.ts";
import type { CompareResult } from "./compare-result.ts";
import { type ComparisonOptions, runComparison } from "./run-comparison.ts";
import { readRunRecords } from "./run-records.ts";
import { type Estimate, pairedDifference, successRate } from "./statistics.ts";
import { ABLATIONS, type Ablation, ablated } from "./study-parts.ts";
import { lastOutcomes } from "./arm-points.ts";
import type { WorkReport } from "./work-report.ts";

/** Sites besides those of the main comparison. */
export interface OtherSites {
  name: string;
  site: ComparisonOptions["site"];
  config: CompareConfig;
}

export interface StudyOptions extends Omit<ComparisonOptions, "config" | "recordings"> {
  main: CompareConfig;
  /** Names out of `ABLATIONS`. Those of arms that the comparison lacks are left out. */
  ablations: readonly string[];
  ablationSeeds: number;
  others: readonly OtherSites[];
  report: WorkReport;
}

/** An ablation's result: what the study's arm has that the arm without one thing lacks. */
interface AblationResult {
  name: string;
  without: string;
  arm: string;
  split: string;
  /** Success of the arm without it. */
  success: Estimate | null;
  /** Success with it minus success without it, on the same tasks and seeds. Null without a pair. */
  difference: Estimate | null;
}

export interface StudyResult {
  main: CompareResult;
  ablations: AblationResult[];
  others: { name: string; result: CompareResult }[];
  /** Sites that this machine cannot serve, each with what it lacks. */
  skipped: { name: string; reason: string }[];
  /** Seconds of each part, over all runs. */
  seconds: Record<string, number>;
}

const MAIN_PART = "main";

export async function runStudy(options: StudyOptions): Promise<StudyResult> {
  const { main, folder, report, now } = options;
  makeFolders(folder);
  const compared = new Set(armsOf(main).map((arm) => arm.name));
  const ablations = ABLATIONS.filter(
    ({ name, arm }) => options.ablations.includes(name) && compared.has(arm),
  );
  const parts = 1 + ablations.length + options.others.length;
  const startedAt = now();
  let done = 0;
  const run = async (
    name: string,
    part: Pick<ComparisonOptions, "site" | "config" | "recordings">,
  ): Promise<CompareResult> => {
    const title = `part ${done + 1} of ${parts}, ${name}`;
    report.note(`${title}: starts`);
    const result = await runComparison({
      ...options,
      ...part,
      folder: join(folder, name),
      report: prefixed(report, title),
    });
    done++;
    const minutes = (now() - startedAt) / 60_000;
    report.note(`${title}: done, ${minutes.toFixed(1)} minutes in this run`);
    return result;
  };

  const mainFolder = join(folder, MAIN_PART);
  const mainResult = await run(MAIN_PART, { site: options.site, config: main });
  const seconds: StudyResult["seconds"] = { [MAIN_PART]: totalOf(mainResult) };
  const ablationResults: AblationResult[] = [];
  for (const ablation of ablations) {
    const config = ablated(main, ablation, options.ablationSeeds);
    const result = await run(ablation.name, {
      site: options.site,
      config,
      recordings: mainFolder,
    });
    seconds[ablation.name] = totalOf(result);
    ablationResults.push(
      await compareParts(mainFolder, join(folder, ablation.name), ablation, config),
    );
  }
  const others: StudyResult["others"] = [];
  const skipped: StudyResult["skipped"] = [];
  for (const { name, site, config } of options.others) {
    const reason = (await site.provider?.missing()) ?? null;
    if (reason !== null) {
      report.note(`${name} is left out: ${reason}`);
      skipped.push({ name, reason });
      done++;
      continue;
    }
    const result = await run(name, { site, config });
    seconds[name] = totalOf(result);
    others.push({ name, result });
  }
  const study = { main: mainResult, ablations: ablationResults, others, skipped, seconds };
  writeFileWhole(join(folder, "study.json"), `${JSON.stringify(study, null, 2)}\n`);
  return study;
}

function prefixed(report: WorkReport, title: string): WorkReport {
  return {
    update: (state, work) => report.update(`${title}: ${state}`, work),
    note: (line) => report.note(`${title}: ${line}`),
    log: (line) => report.log(line),
    keepLog: (path) => report.keepLog(path),
  };
}

function totalOf({ seconds }: CompareResult): number {
  return Object.values(seconds).reduce((sum, value) => sum + value, 0);
}

/** Pairs an arm with itself without one thing, on the tasks and seeds that both have. */
async function compareParts(
  mainFolder: string,
  partFolder: string,
  { name, without, arm }: Ablation,
  config: CompareConfig,
): Promise<AblationResult> {
  const [split = ""] = config.evaluate.map((entry) => entry.split);
  const [whole, part] = [await readRunRecords(mainFolder), await readRunRecords(partFolder)];
  const withIt = lastOutcomes(config, whole.evaluations, arm, split);
  const withoutIt = lastOutcomes(config, part.evaluations, arm, split);
  return {
    name,
    without,
    arm,
    split,
    success: successRate(withoutIt, createRandom("bootstrap")),
    difference: pairedDifference(withIt, withoutIt, createRandom("bootstrap")),
  };
}
