import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { numberedEpisode } from "../../test/support/numbered-episode.ts";
import { createRandom } from "../core/random.ts";
import { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { openKeptBuffer } from "./kept-buffer.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kept-buffer-"));
});

const RULES = { maxDreamedShare: 0.3, maxEntries: 12 };

async function fill(path: string, from: number, to: number): Promise<ReplayBuffer> {
  using kept = await openKeptBuffer(path, RULES);
  for (let number = from; number < to; number++) {
    const { trajectory, answers } = numberedEpisode(number);
    await kept.add(trajectory, answers);
    kept.noteUse([`${trajectory.id}#0`, "episode-000001#0"]);
  }
  return kept.buffer;
}

describe("openKeptBuffer", () => {
  it("opens again as the same buffer, evictions and uses included", async () => {
    await fill(folder, 0, 14);
    const resumed = await fill(folder, 14, 40);
    const whole = await fill(mkdtempSync(join(tmpdir(), "kept-buffer-")), 0, 40);
    expect(whole.size).toBeGreaterThan(8);
    expect(resumed.entries).toEqual(whole.entries);
  });

  it("keeps origins", async () => {
    await fill(folder, 0, 5);
    using kept = await openKeptBuffer(folder, RULES);
    const { certainty, evidence } = kept.buffer.provenance("episode-000004#0") ?? {};
    expect({ certainty, evidence }).toEqual({ certainty: 0.95, evidence: ["episode-000003#0"] });
  });

  it("drops a torn line and an unfinished episode", async () => {
    const before = await fill(folder, 0, 4);
    appendFileSync(join(folder, "journal.jsonl"), '{"kind":"episode","id":"epis');
    writeFileSync(join(folder, "episodes", "episode-000004.jsonl.unfinished"), "{");
    const after = await fill(folder, 4, 4);
    expect(after.entries).toEqual(before.entries);
    expect((await fill(folder, 4, 5)).has("episode-000004")).toBe(true);
    expect(readdirSync(join(folder, "episodes"))).toHaveLength(5);
  });

  it("refuses other rules, and a second holder", async () => {
    using _ = await openKeptBuffer(folder, RULES);
    await expect(openKeptBuffer(folder, RULES)).rejects.toThrow("is writing to the run folder");
    const other = mkdtempSync(join(tmpdir(), "kept-buffer-"));
    await fill(other, 0, 1);
    await expect(openKeptBuffer(other, { ...RULES, maxEntries: 13 })).rejects.toThrow("maxEntries");
  });

  it(
    "loses nothing that was acknowledged when its writer is killed",
    { timeout: 240_000 },
    async () => {
      const random = createRandom("kill");
      const program = fileURLToPath(
        new URL("../../test/support/keep-episodes.ts", import.meta.url),
      );
      let acknowledged = 0;
      for (let round = 0; round < 4; round++) {
        const writer = spawn(process.execPath, ["--import", "tsx", program, folder], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        const killAfter = acknowledged + 2 + random.int(20);
        for await (const _ of createInterface({ input: writer.stdout })) {
          acknowledged++;
          if (acknowledged < killAfter) continue;
          // The next episode is being written.
          await setTimeout(random.int(12));
          writer.kill("SIGKILL");
        }
        if (writer.exitCode === null && writer.signalCode === null) await once(writer, "exit");
        using kept = await openKeptBuffer(folder);
        const whole = new ReplayBuffer();
        for (let number = 0; number < kept.buffer.trajectoryIds.length; number++) {
          const { trajectory, answers } = numberedEpisode(number);
          whole.add(trajectory, answers);
        }
        expect(kept.buffer.records).toEqual(whole.records);
        expect(whole.size).toBeGreaterThanOrEqual(acknowledged);
        acknowledged = whole.size;
      }
      expect(acknowledged).toBeGreaterThan(8);
    },
  );
});
