/** `dreamgym sites`: serves the self-hosted sites, or real applications, for a person to click through. */

import { once } from "node:events";
import { createFossil } from "../../fixtures/providers/fossil/application.ts";
import { SITE_URLS, WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { createWorld } from "../../fixtures/worlds/world.ts";
import { provideApplication } from "../real/site-provider-application.ts";
import {
  type ProvidedSites,
  provideSiteProcess,
  type SiteProvider,
  startSites,
} from "../real/site-provider.ts";
import type { AddCommand, CliContext } from "./context.ts";
import { assertOneOf, jsonOption, wholeNumber } from "./flags.ts";
import { siteEntry } from "./package-root.ts";

interface Flags {
  port: number;
  real?: string;
  json?: true;
}

interface Address {
  name: string;
  url: string;
  username: string;
  password: string;
}

/** Applications that nobody here wrote, by the name that `--real` takes. */
const REAL_APPLICATIONS = new Map([["fossil", createFossil]]);

export const addSites: AddCommand = (program, context) => {
  program
    .command("sites")
    .description(
      "Serve the self-hosted sites, or real applications, until Ctrl-C, for a person to click through.",
    )
    .option("--port <n>", "port on this machine; 0 for any free one", wholeNumber, 7780)
    .option(
      "--real <names>",
      `real applications instead, a comma between them, each on a port of its own: ${[...REAL_APPLICATIONS.keys()].join(", ")}`,
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  dreamgym sites --port 8080\n  dreamgym sites --real fossil",
    )
    .action(async ({ port, real, json }: Flags) => {
      const served: AsyncDisposable[] = [];
      const addresses: Address[] = [];
      try {
        for (const [index, provider] of providersOf(real, context).entries()) {
          const sites = await startSites(provider, {
            worlds: WORLD_SEEDS,
            port: port === 0 ? 0 : port + index,
          });
          served.push(sites);
          addresses.push(...addressesOf(sites));
        }
        if (json) context.print(JSON.stringify(addresses));
        else
          for (const { name, url, username, password } of addresses)
            context.print(`${name.padEnd(10)} ${url}  log in as ${username}, password ${password}`);
        context.progress.note("Serving. Ctrl-C ends it.");
        if (!context.signal.aborted) await once(context.signal, "abort");
      } finally {
        for (const sites of served) await sites[Symbol.asyncDispose]();
      }
    });
};

function addressesOf(sites: ProvidedSites): Address[] {
  // Whoever comes without an episode meets the first world.
  const [world = ""] = Object.keys(WORLD_SEEDS);
  const accounts = sites.accounts(world);
  return Object.entries(sites.origins).map(([name, { address }]) => {
    const { username = "", password = "" } = accounts.find(({ site }) => site === name) ?? {};
    // Browsers resolve every name below `localhost` to this machine; the server reads the first label.
    const url = `http://${name}.localhost:${address.split(":").at(-1)}/`;
    return { name, url, username, password };
  });
}

function providersOf(real: string | undefined, context: CliContext): SiteProvider[] {
  if (real === undefined) return [ownSites()];
  const known = new Set(REAL_APPLICATIONS.keys());
  return real.split(",").map((name) => {
    assertOneOf("--real", name, known);
    const create = REAL_APPLICATIONS.get(name) as typeof createFossil;
    const application = create({ searchPath: context.environment.path ?? "" });
    return provideApplication(application, { log: (line) => context.progress.note(line) });
  });
}

/** The sites of this package: one account on all of them. */
function ownSites(): SiteProvider {
  return provideSiteProcess({
    entry: siteEntry(),
    sites: SITE_URLS,
    accounts: (seed) => {
      const { username, password } = createWorld(seed).people.account;
      return Object.keys(SITE_URLS).map((site) => ({ site, username, password, role: "customer" }));
    },
  });
}
