/** The real environment keeps the contract of all environments. */

import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { createBrowserEnv, launchForTest, taskOn } from "../support/real-env.ts";
import { CONTRACT_PAGES, describeEnvContract } from "../contracts/env-contract.ts";
import { startPageServer } from "../support/page-server.ts";

describeEnvContract("BrowserEnv", async () => {
  const server = await startPageServer(CONTRACT_PAGES);
  const origins = { site: { origin: "http://site.test", address: server.address } };
  const browser = await launchForTest(origins);
  return {
    createEnv: () => createBrowserEnv({ browser, origins, evaluator: createEvaluator() }),
    task: taskOn(["http://site.test/"]),
    countReceived: () => server.received.length,
    async dispose() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
});
