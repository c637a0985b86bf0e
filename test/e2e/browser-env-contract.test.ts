/** The real environment holds to the contract of all environments. */

import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { createBrowserEnv, launchForTest, taskOn } from "../support/real-env.ts";
import { describeEnvContract } from "../contracts/env-contract.ts";
import { startPageServer } from "../support/page-server.ts";

describeEnvContract("BrowserEnv", async () => {
  const server = await startPageServer({
    "/": `<title>Start</title><h1>Start</h1><a href="/next">Next</a> <input aria-label="Name">`,
    "/next": `<title>Next</title><h1>Next</h1><p>Here it ends.</p>`,
  });
  const origins = { site: { origin: "http://site.test", address: server.address } };
  const browser = await launchForTest(origins);
  return {
    createEnv: () => createBrowserEnv({ browser, origins, evaluator: createEvaluator() }),
    task: taskOn(["http://site.test/"]),
    async dispose() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
});
