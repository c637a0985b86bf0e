/** A client of a training engine as tests and tools use it: it waits as long as it says, and draws the same numbers. */

import { setTimeout as pause } from "node:timers/promises";
import { createRandom } from "../../src/core/random.ts";
import { type ProfileName, PROFILES } from "../../src/llm/tinker/engine-profile.ts";
import { TinkerEngine, type TinkerEngineOptions } from "../../src/llm/tinker/tinker-engine.ts";

export async function openEngine(
  baseUrl: string,
  profile: ProfileName,
  options: Partial<TinkerEngineOptions> = {},
): Promise<TinkerEngine> {
  return await TinkerEngine.open({
    baseUrl,
    apiKey: "",
    profile: PROFILES[profile],
    clientVersion: "dreamgym-web/test",
    warn: () => {},
    sleep: async (ms) => await pause(ms),
    random: createRandom(1),
    fetch,
    ...options,
  });
}
