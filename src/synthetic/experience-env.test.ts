/** The dream keeps the contract of all environments. Its pages are those that the text browser recorded. */

import { runEpisode } from "../core/episode.ts";
import type { Task } from "../core/task.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { createHttpEnv } from "../text-browser/http/http-env.ts";
import { CONTRACT_PAGES, describeEnvContract } from "../../test/contracts/env-contract.ts";
import { startPageServer } from "../../test/support/page-server.ts";
import { ReplayBuffer } from "./buffer/replay-buffer.ts";
import { createExperienceEnv } from "./experience-env.ts";
import { RetrievalModel } from "./retrieval/retrieval-model.ts";

const TASK: Task = {
  id: "page",
  goal: "Look around.",
  startUrls: ["http://site.test/"],
  sites: ["site"],
  maxSteps: 50,
  checks: [],
  templateId: 1,
  world: "",
};

describeEnvContract("ExperienceEnv", async () => {
  await using server = await startPageServer(CONTRACT_PAGES);
  const evaluator = createEvaluator();
  await using live = createHttpEnv({
    origins: { site: { origin: "http://site.test", address: server.address } },
    evaluator,
  });
  const visit = await runEpisode({
    env: live,
    task: TASK,
    seed: 0,
    id: "visit",
    actor: "script",
    source: "real",
    record: true,
    policy: {
      act: ({ observation }) => {
        const link = observation.nodes.find(({ role }) => role === "link");
        return {
          action:
            link === undefined ? { kind: "stop", answer: "" } : { kind: "click", ref: link.ref },
        };
      },
    },
  });
  const model = new RetrievalModel({ buffer: new ReplayBuffer([visit]) });
  return {
    createEnv: () =>
      createExperienceEnv({ model, evaluator, origins: { site: "http://site.test" } }),
    task: TASK,
    countReceived: null,
  };
});
