/** `dreamgym export`: recorded episodes in the formats of other tools. */

import { dirname, join, resolve } from "node:path";
import { Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import { exportFormats } from "../../real/record/exports/formats.ts";
import type { ExportFormat } from "../../real/record/exports/export-format.ts";
import { outcomeOf } from "../../real/record/exports/outcome.ts";
import { findEpisodes } from "../../serve/viewer/find-episodes.ts";
import { makeFolders } from "../../store/run-folder.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { commaList, jsonOption, pathName } from "../flags.ts";
import { packageVersion } from "../package-version.ts";
import { trainerFormats } from "../trainer-formats.ts";

interface Flags {
  to: string[];
  out: string;
  only?: string;
  json?: true;
}

interface Exported {
  format: string;
  episodes: number;
  paths: string[];
  drops: string;
  /** How many episodes lost something more. */
  losses: Record<string, number>;
}

export const addExport: AddCommand = (program, context) => {
  const formats = { ...exportFormats(packageVersion()), ...trainerFormats() };
  program
    .command("export")
    .description("Write recorded episodes in the formats of other tools.")
    .argument("<paths...>", "run folders, folders of trajectories, trajectory files")
    .requiredOption(
      "--to <formats>",
      `one or more of ${Object.keys(formats).join(", ")}`,
      commaList,
    )
    .option("--out <folder>", "each format gets a folder in it", pathName, "exports")
    .addOption(
      new Option("--only <outcome>", "export these episodes alone").choices(["success", "failure"]),
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Formats:
${Object.entries(formats)
  .map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`)
  .join("\n")}

Examples:
  dreamgym export runs/first --to playwright,sft --out exports
  dreamgym export recordings/buy-lamp --to puppeteer`,
    )
    .action(async (paths: string[], flags: Flags) => {
      const unknown = flags.to.find((name) => !Object.hasOwn(formats, name));
      if (unknown !== undefined)
        throw new ConfigError(
          `Expected --to out of ${Object.keys(formats).join(", ")}, got ${unknown}.`,
        );
      const done = await run(context, paths, flags, formats);
      context.print(flags.json ? JSON.stringify(done) : done.flatMap(describe).join("\n"));
    });
};

async function run(
  { progress, signal }: CliContext,
  paths: readonly string[],
  { to, out, only }: Flags,
  formats: Readonly<Record<string, ExportFormat>>,
): Promise<Exported[]> {
  const episodes = await findEpisodes(paths);
  const open = to.map((name) => {
    const format = formats[name] as ExportFormat;
    const folder = join(out, name);
    makeFolders(resolve(folder));
    const losses: Record<string, number> = {};
    return { name, format, writer: format.open(folder), losses };
  });
  let count = 0;
  for (const [index, episode] of episodes.entries()) {
    signal.throwIfAborted();
    const { trajectory } = await episode.read();
    progress.update(`${index + 1} of ${episodes.length} episodes`, {
      done: index + 1,
      total: episodes.length,
    });
    if (only !== undefined && outcomeOf(trajectory) !== only) continue;
    count++;
    for (const { writer, losses } of open)
      for (const loss of new Set(writer.add({ trajectory, folder: dirname(episode.path) })))
        losses[loss] = (losses[loss] ?? 0) + 1;
  }
  progress.clear();
  return open.map(({ name, format, writer, losses }) => ({
    format: name,
    episodes: count,
    paths: [...writer.end()],
    drops: format.drops,
    losses,
  }));
}

function describe({ format, episodes, paths, drops, losses }: Exported): string[] {
  return [
    `${format}: ${episodes} episodes → ${paths.join(", ")}`,
    ...(drops === "" ? [] : [`  Not carried: ${drops}.`]),
    ...Object.entries(losses).map(
      ([loss, times]) => `  ${loss} (${times} of ${episodes} episodes)`,
    ),
  ];
}
