/**
 * Fidelity by how much an action really changed, with form and state apart. A simulator that is right where nothing
 * happens says little: EnvSimBench (arXiv:2605.07247) found 99 to 100 % there, and 4 % where five things change.
 *
 * One case is one recorded action, dreamed from its recorded state.
 *
 * - **Looks right** (form): the URL and all nodes of the page are right.
 * - **Is right** (state): what the page holds but does not show is right (links' targets, and all that its forms would
 *   send). And the next recorded action, taken from the dream's own page, leads to the right page wherever the dream
 *   is able to answer it: wherever it answers rightly from the recorded page with the recorded past.
 * - **Right in both**: looks right and is right.
 * - **Wrong under the surface**: looks right, but is not. Nobody who reads the page can notice it.
 */

import { z } from "zod";
import type { Walk } from "./dream-walks.ts";
import { ShareSchema, shareOf } from "./share.ts";

/** EnvSimBench's classes of changed variables, for changed nodes of a page. */
const SIZES = [
  { size: "0", from: 0, to: 0 },
  { size: "1–2", from: 1, to: 2 },
  { size: "3–6", from: 3, to: 6 },
  { size: "7+", from: 7, to: Number.POSITIVE_INFINITY },
];

export const ChangeFidelitySchema = z.strictObject({
  size: z.string().describe("nodes that the action really changed, or `all`"),
  steps: z.int().describe("actions of this size"),
  looksRight: ShareSchema.describe("form: URL and all nodes are right"),
  isRight: ShareSchema.describe("state: links, forms and the next answer are right"),
  rightInBoth: ShareSchema.describe("form and state are right"),
  wrongUnderSurface: ShareSchema.describe("of those that look right: state is wrong"),
  changeF1: z.number().nullable().describe("mean F1 of the nodes that changed; null without steps"),
});
export type ChangeFidelity = z.infer<typeof ChangeFidelitySchema>;

/** One case of the measure, judged. */
export interface JudgedStep {
  walk: Walk;
  looksRight: boolean;
  isRight: boolean;
}

/** Judges the first action of each walk. The second actions say whether the state behind the page is right. */
export function judgeSteps(walks: readonly Walk[]): JudgedStep[] {
  const key = ({ real, at }: Pick<Walk, "real" | "at">): string => `${at} ${real.id}`;
  const known = new Map(walks.map((walk) => [key(walk), walk]));
  return walks.flatMap((walk) => {
    const [first, second] = walk.steps;
    if (first === undefined) return [];
    const fromTruth = known.get(key({ real: walk.real, at: walk.at + 1 }))?.steps[0];
    const isAnswerable = second !== undefined && fromTruth?.form === true;
    const isRight = first.hidden && (!isAnswerable || second.form);
    return [{ walk, looksRight: first.form, isRight }];
  });
}

/** One row a size, and one over all. */
export function measureChanges(steps: readonly JudgedStep[]): ChangeFidelity[] {
  return [...SIZES, { size: "all", from: 0, to: Number.POSITIVE_INFINITY }].map(
    ({ size, from, to }) => {
      const own = steps.filter(({ walk }) => walk.size >= from && walk.size <= to);
      return { size, ...measureGroup(own) };
    },
  );
}

function measureGroup(steps: readonly JudgedStep[]): Omit<ChangeFidelity, "size"> {
  const looking = steps.filter(({ looksRight }) => looksRight);
  const both = looking.filter(({ isRight }) => isRight).length;
  const overlap = steps.reduce((sum, { walk }) => sum + (walk.steps[0]?.changeF1 ?? 0), 0);
  return {
    steps: steps.length,
    looksRight: shareOf(looking.length, steps.length),
    isRight: shareOf(steps.filter(({ isRight }) => isRight).length, steps.length),
    rightInBoth: shareOf(both, steps.length),
    wrongUnderSurface: shareOf(looking.length - both, looking.length),
    changeF1: steps.length === 0 ? null : overlap / steps.length,
  };
}
