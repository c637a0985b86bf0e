/** `dreamgym sites`: serves the self-hosted sites for a person to click through. */

import { once } from "node:events";
import { SITE_URLS, WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { startSiteProcess } from "../real/site-process.ts";
import type { AddCommand } from "./context.ts";
import { jsonOption, wholeNumber } from "./flags.ts";
import { siteEntry } from "./package-root.ts";

interface Flags {
  port: number;
  json?: true;
}

export const addSites: AddCommand = (program, context) => {
  program
    .command("sites")
    .description("Serve the self-hosted sites until Ctrl-C, for a person to click through.")
    .option("--port <n>", "port on this machine; 0 for any free one", wholeNumber, 7780)
    .addOption(jsonOption())
    .addHelpText("after", "\nExample:\n  dreamgym sites --port 8080")
    .action(async ({ port, json }: Flags) => {
      await using sites = await startSiteProcess({
        entry: siteEntry(),
        worlds: WORLD_SEEDS,
        sites: SITE_URLS,
        port,
      });
      const addresses = Object.entries(sites.origins).map(([name, { address }]) => ({
        name,
        // Browsers resolve every name below `localhost` to this machine; the server reads the first label.
        url: `http://${name}.localhost:${address.split(":").at(-1)}/`,
      }));
      if (json) context.print(JSON.stringify(addresses));
      else for (const { name, url } of addresses) context.print(`${name.padEnd(10)} ${url}`);
      context.progress.note("Serving. Ctrl-C ends it.");
      if (!context.signal.aborted) await once(context.signal, "abort");
    });
};
