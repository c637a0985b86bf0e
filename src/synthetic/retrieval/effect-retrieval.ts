/** Finds the recorded state change most similar to the one to predict, and its effect on a page. */

import type { PageRequest } from "../../core/experience.ts";
import type { PageEdit } from "../tree/page-edit.ts";
import { isIdentifying, type RequestFeatures } from "./binding/request-features.ts";
import { transferEdits } from "./binding/edit-transfer.ts";
import { overlap } from "../tree/page-diff.ts";
import { itemAround } from "../tree/page-items.ts";
import type { PageTree } from "../tree/page-tree.ts";
import type { Effect, View } from "./index/recorded-effect.ts";
import type { SiteIndex } from "./index/site-index.ts";
import { splitUrl } from "../../page/url-parts.ts";

/** A state change of the session. */
export interface SessionMutation {
  request: PageRequest;
  features: RequestFeatures;
  shapeKey: string | null;
}

export interface EffectPrediction {
  edits: PageEdit[];
  evidence: string[];
  support: number;
  /** In words, for the reasoning. */
  basis: string;
}

/** Similar examples that explanations are checked on, next to the best one. */
const PEERS = 6;
/** Examples whose pages are compared with the current page. */
const RANKED = 24;

/** The effect of a state change on a page. It has no edits and no evidence when nothing similar was seen. */
export function predictEffect(
  index: SiteIndex,
  mutation: SessionMutation,
  url: string,
  page: PageTree,
  view: View,
): EffectPrediction {
  const all = mutation.shapeKey === null ? [] : index.effects.effectsOf(mutation.shapeKey);
  const shape = index.shapeKey("GET", url);
  const relation = relationOf(url, mutation.features);
  const onShape = all.filter(
    (effect) =>
      effect.isChange &&
      (effect.url === url || (shape !== null && index.shapeKey("GET", effect.url) === shape)) &&
      relationOf(effect.url, effect.features) === relation,
  );
  if (onShape.length > 0) {
    const ranked = rankEffects(index, informative(onShape, mutation), mutation, url, page, view);
    const [best, ...rest] = ranked as [Effect, ...Effect[]];
    const peers = rest.filter((effect) => effect.view === best.view).slice(0, PEERS);
    const transfer = transferEdits(
      best.change as NonNullable<Effect["change"]>,
      peers.flatMap((effect) => effect.change ?? []),
      page,
      mutation.features,
    );
    const kindFits = best.view === view ? 1 : 0.8;
    const anchored = transfer.edits.length + transfer.homeless;
    const found = anchored === 0 ? 1 : 0.5 + (0.5 * transfer.edits.length) / anchored;
    return {
      edits: transfer.edits,
      evidence: [best.id, ...peers.map((effect) => effect.id)],
      support: transfer.support * kindFits * found * (rest.length > 0 ? 1 : 0.85),
      basis: `as ${best.mutation.id} did (${best.mutation.request.url})`,
    };
  }
  return frameEffect(index, all, mutation, page);
}

/** The effects worth learning from: of a form with the same fields, sent with something new in them. */
function informative(effects: readonly Effect[], { request }: SessionMutation): readonly Effect[] {
  const wanted = fieldNames(request);
  const sameForm = effects.filter(({ mutation }) => fieldNames(mutation.request) === wanted);
  const alike = sameForm.length > 0 ? sameForm : effects;
  const changing = alike.filter((effect) => !effect.saidNothingNew);
  return changing.length > 0 ? changing : alike;
}

const fieldNames = ({ fields }: PageRequest): string =>
  (fields ?? [])
    .map(([name]) => name)
    .sort()
    .join(" ");

/** The effect of the change on the frame around every page, from its effect on pages of other shapes. */
function frameEffect(
  index: SiteIndex,
  all: readonly Effect[],
  mutation: SessionMutation,
  page: PageTree,
): EffectPrediction {
  const seen = all.filter((effect) => effect.isChange);
  const ranked = rankEffects(index, seen, mutation, "", page, "revisit");
  const best = ranked[0];
  if (best === undefined)
    return {
      edits: [],
      evidence: [],
      support: all.length > 0 ? 0.6 : 0.3,
      basis: "no recording says how",
    };
  const peers = ranked.slice(1, PEERS + 1);
  const transfer = transferEdits(
    best.change as NonNullable<Effect["change"]>,
    peers.flatMap((effect) => effect.change ?? []),
    page,
    mutation.features,
    { onlyFrame: true },
  );
  return {
    edits: transfer.edits,
    evidence: [best.id, ...peers.map((effect) => effect.id)],
    support: transfer.support * 0.8,
    basis: `in the frame of the page alone, as in ${best.id}`,
  };
}

function rankEffects(
  index: SiteIndex,
  effects: readonly Effect[],
  mutation: SessionMutation,
  url: string,
  page: PageTree,
  view: View,
): Effect[] {
  const present = mentions(page, mutation.features);
  // The cheap part first: only the likeliest of many are worth a look at their pages.
  const cheap = (effect: Effect): number =>
    (effect.view === view ? 3 : 0) +
    3 * index.effects.likeForms(effect.mutation.request, mutation.request) +
    (effect.url === url ? 1.5 : 0);
  const likely =
    effects.length <= RANKED
      ? effects
      : [...effects].sort((a, b) => cheap(b) - cheap(a)).slice(0, RANKED);
  const scored = likely.map((effect) => {
    let score = cheap(effect);
    if (effect.before !== null) {
      score += 4 * overlap(effect.before.signatures(), page.signatures());
      score += mentions(effect.before, effect.features) === present ? 2 : 0;
    }
    return { effect, score };
  });
  return scored.sort((a, b) => b.score - a.score).map(({ effect }) => effect);
}

/** Whether a list on the page already holds an item about the subject of the request. */
function mentions(page: PageTree, features: RequestFeatures): boolean {
  const wanted = new Set<string>();
  for (const [name, value] of features)
    if (isIdentifying(name) && (value.startsWith("/") || value.length > 2)) wanted.add(value);
  for (const { node, attribute, value } of page.strings()) {
    if (attribute !== "href" && attribute !== "action" && attribute !== "value") continue;
    if (wanted.has(value) && itemAround(page, node) !== null) return true;
  }
  return false;
}

/** Which parts of a page's URL the request names: `/books/7` after a request about 7 is related, `/books/8` is not. */
function relationOf(url: string, features: RequestFeatures): string {
  const said = new Set<string>();
  for (const [name, value] of features)
    if (/^(segment|param|field|from:segment)/u.test(name)) said.add(value);
  return splitUrl(url)
    .segments.map((part) => (said.has(part) ? "1" : "0"))
    .join("");
}
