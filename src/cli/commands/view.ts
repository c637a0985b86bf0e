/** `dreamgym view`: episodes as a static page, for people. */

import { statSync } from "node:fs";
import { once } from "node:events";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { serveFolder } from "../../real/sites/folder-server.ts";
import { findEpisodes } from "../../serve/viewer/find-episodes.ts";
import { writeView, type WrittenView } from "../../serve/viewer/write-view.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { jsonOption, pathName } from "../flags.ts";

interface Flags {
  out?: string;
  serve?: true;
  json?: true;
}

export const addView: AddCommand = (program, context) => {
  program
    .command("view")
    .description("Look at episodes: pages, accessibility trees, actions, requests, dreams.")
    .argument(
      "<paths...>",
      "run folders, folders of trajectories, trajectory files (.jsonl), dreams (.json)",
    )
    .option("--out <folder>", "folder of the page (default: view/ in the first path)", pathName)
    .option("--serve", "also serve it on this machine until Ctrl-C")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The folder is static: open its index.html from the disk, or copy it to any web server.
Recorded pages run no script and load nothing.

Examples:
  dreamgym view runs/evaluate
  dreamgym view runs/a runs/b --out runs/both
  dreamgym dream --from runs/first --show --json --out dream.json && dreamgym view dream.json runs/first`,
    )
    .action((paths: string[], flags: Flags) => run(context, paths, flags));
};

async function run(context: CliContext, paths: string[], flags: Flags): Promise<void> {
  const { progress, signal, print } = context;
  const out = flags.out ?? placeFor(paths[0] ?? ".");
  const view = await writeView({
    paths,
    episodes: await findEpisodes(paths),
    out,
    signal,
    onProgress: (done, total) => progress.update(`${done} of ${total} episodes`, { done, total }),
  });
  progress.clear();
  print(flags.json ? JSON.stringify(view) : describe(view));
  if (flags.serve) await serve(context, out);
}

function placeFor(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return join(isFolder ? path : dirname(path), "view");
}

function describe({ path, episodes, steps, pages }: WrittenView): string {
  return [
    `${episodes} episodes, ${steps} states, ${pages} different pages`,
    `Open ${pathToFileURL(resolve(path)).href}`,
  ].join("\n");
}

async function serve({ progress, signal }: CliContext, folder: string): Promise<void> {
  await using server = await serveFolder({ folder, script: "" });
  progress.note(`Serving http://${server.address}/index.html until Ctrl-C`);
  if (!signal.aborted) await once(signal, "abort");
}
