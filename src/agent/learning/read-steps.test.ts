/** A step whose text was masked stays a step that the policy can learn from, at the probability it was drawn with. */

import { expect, it } from "vitest";
import { startPageServer } from "../../../test/support/page-server.ts";
import { runEpisode } from "../../core/episode.ts";
import { createRandom } from "../../core/random.ts";

import { TrajectorySchema, type Trajectory } from "../../core/trajectory.ts";
import { createHttpEnv } from "../../text-browser/http/http-env.ts";
import { CandidatePolicy } from "../network/candidate-policy.ts";
import { logProbabilities } from "../network/distribution.ts";
import { readSteps } from "./read-steps.ts";

const PIN = "4711";

it("reads masked steps by the policy's own choice, from memory and from a file", async () => {
  await using server = await startPageServer({
    "/": `<title>Door</title><form action=/in><input type=password name=pin aria-label=PIN><input name=who aria-label=Who><button>Open</button></form>`,
    "/in": `<title>Inside</title><h1>Inside</h1><a href=/>Leave</a>`,
  });
  await using env = createHttpEnv({
    origins: { site: { origin: "http://site.test", address: server.address } },
    evaluator: { evaluate: () => Promise.resolve({ status: "scored", value: 1, checks: [] }) },
  });
  const policy = new CandidatePolicy({ tableBits: 10 }, 1);
  const noise = createRandom(5);
  for (let i = 0; i < policy.network.table.length; i++)
    policy.network.table[i] = 0.2 * noise.normal();
  let masked = 0;
  for (let seed = 0; seed < 30; seed++) {
    const trajectory = await runEpisode({
      env,
      policy: policy.sampling(createRandom(seed)),
      task: {
        id: "door",
        goal: `Open the door as "Ann" with the PIN "${PIN}"`,
        startUrls: ["http://site.test/"],
        sites: ["site"],
        maxSteps: 8,
        checks: [],
        templateId: 1,
        world: "",
      },
      seed,
      id: `e${seed}`,
      actor: "policy",
      source: "real",
      isStored: false,
    });
    const actions = trajectory.transitions.map(({ action }) => action);
    masked += actions.filter((a) => a.kind === "type" && a.text === "[masked]").length;
    const stored = TrajectorySchema.parse(JSON.parse(JSON.stringify(trajectory)));
    for (const read of [trajectory, stored])
      expect(logprobsOf(policy, read)).toEqual(trajectory.transitions.map((t) => t.logprob));
  }
  expect(masked).toBeGreaterThan(0);
});

/** NaN where a step is not one of the candidates. */
function logprobsOf(policy: CandidatePolicy, trajectory: Trajectory): number[] {
  return readSteps(policy, trajectory).map(
    ({ state, chosen }) => logProbabilities(policy.network.forward(state))[chosen] ?? Number.NaN,
  );
}
