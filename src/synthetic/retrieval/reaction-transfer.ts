/** Carries a script's recorded change of a page over to another page. */

import type { PageEvent } from "../../core/experience.ts";
import { collapseSpace } from "../../page/dom.ts";
import type { LoadRecord } from "../buffer/experience-records.ts";
import type { PageEdit } from "../tree/page-edit.ts";
import { itemAround, itemsByKey } from "../tree/page-items.ts";
import {
  findByKey,
  kinKey,
  textOf,
  type PageTree,
  type TreeElement,
  type TreeNode,
} from "../tree/page-tree.ts";
import { bindInsert } from "./bind-insert.ts";
import type { KnownFacts } from "./binding/known-facts.ts";
import { changeNumbers, type TextChange } from "./binding/number-formulas.ts";
import { bindText } from "./binding/slot-binding.ts";
import { markEdits, type RevealedMark } from "./revealed-marks.ts";
import type { EventPlace } from "./script-navigation.ts";

/** A recorded event and what a script made of it. */
export interface ReactionExample extends EventPlace {
  id: string;
  /** The page after the event. The same as before if the event opened another page. */
  after: PageTree;
  /** The other page that the event opened. */
  load: LoadRecord | null;
  edits: PageEdit[];
  /** What the browser showed of elements that the event revealed. */
  marks: readonly RevealedMark[];
}

/** Attributes by which an element names the one that it controls. */
const CONTROL_ATTRIBUTES = ["aria-controls", "href", "for", "data-target", "popovertarget"];

/** The loose key of entries that are hidden exactly when they lack the typed text; null where that rule fails. */
export function filterRule(example: ReactionExample): string | null {
  const typed = example.event.text?.trim().toLowerCase() ?? "";
  if (typed === "") return null;
  for (const [key, items] of itemsByKey(example.after)) {
    if (items.length < 2) continue;
    const hidden = items.filter((item) => item.attributes["hidden"] !== undefined);
    if (hidden.length === 0) continue;
    if (items.every((item) => lacks(item, typed) === (item.attributes["hidden"] !== undefined)))
      return key;
  }
  return null;
}

function lacks(item: TreeElement, typed: string): boolean {
  return !textOf(item).toLowerCase().includes(typed);
}

export class ReactionTransfer {
  constructor(
    best: ReactionExample,
    peers: readonly ReactionExample[],
    place: EventPlace,
    facts: KnownFacts,
  ) {
    this.#best = best;
    this.#peers = peers;
    this.#place = place;
    this.#page = place.page;
    this.#acted = place.acted;
    this.#event = place.event;
    this.#facts = facts;
  }

  readonly #best: ReactionExample;
  readonly #peers: readonly ReactionExample[];
  readonly #place: EventPlace;
  readonly #facts: KnownFacts;
  readonly #page: PageTree;
  readonly #acted: TreeElement;
  readonly #event: PageEvent;

  /** 0–1: how well the places that vary in what the script inserts are explained; 1 where nothing varies. */
  support = 1;
  /** Texts in it that have too little evidence. */
  readonly guesses = new Set<string>();

  edits(): PageEdit[] {
    const edits: PageEdit[] = [];
    const rule = [this.#best, ...this.#peers].map(filterRule).find((key) => key !== null) ?? null;
    let shown: number | null = null;
    let shownBefore: number | null = null;
    if (rule !== null) {
      const typed = this.#event.text?.trim().toLowerCase() ?? "";
      shown = 0;
      for (const item of itemsByKey(this.#page).get(rule) ?? []) {
        const hide = typed !== "" && lacks(item, typed);
        if (!hide) shown++;
        if (hide !== (item.attributes["hidden"] !== undefined))
          edits.push({
            kind: "attribute",
            path: this.#page.pathOf(item),
            name: "hidden",
            value: hide ? "" : null,
          });
      }
      shownBefore = (itemsByKey(this.#best.after).get(rule) ?? []).filter(
        (item) => item.attributes["hidden"] === undefined,
      ).length;
    }
    for (const edit of this.#best.edits) {
      const node = this.#best.page.at(edit.kind === "insert" ? edit.path.slice(0, -1) : edit.path);
      if (node === null) continue;
      if (rule !== null && edit.kind === "attribute" && edit.name === "hidden") {
        if (node.kind === "element" && this.#best.page.looseKeyOf(node) === rule) continue;
      }
      for (const place of this.#places(node, edit))
        edits.push(...this.#carry(edit, node, place, shownBefore, shown));
    }
    for (const mark of this.#best.marks) {
      const place = this.#counterpart(mark.element);
      if (place?.kind === "element") edits.push(...markEdits(mark, this.#page, place));
    }
    return edits;
  }

  /** The place of the example's edit on the page, relative to the acted-on element. */
  #places(node: TreeNode, edit: PageEdit): TreeNode[] {
    const { page: before, acted } = this.#best;
    if (node === acted) return [this.#acted];
    if (edit.kind === "attribute" && node.kind === "element") {
      const old = node.attributes[edit.name] ?? null;
      const controlled = controlledBy(before, acted);
      const mine = controlledBy(this.#page, this.#acted);
      if (controlled !== null && node === controlled) return mine === null ? [] : [mine];
      // One of several elements of which a single one is on: the one that is on now.
      const kin = kinKey(before.looseKeyOf(node));
      for (const [chosen, own] of [
        [acted, this.#acted],
        [controlled, mine],
      ] as const) {
        if (chosen === null || own === null || kinKey(before.looseKeyOf(chosen)) !== kin) continue;
        const ownKin = kinKey(this.#page.looseKeyOf(own));
        return this.#page.elements.filter(
          (other) =>
            other !== own &&
            kinKey(this.#page.looseKeyOf(other)) === ownKin &&
            (other.attributes[edit.name] ?? null) === old,
        );
      }
    }
    const place = this.#counterpart(node);
    return place === null ? [] : [place];
  }

  /** The node at the same place: in the entry of the acted-on element, or on the page. */
  #counterpart(node: TreeNode): TreeNode | null {
    const { page: before, acted } = this.#best;
    const [item, ownItem] = [itemAround(before, acted), itemAround(this.#page, this.#acted)];
    if (item !== null && ownItem !== null && itemAround(before, node) === item)
      return findByKey(ownItem, before.keyOf(node).slice(before.keyOf(item).length));
    return this.#page.find(before.keyOf(node));
  }

  #carry(
    edit: PageEdit,
    node: TreeNode,
    place: TreeNode,
    shownBefore: number | null,
    shown: number | null,
  ): PageEdit[] {
    const path = this.#page.pathOf(place);
    if (edit.kind === "remove") return [{ kind: "remove", path }];
    if (edit.kind === "insert") {
      if (place.kind === "text") return [];
      const index = Math.min(edit.path.at(-1) as number, place.children.length);
      const of = { edit, tag: place.tag, example: this.#best };
      const bound = bindInsert(of, this.#peers, this.#place, this.#facts);
      this.support = Math.min(this.support, bound.support);
      for (const guess of bound.guesses) this.guesses.add(guess);
      return [{ kind: "insert", path: [...path, index], html: bound.html }];
    }
    const after = edit.kind === "text" ? collapseSpace(edit.text) : edit.value;
    if (after === null) return edit.kind === "attribute" ? [{ ...edit, path }] : [];
    const valueAt = (at: TreeNode): string | null =>
      at.kind === "text"
        ? collapseSpace(at.text)
        : edit.kind === "attribute"
          ? (at.attributes[edit.name] ?? null)
          : null;
    const [old, mine] = [valueAt(node), valueAt(place)];
    const own = featuresOfEvent(this.#best.event, shownBefore);
    const target = featuresOfEvent(this.#event, shown);
    let value: string | null = null;
    if (old !== null && mine !== null) {
      const change: TextChange = { before: old, after, features: own };
      value = changeNumbers(change, [], mine, target)?.text ?? null;
    }
    value ??= bindText(after, own, target, []).text ?? after;
    if (edit.kind === "text")
      return place.kind === "text" ? [{ kind: "text", path, text: value }] : [];
    return [{ kind: "attribute", path, name: edit.name, value }];
  }
}

function featuresOfEvent(event: PageEvent, shown: number | null): Map<string, string> {
  const features = new Map<string, string>();
  if (event.text !== null) features.set("field:typed", event.text);
  if (shown !== null) features.set("field:shown", String(shown));
  return features;
}

function controlledBy(tree: PageTree, element: TreeElement): TreeElement | null {
  for (const name of CONTROL_ATTRIBUTES) {
    const id = element.attributes[name]?.replace(/^#/u, "");
    if (id === undefined || id === "") continue;
    const found = tree.elements.find((other) => other.attributes["id"] === id);
    if (found !== undefined) return found;
  }
  return null;
}
