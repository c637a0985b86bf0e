/**
 * The bundled sites under WebArena's addresses: environment variables with a URL for each site, accounts that log in by
 * form, and a reset server. Nothing of it knows dreamgym: no episode tokens, no control.
 */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { OWN_SITE_URLS, siteEntry } from "../../fixtures/index.ts";
import { createWorld } from "../../fixtures/worlds/world.ts";
import type { WebArenaSettingsInput } from "../../src/real/harness/webarena/webarena-settings.ts";
import { startSiteProcess, type SiteProcess } from "../../src/real/sites/site-process.ts";

export interface WebArenaStandIn extends AsyncDisposable {
  /** `SHOPPING`, …, and `WA_FULL_RESET`. */
  variables: Record<string, string>;
  /** What differs from WebArena's own accounts and pages. */
  differences: Pick<WebArenaSettingsInput, "accounts" | "loginPages">;
  /** How often the reset server reset the sites. */
  readonly resets: number;
  /** All sites forget their state and their sessions. */
  restart(): Promise<void>;
}

const SEED = 1;
/** Whose state requests without a token reach. */
const VISITOR = "visitor";
const RESETTING = "Reset ongoing";
/** Pages that only a logged-in user sees. The encyclopedia has no login, the map needs none. */
const CHECKS = {
  shopping: { loginPath: "/login", checkPath: "/account", checkText: "" },
  shopping_admin: { loginPath: "/login", checkPath: "/settings", checkText: "" },
  reddit: { loginPath: "/login", checkPath: "/settings", checkText: "" },
  gitlab: { loginPath: "/login", checkPath: "/todos", checkText: "" },
};

export async function openWebArenaStandIn(): Promise<WebArenaStandIn> {
  const { username, email, password } = createWorld(SEED).people.account;
  const start = (port: number): Promise<SiteProcess> =>
    startSiteProcess({ entry: siteEntry(), worlds: { A: SEED }, sites: OWN_SITE_URLS, port });
  let sites = await start(0);
  const port = Number(sites.origins["shopping"]?.address.split(":")[1]);
  let resets = 0;
  let state = "Ready for duty!";
  const server = createServer((request, reply) => {
    if (request.url !== "/reset") return void reply.end(state);
    if (state === RESETTING) return void reply.writeHead(418).end();
    state = RESETTING;
    resets += 1;
    sites.control.resetEpisode(VISITOR).then(
      () => (state = "Ready for duty!"),
      (error: unknown) => (state = String(error)),
    );
    reply.end("started");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const urls = Object.entries(OWN_SITE_URLS).map(([site, url]) => [
    site.toUpperCase(),
    `${url.replace(".test", ".localhost")}:${port}`,
  ]);
  return {
    variables: {
      ...(Object.fromEntries(urls) as Record<string, string>),
      WA_FULL_RESET: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    differences: {
      accounts: Object.fromEntries(
        Object.keys(CHECKS).map((site) => [
          site,
          { username: site === "shopping" ? email : username, password },
        ]),
      ),
      loginPages: CHECKS,
    },
    get resets() {
      return resets;
    },
    async restart() {
      await sites[Symbol.asyncDispose]();
      sites = await start(port);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await sites[Symbol.asyncDispose]();
    },
  };
}
