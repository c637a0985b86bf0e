/** The client against what SkyRL 0.4.0 answered on a CPU, byte for byte: `tools/record-engine.ts` recorded it. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useEngine } from "./support/engine-script.ts";
import { replayTraffic } from "./support/engine-transcript.ts";
import { openEngine } from "./support/open-engine.ts";

const RECORDED = join(import.meta.dirname, "support", "recorded", "skyrl-0.4.0.jsonl");
const SKYRL = process.env["DREAMGYM_SKYRL_URL"];

const check = ({
  losses,
  sample,
  trained,
  stepped,
  margins,
  path,
  before,
  after,
}: Awaited<ReturnType<typeof useEngine>>) => {
  // Imitation lowers the loss of what it imitates, and preferences that of the preferred reply.
  expect(losses).toHaveLength(4);
  expect(losses[3]).toBeLessThan(losses[0] as number);
  expect(margins[0]).toBeCloseTo(Math.LN2, 4);
  expect(margins[1]).toBeLessThan(margins[0] as number);
  // The engine sees the sampled tokens as the sampler saw them.
  expect(sample.tokens).toHaveLength(sample.logProbs.length);
  const again = trained.logProbs[0]?.slice(-sample.tokens.length) ?? [];
  for (const [index, value] of again.entries())
    expect(value).toBeCloseTo(sample.logProbs[index] as number, 3);
  expect(Object.keys(stepped).join()).toContain("grad_norm");
  expect(path).toMatch(/^tinker:\/\/.*\/saved$/u);
  // Saved weights give the same log-probabilities in another adapter.
  for (const [index, value] of (before[0] ?? []).entries())
    expect(after[0]?.[index]).toBeCloseTo(value, 4);
};

describe("the Tinker API", () => {
  it("is spoken as SkyRL understands it, in every request of the recording", async () => {
    await using server = await replayTraffic(RECORDED);
    {
      await using engine = await openEngine(server.url, "skyrl-jax");
      check(await useEngine(engine, "tiny-qwen3"));
    }
    // Polls that came too early and heartbeats depend on the clock of the day.
    const left = server.unused().filter((path) => !/retrieve_future|heartbeat/u.test(path));
    expect(left).toEqual([]);
  });

  it.skipIf(SKYRL === undefined)(
    "works against a running SkyRL server (needs DREAMGYM_SKYRL_URL)",
    { timeout: 600_000 },
    async () => {
      await using engine = await openEngine(SKYRL ?? "", "skyrl-jax");
      check(await useEngine(engine, "any"));
    },
  );
});
