import { describe, expect, it } from "vitest";
import { assertAllOnLedger, type LedgerEntry, totalsByLine } from "./ledger.ts";

const spent = (line: LedgerEntry["line"], requests: number): LedgerEntry => ({
  line,
  arm: null,
  seed: null,
  episodes: 1,
  steps: 2,
  requests,
  failedEpisodes: 0,
  countedBySite: requests,
});

describe("the ledger", () => {
  it("rejects a request that the sites received outside of any line", () => {
    const expenses = [spent("training", 5), spent("evaluation", 7)];
    expect(() => assertAllOnLedger(expenses, 12)).not.toThrow();
    expect(() => assertAllOnLedger(expenses, 13)).toThrow("13 at the sites and 12 on it");
  });

  it("counts interrupted work", () => {
    const cut: LedgerEntry = { ...spent("training", 5), isCutOff: true };
    expect(totalsByLine([cut, spent("training", 1)])).toMatchObject({
      lines: { training: { requests: 6 } },
      cutOffs: 1,
    });
  });
});
