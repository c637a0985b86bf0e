import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunFolder, openRunFolder } from "../store/run-folder.ts";
import type { LedgerEntry } from "../store/ledger.ts";
import { openRunRecords } from "./run-records.ts";

const spent: LedgerEntry = {
  line: "evaluation",
  arm: "bc",
  seed: 1,
  episodes: 3,
  steps: 20,
  requests: 18,
  failedEpisodes: 0,
  countedBySite: 18,
};

let path: string;
let folder: RunFolder;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "records-"));
  folder = openRunFolder(path, {});
});
afterEach(() => {
  folder[Symbol.dispose]();
  rmSync(path, { recursive: true });
});

describe("the spending of a killed run", () => {
  it("is on the ledger of the resumed run, once", async () => {
    using killed = await openRunRecords(folder);
    killed.addExpense({ ...spent, arm: "dream" });
    killed.keepSpent({ ...spent, isCutOff: true });
    using next = await openRunRecords(folder);
    expect(next.expenses.map(({ arm, isCutOff }) => [arm, isCutOff])).toEqual([
      ["dream", undefined],
      ["bc", true],
    ]);
    using last = await openRunRecords(folder);
    expect(last.expenses).toHaveLength(2);
  });

  it("is not counted again when its work ended", async () => {
    using ended = await openRunRecords(folder);
    ended.keepSpent({ ...spent, episodes: 2, isCutOff: true });
    ended.addExpense(spent);
    using next = await openRunRecords(folder);
    expect(next.expenses).toEqual([spent]);
  });
});
