/**
 * The action contract: which actions a world refuses, and with which sentence. A dream that accepts what a browser
 * refuses teaches actions that do not exist. AdvSim2Real (arXiv:2610.08773) found this to be its largest gap.
 */

import { z } from "zod";
import { ShareSchema, shareOf } from "./share.ts";

/** One action done in both worlds. */
export interface ComparedAction {
  site: string;
  /** What was done: an action's kind, or a mistake in words. */
  what: string;
  /** `lastActionError` of each world. */
  realError: string | null;
  dreamedError: string | null;
}

const DisagreementSchema = z.strictObject({
  site: z.string(),
  what: z.string(),
  real: z.string().nullable().describe("the real browser's sentence; null: it accepted"),
  dreamed: z.string().nullable().describe("the dream's sentence; null: it accepted"),
  times: z.int(),
});

export const ActionContractSchema = z.strictObject({
  actions: z.int().describe("actions done in both worlds"),
  bothAccept: z.int(),
  sameRefusal: z.int().describe("both refuse, with the same sentence"),
  otherWords: z.int().describe("both refuse, with different sentences"),
  onlyDreamAccepts: z.int(),
  onlyRealAccepts: z.int(),
  agreement: ShareSchema.describe("both accept, or both refuse with the same sentence"),
  refusalAgreement: ShareSchema.describe(
    "of actions that the real browser refuses: the dream refuses with the same sentence",
  ),
  disagreements: z.array(DisagreementSchema).describe("each kind once, most frequent first"),
});
export type ActionContract = z.infer<typeof ActionContractSchema>;

/** A dialog is news, not a refusal: the action was done. */
const DIALOG = "The page showed a dialog";

export function compareContracts(actions: readonly ComparedAction[]): ActionContract {
  const judged = actions.map((action) => ({
    ...action,
    real: refusal(action.realError),
    dreamed: refusal(action.dreamedError),
  }));
  const count = (holds: (action: (typeof judged)[number]) => boolean): number =>
    judged.filter(holds).length;
  const bothAccept = count(({ real, dreamed }) => real === null && dreamed === null);
  const sameRefusal = count(({ real, dreamed }) => real !== null && real === dreamed);
  const onlyDreamAccepts = count(({ real, dreamed }) => real !== null && dreamed === null);
  const onlyRealAccepts = count(({ real, dreamed }) => real === null && dreamed !== null);
  const alike = bothAccept + sameRefusal;
  const refused = count(({ real }) => real !== null);
  return {
    actions: judged.length,
    bothAccept,
    sameRefusal,
    otherWords: judged.length - alike - onlyDreamAccepts - onlyRealAccepts,
    onlyDreamAccepts,
    onlyRealAccepts,
    agreement: shareOf(alike, judged.length),
    refusalAgreement: shareOf(sameRefusal, refused),
    disagreements: listDisagreements(judged),
  };
}

/** The sentence without refs, which differ between worlds. */
function refusal(error: string | null): string | null {
  if (error === null || error.startsWith(DIALOG)) return null;
  return error.replaceAll(/\[\d+\]/gu, "[…]");
}

function listDisagreements(
  judged: readonly { site: string; what: string; real: string | null; dreamed: string | null }[],
): ActionContract["disagreements"] {
  const found = new Map<string, ActionContract["disagreements"][number]>();
  for (const { site, what, real, dreamed } of judged) {
    if (real === dreamed) continue;
    const key = JSON.stringify([site, what, real, dreamed]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { site, what, real, dreamed, times: 1 });
    else known.times++;
  }
  return [...found.values()].toSorted((a, b) => b.times - a.times);
}
