/** Predicts a script's reaction to an input event, from recorded reactions on elements of the same build. */

import type { PageEvent } from "../../core/experience.ts";
import type { PageEdit } from "../tree/page-edit.ts";
import { collapseSpace } from "../../page/dom.ts";
import type { ReactionRecord } from "../buffer/experience-records.ts";
import { changeNumbers, type TextChange } from "./binding/number-formulas.ts";
import { diffPages, overlap } from "../tree/page-diff.ts";
import { itemAround, itemsByKey } from "../tree/page-items.ts";
import {
  findByKey,
  parseTree,
  textOf,
  type PageTree,
  type TreeElement,
  type TreeNode,
} from "../tree/page-tree.ts";
import { bindText } from "./binding/slot-binding.ts";
import type { UrlShapes } from "./binding/url-shapes.ts";

interface Example {
  record: ReactionRecord;
  before: PageTree;
  after: PageTree;
  acted: TreeElement;
  edits: PageEdit[];
}

export interface ReactionPrediction {
  edits: PageEdit[];
  evidence: string[];
  support: number;
}

const PEERS = 5;
const KEPT_AT_A_PLACE = 4;
/** The browser's own effect on the acted-on element. */
const MECHANICAL = new Set(["value", "checked", "selected", "open"]);
/** Attributes by which an element names the one that it controls. */
const CONTROL_ATTRIBUTES = ["aria-controls", "href", "for", "data-target", "popovertarget"];

export class ReactionIndex {
  readonly #byElement = new Map<string, Example[]>();
  readonly #shapes: UrlShapes;

  constructor(records: readonly ReactionRecord[], shapes: UrlShapes) {
    this.#shapes = shapes;
    const kept = new Map<string, number>();
    for (const record of records) {
      // A few recordings of the same event on the same element of the same page are enough.
      const place = `${record.event.kind} ${record.before.url} ${record.event.element}`;
      const count = kept.get(place) ?? 0;
      if (count >= KEPT_AT_A_PLACE) continue;
      kept.set(place, count + 1);
      const before = parseTree(record.before.html);
      const acted =
        record.event.element === null ? undefined : before.elements[record.event.element];
      if (acted === undefined) continue;
      const after = parseTree(record.after.html);
      const edits = diffPages(before, after).filter((edit) => !isMechanical(edit, before, acted));
      const key = `${record.event.kind} ${before.looseKeyOf(acted)}`;
      const list = this.#byElement.get(key);
      const example = { record, before, after, acted, edits };
      if (list === undefined) this.#byElement.set(key, [example]);
      else list.push(example);
    }
  }

  /** null: no event on such an element was ever recorded. */
  predict(event: PageEvent, page: PageTree, url: string): ReactionPrediction | null {
    const acted = event.element === null ? undefined : page.elements[event.element];
    if (acted === undefined) return null;
    const examples = this.#byElement.get(`${event.kind} ${page.looseKeyOf(acted)}`);
    if (examples === undefined) return null;
    const shape = this.#shapes.shapeOf("GET", url)?.key;
    const scored = examples.map((example) => {
      let score = 3 * overlap(attributesOf(example.acted), attributesOf(acted));
      if (
        shape !== undefined &&
        this.#shapes.shapeOf("GET", example.record.before.url)?.key === shape
      )
        score += 2;
      if (example.record.before.url === url) score += 1;
      if (example.before.keyOf(example.acted) === page.keyOf(acted)) score += 1;
      if (example.record.event.text === event.text) score += 0.5;
      return { example, score };
    });
    scored.sort((a, b) => b.score - a.score);
    const nearest = scored.slice(0, PEERS + 1).map(({ example }) => example);
    const [best, ...peers] = nearest as [Example, ...Example[]];
    const reacted = best.edits.length > 0;
    const agreeing = nearest.filter((example) => example.edits.length > 0 === reacted).length;
    const support = (agreeing + 0.5) / (nearest.length + 1);
    const evidence = nearest.map((example) => example.record.id);
    if (!reacted && !nearest.some((example) => filterRule(example) !== null))
      return { edits: [], evidence, support };
    const edits = new ReactionTransfer(best, peers, page, acted, event).edits();
    return { edits, evidence, support };
  }
}

function isMechanical(edit: PageEdit, before: PageTree, acted: TreeElement): boolean {
  if (edit.kind === "attribute" && MECHANICAL.has(edit.name)) {
    const node = before.at(edit.path);
    if (node === acted || edit.name === "open") return true;
    // Options of the select, and the other buttons of a radio group.
    if (node !== null && (acted.tag === "select" || acted.attributes["type"] === "radio"))
      return edit.name !== "value";
  }
  if (acted.tag !== "textarea") return false;
  const path = before.pathOf(acted);
  return path.every((index, i) => edit.path[i] === index);
}

function attributesOf(element: TreeElement): Set<string> {
  return new Set(
    Object.entries(element.attributes)
      .filter(([name]) => name !== "value")
      .map(([name, value]) => `${name}=${value}`),
  );
}

/** The loose key of entries that are hidden exactly when they lack the typed text; null where that rule fails. */
function filterRule(example: Example): string | null {
  const typed = example.record.event.text?.trim().toLowerCase() ?? "";
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

class ReactionTransfer {
  constructor(
    best: Example,
    peers: readonly Example[],
    page: PageTree,
    acted: TreeElement,
    event: PageEvent,
  ) {
    this.#best = best;
    this.#peers = peers;
    this.#page = page;
    this.#acted = acted;
    this.#event = event;
  }

  readonly #best: Example;
  readonly #peers: readonly Example[];
  readonly #page: PageTree;
  readonly #acted: TreeElement;
  readonly #event: PageEvent;

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
      const node = this.#best.before.at(
        edit.kind === "insert" ? edit.path.slice(0, -1) : edit.path,
      );
      if (node === null) continue;
      if (rule !== null && edit.kind === "attribute" && edit.name === "hidden") {
        if (node.kind === "element" && this.#best.before.looseKeyOf(node) === rule) continue;
      }
      for (const place of this.#places(node, edit))
        edits.push(...this.#carry(edit, node, place, shownBefore, shown));
    }
    return edits;
  }

  /** The place of the example's edit on the page, relative to the acted-on element. */
  #places(node: TreeNode, edit: PageEdit): TreeNode[] {
    const { before, acted } = this.#best;
    if (node === acted) return [this.#acted];
    if (edit.kind === "attribute" && node.kind === "element") {
      const old = node.attributes[edit.name] ?? null;
      const controlled = controlledBy(before, acted);
      const mine = controlledBy(this.#page, this.#acted);
      if (controlled !== null && node === controlled) return mine === null ? [] : [mine];
      // One of several elements of which a single one is on: the one that is on now.
      const kin = before.looseKeyOf(node);
      for (const [chosen, own] of [
        [acted, this.#acted],
        [controlled, mine],
      ] as const) {
        if (chosen === null || own === null || before.looseKeyOf(chosen) !== kin) continue;
        const ownKin = this.#page.looseKeyOf(own);
        return this.#page.elements.filter(
          (other) =>
            other !== own &&
            this.#page.looseKeyOf(other) === ownKin &&
            (other.attributes[edit.name] ?? null) === old,
        );
      }
    }
    const [item, ownItem] = [itemAround(before, acted), itemAround(this.#page, this.#acted)];
    if (item !== null && ownItem !== null && itemAround(before, node) === item) {
      const place = findByKey(ownItem, before.keyOf(node).slice(before.keyOf(item).length));
      return place === null ? [] : [place];
    }
    const place = this.#page.find(before.keyOf(node));
    return place === null ? [] : [place];
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
      return [{ ...edit, path: [...path, index] }];
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
    const own = featuresOfEvent(this.#best.record.event, shownBefore);
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
