/** `dreamgym report`: what the records of a comparison say, finished or not, without any new work. */

import { DEFAULT_SITES } from "../../../fixtures/index.ts";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ConfigError } from "../../core/errors.ts";
import { readJsonFile } from "../../store/json-text.ts";
import { makeFolders, writeFileWhole } from "../../store/run-folder.ts";
import { cloneDigest } from "../../transfer/compare.ts";
import { CompareConfigSchema } from "../../transfer/compare-config.ts";
import type { CompareResult } from "../../transfer/compare-result.ts";
import { finishedPart } from "../../transfer/finished-seeds.ts";
import { readCollections } from "../../transfer/run-comparison.ts";
import { renderReport } from "../../transfer/report.ts";
import { readRunRecords } from "../../transfer/run-records.ts";
import type { SideBySide } from "../../transfer/side-by-side.ts";
import { summarize } from "../../transfer/summarize.ts";
import { describeResult } from "../text/comparison-text.ts";
import type { AddCommand } from "../context.ts";
import { jsonOption, parseConfig, pathName, readConfigFile } from "../flags.ts";

interface Flags {
  from: string;
  out?: string;
  json?: true;
}

export const addReport: AddCommand = (program, { print }) => {
  program
    .command("report")
    .description(
      "Rebuild the report from a run's records (finished seeds only, if the run is unfinished).",
    )
    .requiredOption("--from <folder>", "run folder of a comparison; it may be running")
    .option(
      "--out <folder>",
      "where compare.json and report.html go (default: the run folder)",
      pathName,
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym report --from runs/standard --out runs/standard-so-far
  dreamgym report --from runs/quick --json`,
    )
    .action(async ({ from, out = from, json }: Flags) => {
      const result = await readComparison(from);
      const pictures = readJson(join(from, "pictures.json")) as SideBySide | null;
      writeInto(out, {
        "compare.json": `${JSON.stringify(result, null, 2)}\n`,
        "report.html": renderReport(result, pictures),
      });
      print(json ? JSON.stringify(result) : describeResult(result, out));
    });
};

/** @throws ConfigError when the folder cannot be written into */
function writeInto(folder: string, files: Record<string, string>): void {
  try {
    makeFolders(resolve(folder));
    for (const [name, content] of Object.entries(files))
      writeFileWhole(join(folder, name), content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(
      `Expected to write into ${folder}, got ${code ?? String(error)}. Choose another folder with --out.`,
      { cause: error },
    );
  }
}

/** @throws ConfigError when it is not a run of `compare`, or none of its seeds is whole */
async function readComparison(from: string): Promise<CompareResult> {
  if (!existsSync(from))
    throw new ConfigError(
      `Expected a run folder of \`dreamgym compare\` at ${from}, got no such folder. Check --from.`,
    );
  const configPath = join(from, "config.json");
  // Runs from before other sites could be chosen do not name theirs.
  const config = existsSync(configPath)
    ? parseConfig(
        CompareConfigSchema,
        { sites: DEFAULT_SITES, ...readConfigFile(configPath) },
        configPath,
      )
    : null;
  if (config === null || Object.keys(readCollections(from, config).fidelities).length === 0)
    throw new ConfigError(
      `Expected a run of \`dreamgym compare\` that has checked its dream at ${from}, got no ${config === null ? "config.json" : "fidelity.json"}. Name another folder, or resume the run.`,
    );
  const all = await readRunRecords(from);
  const part = finishedPart({ config, records: all });
  const { seeds } = part.config;
  if (seeds.length === 0)
    throw new ConfigError(
      `Expected a finished seed in ${from}, got none of ${part.unfinishedSeeds.length}. Run the same \`dreamgym compare\` command again to resume.`,
    );
  return summarize({
    ...part,
    bcCheckpoint: Object.fromEntries(seeds.map((seed) => [String(seed), cloneDigest(all, seed)])),
    ...readCollections(from, part.config),
    seconds: (readJson(join(from, "seconds.json")) ?? {}) as Record<string, number>,
  });
}

function readJson(path: string): unknown {
  return existsSync(path) ? readJsonFile(path) : null;
}
