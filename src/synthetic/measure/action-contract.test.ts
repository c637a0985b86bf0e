import { describe, expect, it } from "vitest";
import { actionErrors } from "../../page/action-errors.ts";
import { type ComparedAction, compareContracts } from "./action-contract.ts";

const did = (realError: string | null, dreamedError: string | null): ComparedAction => ({
  site: "shop",
  what: "click",
  realError,
  dreamedError,
});

describe("compareContracts", () => {
  it("distinguishes the five outcomes", () => {
    const contract = compareContracts([
      did(null, null),
      did(null, null),
      did(actionErrors.disabled("3"), actionErrors.disabled("8")),
      did(actionErrors.disabled("3"), actionErrors.notVisible("8")),
      did(actionErrors.covered("3", "<div>"), null),
      did(null, actionErrors.noPageBack()),
    ]);
    expect(contract).toMatchObject({
      actions: 6,
      bothAccept: 2,
      sameRefusal: 1,
      otherWords: 1,
      onlyDreamAccepts: 1,
      onlyRealAccepts: 1,
      agreement: { count: 3, of: 6 },
      refusalAgreement: { count: 1, of: 3 },
    });
    expect(contract.disagreements).toHaveLength(3);
  });

  it("takes a dialog for an accepted action", () => {
    const contract = compareContracts([did(actionErrors.dialog("alert", "Saved"), null)]);
    expect(contract).toMatchObject({ bothAccept: 1, onlyDreamAccepts: 0 });
  });

  it("lists the most frequent disagreement first, without refs", () => {
    const covered = (ref: string): ComparedAction => did(actionErrors.covered(ref, "<div>"), null);
    const { disagreements } = compareContracts([
      did(null, actionErrors.noPageBack()),
      covered("1"),
      covered("2"),
    ]);
    expect(disagreements[0]).toMatchObject({ times: 2, dreamed: null });
    expect(disagreements[0]?.real).toContain("Element […] is covered");
  });
});
