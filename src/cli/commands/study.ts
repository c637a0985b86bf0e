/** `dreamgym study`: the comparison with its ablations and other sites, and a page about what it came to. */

import { join, parse, resolve } from "node:path";
import { APPLICATION_NAMES, createBundledSites } from "../../../fixtures/index.ts";
import { makeFolders, writeFileWhole } from "../../store/run-folder.ts";
import { CompareConfigSchema } from "../../transfer/compare-config.ts";
import { type OtherSites, runStudy } from "../../transfer/run-study.ts";
import { checkSiteModule, originsOf } from "../../transfer/site-module.ts";
import { onOtherSites, STUDIES } from "../../transfer/study-parts.ts";
import { drawStudy, renderStudy } from "../../transfer/study-report.ts";
import { browserFor } from "../browsers.ts";
import { addSiteOptions, chooseSites, type SiteFlags } from "../choose-sites.ts";
import type { AddCommand, CliContext } from "../context.ts";
import {
  browserOption,
  browsersOption,
  given,
  jsonOption,
  parseConfig,
  pathName,
  readConfigFile,
  wholeNumber,
} from "../flags.ts";

interface Flags extends SiteFlags {
  quick?: true;
  folder: string;
  out: string;
  config?: string;
  seeds?: number[];
  browsers: number;
  browser?: string;
  json?: true;
}

/** Sites besides the default ones: each is compared alone. */
const OTHER_SITES = ["gitlab", "shopping_admin", "wikipedia", "map", ...APPLICATION_NAMES];

export const addStudy: AddCommand = (program, context) => {
  const command = program
    .command("study")
    .description("Run the whole study: every arm, every ablation, every site; write a page on it.")
    .option("--quick", "two seeds and small budgets: about 20 minutes on two cores")
    .option("--folder <folder>", "where the runs go", pathName, join("runs", "study"))
    .option(
      "--out <file>",
      "the page to write, with its picture (.svg) next to it",
      pathName,
      join("docs", "study.md"),
    )
    .option("--config <file>", "JSON whose keys replace those of the main comparison")
    .option("--seeds <list>", "such as 1,2,3 (config: seeds)", (text) =>
      text.split(",").map(wholeNumber),
    );
  addSiteOptions(command)
    .addOption(browsersOption())
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym study --quick --out study.md
  dreamgym study                         # many hours; run it again to resume`,
    )
    .action((flags: Flags) => run(context, flags));
};

async function run(context: CliContext, flags: Flags): Promise<void> {
  const { progress, signal, now } = context;
  const plan = STUDIES[flags.quick === true ? "quick" : "full"];
  const site = await chooseSites(flags, context);
  const main = parseConfig(
    CompareConfigSchema,
    {
      ...plan.main,
      sites: Object.keys(originsOf(site)),
      worlds: site.worlds,
      ...readConfigFile(flags.config),
      ...given({ seeds: flags.seeds }),
    },
    flags.config ?? "the study",
  );
  const isDefault = (flags.sites ?? flags.siteModule ?? flags.site) === undefined;
  const others = isDefault && plan.siteSeeds > 0 ? OTHER_SITES : [];
  const study = await runStudy({
    site,
    main,
    ablations: plan.ablations,
    ablationSeeds: plan.ablationSeeds,
    others: others.map((name): OtherSites => {
      const other = checkSiteModule(
        createBundledSites({ sites: [name], searchPath: context.environment.path }),
        name,
      );
      return {
        name,
        site: other,
        config: onOtherSites(main, [name], other.worlds, plan.siteSeeds),
      };
    }),
    folder: flags.folder,
    browsers: flags.browsers,
    executablePath: async () => (await browserFor(context, flags.browser)).path,
    report: progress,
    now,
    signal,
  });
  const { dir, name } = parse(resolve(flags.out));
  makeFolders(dir);
  const command = `dreamgym study${flags.quick === true ? " --quick" : ""}`;
  writeFileWhole(join(dir, `${name}.svg`), drawStudy(study));
  writeFileWhole(flags.out, renderStudy(study, command, `${name}.svg`));
  progress.clear();
  context.print(
    flags.json === true ? JSON.stringify(study) : `Study: ${flags.out}   Runs: ${flags.folder}`,
  );
}
