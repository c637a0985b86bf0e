/** `dreamgym sites`: serves the self-hosted sites, or real applications, for a person to click through. */

import {
  APPLICATION_NAMES,
  createProvider,
  OWN_SITE_URLS,
  WORLD_SEEDS,
} from "../../../fixtures/index.ts";
import { once } from "node:events";
import {
  type ProvidedSites,
  type SiteProvider,
  startSites,
} from "../../real/sites/site-provider.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { assertOneOf, commaList, jsonOption, portNumber } from "../flags.ts";
import { installPackages } from "../install-packages.ts";

interface Flags {
  port: number;
  real?: string[];
  install?: true;
  json?: true;
}

interface Address {
  name: string;
  url: string;
  /** null, and the password too: there is nothing to log in for. */
  username: string | null;
  password: string | null;
}

export const addSites: AddCommand = (program, context) => {
  program
    .command("sites")
    .description(
      "Serve the self-hosted sites, or real applications, until Ctrl-C, for a person to click through.",
    )
    .option("--port <n>", "port on this machine; 0 for any free one", portNumber, 7780)
    .option(
      "--real <names>",
      `real applications instead, a comma between them, each on a port of its own: ${APPLICATION_NAMES.join(", ")}`,
      commaList,
    )
    .option("--install", "put Debian packages that an application lacks on this machine first")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  dreamgym sites --port 8080\n  dreamgym sites --real fossil,mediawiki,kiwix --install",
    )
    .action(async ({ port, real, install, json }: Flags) => {
      const served: AsyncDisposable[] = [];
      const addresses: Address[] = [];
      try {
        for (const [index, provider] of providersOf(real, context).entries()) {
          const { packages } = provider;
          if (install && packages !== undefined && (await provider.missing()) !== null)
            await installPackages(packages, context);
          context.progress.note(
            `Starting ${Object.keys(provider.sites).join(", ")}. The first time, worlds are built.`,
          );
          const sites = await startSites(provider, {
            worlds: WORLD_SEEDS,
            port: port === 0 ? 0 : port + index,
          });
          served.push(sites);
          addresses.push(...addressesOf(sites));
        }
        if (json) context.print(JSON.stringify(addresses));
        else
          for (const { name, url, username, password } of addresses) {
            const login =
              username === null
                ? "nobody logs in here"
                : `log in as ${username}, password ${password}`;
            context.print(`${name.padEnd(10)} ${url}  ${login}`);
          }
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
    const account = accounts.find(({ site }) => site === name);
    // Browsers resolve every name below `localhost` to this machine; the server reads the first label.
    const url = `http://${name}.localhost:${address.split(":").at(-1)}/`;
    return {
      name,
      url,
      username: account?.username ?? null,
      password: account?.password ?? null,
    };
  });
}

function providersOf(real: string[] | undefined, context: CliContext): SiteProvider[] {
  if (real === undefined) return [createProvider(Object.keys(OWN_SITE_URLS))];
  const known = new Set<string>(APPLICATION_NAMES);
  return real.map((name) => {
    assertOneOf("--real", name, known);
    return createProvider([name], {
      searchPath: context.environment.path,
      log: (line) => context.progress.note(line),
    });
  });
}
