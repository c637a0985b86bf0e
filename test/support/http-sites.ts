/** The self-hosted sites with one text browser on them: no Chromium, no scripts. */

import { OWN_SITE_URLS } from "../../fixtures/site-urls.ts";
import { WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { siteEntry } from "../../src/cli/package-root.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { createHttpEnv, type HttpEnv } from "../../src/real/http/http-env.ts";
import { startSiteProcess } from "../../src/real/sites/site-process.ts";

export interface HttpSites extends AsyncDisposable {
  envs: readonly HttpEnv[];
}

export async function openSitesOverHttp(): Promise<HttpSites> {
  const sites = await startSiteProcess({
    entry: siteEntry(),
    worlds: WORLD_SEEDS,
    sites: OWN_SITE_URLS,
  });
  const env = createHttpEnv({
    origins: sites.origins,
    evaluator: createEvaluator(),
    sites: sites.control,
  });
  return {
    envs: [env],
    async [Symbol.asyncDispose]() {
      await env[Symbol.asyncDispose]();
      await sites[Symbol.asyncDispose]();
    },
  };
}
