/** Saves the HTML of the bundled sites and applications, as sources for `npm run fuzz -- --mutate`: see `--help`. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { OWN_SITE_URLS, SITE_URLS } from "../fixtures/index.ts";
import { countFromOne } from "../src/cli/flags.ts";
import type { HttpEnv } from "../src/text-browser/http/http-env.ts";
import { Crawl } from "../test/support/crawl.ts";
import { openSitesOverHttp } from "../test/support/http-sites.ts";
import { taskOn } from "../test/support/real-env.ts";

const command = new Command("npx tsx tools/save-pages.ts")
  .description("Saves pages of the bundled sites and applications as .html files.")
  .argument("<folder>", "where the files go, such as runs/pages")
  .option("--per-kind <n>", "pages of one kind, such as a product's", countFromOne, 2)
  .option("--most <n>", "pages of one site", countFromOne, 40)
  .action(async (folder: string, { perKind, most }: { perKind: number; most: number }) => {
    mkdirSync(folder, { recursive: true });
    const own = Object.keys(OWN_SITE_URLS);
    const applications = Object.keys(SITE_URLS).filter((site) => !own.includes(site));
    for (const names of [own, ...applications.map((site) => [site])])
      await save(names, folder, { perKind, most });
  });

async function save(
  names: readonly string[],
  folder: string,
  limits: { perKind: number; most: number },
): Promise<void> {
  await using sites = await openSitesOverHttp(names);
  const [env] = sites.envs;
  for (const site of env === undefined ? [] : names) {
    let count = 0;
    for await (const html of walk(env as HttpEnv, site, names, limits))
      writeFileSync(join(folder, `${site}-${++count}.html`), html);
    console.log(`${site}: ${count} pages`);
  }
}

async function* walk(
  env: HttpEnv,
  site: string,
  names: readonly string[],
  limits: { perKind: number; most: number },
): AsyncGenerator<string> {
  const start = `${SITE_URLS[site]}/`;
  const task = taskOn([start], { sites: [...names], world: "A", maxSteps: limits.most + 1 });
  await env.reset({ task, seed: 1 });
  const crawl = new Crawl({ start: [start], ...limits });
  for (const url of crawl.pages()) {
    const { observation } = await env.step({ kind: "goto", url });
    if (observation.lastActionError !== null) continue;
    crawl.found(observation.nodes.flatMap((node) => node.url ?? []));
    yield (await env.snapshot()).html;
  }
}

await command.parseAsync();
