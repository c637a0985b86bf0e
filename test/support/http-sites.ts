/** Sites with one text browser on them: no Chromium, no scripts. */

import { WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { createProvider } from "../../fixtures/site-providers.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { createHttpEnv, type HttpEnv } from "../../src/text-browser/http/http-env.ts";
import { startSites } from "../../src/real/sites/site-provider.ts";

export interface HttpSites extends AsyncDisposable {
  envs: readonly HttpEnv[];
}

/** @param names of sites that one provider serves */
export async function openSitesOverHttp(names: readonly string[]): Promise<HttpSites> {
  const sites = await startSites(createProvider(names, { searchPath: process.env["PATH"] }), {
    worlds: WORLD_SEEDS,
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
