/** `dreamgym import`: other tools' recordings as trajectories, for the replay buffer, cloning and replay. */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import { IMPORT_FORMATS } from "../../real/record/imports/formats.ts";
import type { ImportFormat } from "../../real/record/imports/import-format.ts";
import { maskImported } from "../../real/record/imports/mask-import.ts";
import { writeTrajectory } from "../../store/trajectory-file.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { jsonOption, pathName } from "../flags.ts";

interface Flags {
  from: string;
  out: string;
  goal?: string;
  task?: string;
  json?: true;
}

export const addImport: AddCommand = (program, context) => {
  program
    .command("import")
    .description("Read recordings of other tools as trajectories. Secrets are masked.")
    .argument("<paths...>", "files, or folders with such files in them")
    .addOption(
      new Option("--from <format>", "what wrote them")
        .choices(Object.keys(IMPORT_FORMATS))
        .makeOptionMandatory(),
    )
    .option("--out <folder>", "where the trajectories go", pathName, "imported")
    .option("--goal <text>", "the goal, where the files name none")
    .option("--task <id>", "the task's id, where the files name none")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Formats:
${Object.entries(IMPORT_FORMATS)
  .map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`)
  .join("\n")}

Examples:
  dreamgym import trace.zip --from trace --goal "Buy a lamp" --out recordings
  dreamgym import webarena-results --from webarena --out imported`,
    )
    .action((paths: string[], flags: Flags) => run(context, paths, flags));
};

async function run(context: CliContext, paths: readonly string[], flags: Flags): Promise<void> {
  const { progress, print, signal } = context;
  const format = IMPORT_FORMATS[flags.from] as ImportFormat;
  const files = paths.flatMap((path) => filesOf(path, format));
  const counts = new Map<string, number>();
  const ids = new Set<string>();
  let [steps, pages] = [0, 0];
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    progress.update(`${index + 1} of ${files.length} files`, {
      done: index + 1,
      total: files.length,
    });
    const { trajectory, losses } = format.read(file);
    for (const loss of new Set(losses)) counts.set(loss, (counts.get(loss) ?? 0) + 1);
    const id = unusedId(trajectory.id, ids);
    const goal = trajectory.goal === "" ? (flags.goal ?? "") : trajectory.goal;
    const taskId = trajectory.taskId === "" ? (flags.task ?? id) : trajectory.taskId;
    const whole = maskImported({ ...trajectory, id, goal, taskId });
    steps += whole.transitions.length;
    pages += whole.transitions.filter(({ page }) => page !== undefined).length;
    await writeTrajectory(flags.out, whole);
  }
  progress.clear();
  const result = {
    episodes: files.length,
    steps,
    pages,
    out: flags.out,
    losses: Object.fromEntries(counts),
  };
  print(flags.json ? JSON.stringify(result) : describe(result, format));
}

function describe(
  result: {
    episodes: number;
    steps: number;
    pages: number;
    out: string;
    losses: Record<string, number>;
  },
  { lacks }: ImportFormat,
): string {
  const { episodes, steps, pages, out, losses } = result;
  return [
    `${episodes} episodes, ${steps} steps, ${pages} of them with a page → ${out}`,
    `  Such files lack ${lacks}.`,
    ...Object.entries(losses).map(
      ([loss, times]) => `  ${loss} (${times} of ${episodes} episodes)`,
    ),
  ].join("\n");
}

/** @throws ConfigError if a path does not exist or holds no such file */
function filesOf(path: string, format: ImportFormat): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new ConfigError(`Expected a file or a folder at ${path}, got nothing.`);
  if (format.fits(path) || !stat.isDirectory()) return [path];
  const found = readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => join(path, name))
    .filter((name) => format.fits(name))
    .toSorted();
  if (found.length > 0) return found;
  throw new ConfigError(
    `Expected ${format.summary} in ${path}, got none. Check the path and --from.`,
  );
}

function unusedId(id: string, used: Set<string>): string {
  let own = id;
  for (let number = 2; used.has(own); number++) own = `${id}-${number}`;
  used.add(own);
  return own;
}
