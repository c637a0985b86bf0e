/** `--env sites`: the bundled sites, a user's module, or sites that run already. */

import type { Task } from "../../core/task.ts";
import { type CheckedSiteModule, tasksOf } from "../../transfer/site-module.ts";
import { openSiteBenchmark } from "../../transfer/site-benchmark.ts";
import { browserFor } from "../browsers.ts";
import { addSiteOptions, chooseSites, type SiteFlags } from "../choose-sites.ts";
import { listOf } from "../flags.ts";
import type { BenchmarkFlags } from "./benchmark-flags.ts";

interface Flags extends SiteFlags {
  split?: string[];
  browser?: string;
}

export const sitesFlags: BenchmarkFlags = {
  name: "sites",
  addOptions(command) {
    addSiteOptions(command).option(
      "--split <name>",
      "split of the site's tasks; may be repeated (default: those that are not train or dev)",
      listOf,
    );
  },
  async open(given, context) {
    const flags = given as Flags;
    const site = await chooseSites(flags, context);
    return await openSiteBenchmark({
      site,
      tasks: tasksOfSplits(site, flags.split),
      executablePath: (await browserFor(context, flags.browser)).path,
    });
  },
};

/** Splits that nothing learns from, or all of them where every task may be learned from. */
function tasksOfSplits(site: CheckedSiteModule, named: readonly string[] | undefined): Task[] {
  if (named !== undefined) return named.flatMap((split) => tasksOf(site, split));
  const splits = Object.keys(site.tasks);
  const heldOut = splits.filter((split) => split !== "train" && split !== "dev");
  return (heldOut.length > 0 ? heldOut : splits).flatMap((split) => site.tasks[split] ?? []);
}
