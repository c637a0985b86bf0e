/** `dreamgym score`: scores runs of WebArena-Verified offline, from the files that they left. */

import { Option } from "commander";
import { PROFILES, type Profile } from "../../evaluation/verified/profile.ts";
import type { AddressBook } from "../../evaluation/verified/site-addresses.ts";
import { readAddressConfig } from "../../real/harness/verified/address-config.ts";
import { loadVerifiedTasks } from "../../real/harness/verified/load-verified-tasks.ts";
import { scoreFolders } from "../../real/harness/verified/score-folders.ts";
import { versionsFor } from "../../real/harness/verified/versions.ts";
import { type AddCommand, CommandFailed } from "../context.ts";
import { jsonOption, pathName, siteUrl } from "../flags.ts";
import { describeScores } from "../text/score-text.ts";

interface Flags {
  tasks: string;
  site?: Record<string, string>;
  config?: string;
  profile: Profile;
  again?: true;
  json?: true;
}

export const addScore: AddCommand = (program, context) => {
  program
    .command("score")
    .description("Score runs of WebArena-Verified offline: no browser, no site, no language model.")
    .argument("<folders...>", "folders of runs, with a folder for each task id, or of single tasks")
    .requiredOption("--tasks <file>", "webarena-verified.json of WebArena-Verified", pathName)
    .option(
      "--site <name=url>",
      "the address of a site in the recorded requests; repeatable",
      siteUrl,
    )
    .option("--config <file>", "WebArena-Verified's config with the sites' addresses", pathName)
    .addOption(
      new Option(
        "--profile <name>",
        "verified: the reference's verdicts; strict: takes no patterns and no lists of guesses from the agent",
      )
        .choices(PROFILES)
        .default("verified"),
    )
    .option("--again", "score also what is already scored")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Each task's folder holds agent_response.json and network.har (or trace.zip, a trace of Playwright).
The command writes eval_result.json next to them, and eval_results.json into the folder of the run.
Addresses come from --site or --config, then from the folder's run_config.json, then from its first requests.

Examples:
  dreamgym score runs/mine --tasks webarena-verified.json --config config.json
  dreamgym score runs/mine/107 --tasks webarena-verified.json --site shopping_admin=http://localhost:7780/admin
  dreamgym score runs/a runs/b --tasks webarena-verified.json --json`,
    )
    .action((folders: string[], flags: Flags) => {
      const { print, progress, signal, now } = context;
      const tasks = loadVerifiedTasks(flags.tasks);
      const scored = scoreFolders(folders, {
        tasks,
        addresses: addressesOf(flags),
        profile: flags.profile,
        versions: versionsFor(tasks.checksum),
        again: flags.again === true,
        signal,
        now,
        onProgress: (done, total) =>
          progress.update(`scored ${done} of ${total} tasks`, { done, total }),
      });
      progress.clear();
      print(flags.json ? JSON.stringify(scored) : describeScores(scored).join("\n"));
      const isWhole = scored.every(
        ({ skipped, summary }) => skipped.length === 0 && summary.overall.error_count === 0,
      );
      if (!isWhole) throw new CommandFailed();
    });
};

/** Null where none are given. */
function addressesOf({ site, config }: Flags): AddressBook | null {
  if (site === undefined && config === undefined) return null;
  const book = config === undefined ? {} : readAddressConfig(config);
  const named = Object.entries(site ?? {}).map(([name, url]) => [
    name,
    [url, ...(book[name] ?? [])],
  ]);
  return { ...book, ...Object.fromEntries(named) };
}
