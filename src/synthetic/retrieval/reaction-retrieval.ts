/** Predicts a script's reaction to an input event, from recorded reactions on elements of the same build. */

import type { PageEvent } from "../../core/experience.ts";
import { pushTo } from "../../core/group-by.ts";
import { eventOfRecord, type ExperienceRecord } from "../buffer/experience-records.ts";
import { diffPages, overlap } from "../tree/page-diff.ts";
import { isPathIn, type PageEdit } from "../tree/page-edit.ts";
import { kinKey, parseTree, type PageTree, type TreeElement } from "../tree/page-tree.ts";
import type { KnownFacts } from "./binding/known-facts.ts";
import type { UrlShapes } from "./binding/url-shapes.ts";
import type { SiteIndex } from "./index/site-index.ts";
import { filterRule, ReactionTransfer, type ReactionExample } from "./reaction-transfer.ts";
import { marksBetween } from "./revealed-marks.ts";
import { bindNavigation, type EventPlace, type NavigationExample } from "./script-navigation.ts";

export interface ReactionPrediction {
  edits: PageEdit[];
  /** The page that the script opens instead of changing this one. */
  opens: { url: string; support: number } | null;
  evidence: string[];
  /** Texts of the changed page that are guesses. */
  guesses: string[];
  support: number;
}

const PEERS = 5;
const KEPT_AT_A_PLACE = 4;
/** The browser's own effect on the acted-on element. */
const MECHANICAL = new Set(["value", "checked", "selected", "open"]);

export class ReactionIndex {
  readonly #byElement = new Map<string, ReactionExample[]>();
  /** The same, whatever the id of the acted-on element. */
  readonly #byKin = new Map<string, ReactionExample[]>();
  readonly #shapes: UrlShapes;
  readonly #facts: KnownFacts;

  /** @param records also those of pages that the browser asked for: there the scripts had nothing else to do */
  constructor(
    records: readonly ExperienceRecord[],
    { shapes, facts }: Pick<SiteIndex, "shapes" | "facts">,
  ) {
    this.#shapes = shapes;
    this.#facts = facts;
    const kept = new Map<string, number>();
    const isKept = (place: string, most: number): boolean => {
      const count = kept.get(place) ?? 0;
      kept.set(place, count + 1);
      return count < most;
    };
    for (const record of records) {
      const byBrowser = record.kind === "load" ? record.browserEvent : null;
      const event = byBrowser ?? eventOfRecord(record);
      if (event === null || record.before === null) continue;
      const { url } = record.before;
      // A few recordings of the same event on the same element of the same page are enough.
      if (!isKept(`${event.kind} ${url} ${event.element}`, KEPT_AT_A_PLACE)) continue;
      const page = parseTree(record.before.html);
      const acted = event.element === null ? undefined : page.elements[event.element];
      if (acted === undefined) continue;
      const key = keyOf(event, page, acted);
      if (byBrowser !== null && !isKept(`${this.#shapeOf(url) ?? url} ${key}`, PEERS + 1)) continue;
      const load = record.kind === "load" && byBrowser === null ? record : null;
      const after = record.kind === "load" ? page : parseTree(record.after.html);
      const edits = diffPages(page, after).filter((edit) => !isMechanical(edit, page, acted));
      const marks = edits.length > 0 ? marksBetween(page, after) : [];
      const example = { id: record.id, event, page, url, acted, after, load, edits, marks };
      pushTo(this.#byElement, key, example);
      pushTo(this.#byKin, kinKey(key), example);
    }
  }

  /** null: no event on such an element was ever recorded. */
  predict(event: PageEvent, page: PageTree, url: string): ReactionPrediction | null {
    const acted = event.element === null ? undefined : page.elements[event.element];
    if (acted === undefined) return null;
    const nearest = this.#nearest({ event, page, url, acted });
    const [best, ...peers] = nearest;
    if (best === undefined) return null;
    const outcome = outcomeOf(best);
    const agreeing = nearest.filter((example) => outcomeOf(example) === outcome);
    const support = (agreeing.length + 0.5) / (nearest.length + 1);
    const evidence = nearest.map(({ id }) => id);
    if (outcome === "opens a page") {
      const opens = bindNavigation(nearest.filter(isNavigation), { event, page, url, acted });
      return { edits: [], opens, evidence, guesses: [], support };
    }
    if (outcome === "nothing" && !nearest.some((example) => filterRule(example) !== null))
      return { edits: [], opens: null, evidence, guesses: [], support };
    const pages = peers.filter((example) => !isNavigation(example));
    const transfer = new ReactionTransfer(best, pages, { event, page, url, acted }, this.#facts);
    const edits = transfer.edits();
    const guesses = [...transfer.guesses];
    return { edits, opens: null, evidence, guesses, support: support * transfer.support };
  }

  /** The recorded events most like this one, the most similar first. */
  #nearest({ event, page, url, acted }: EventPlace): ReactionExample[] {
    const examples = this.#examplesOf(keyOf(event, page, acted), acted);
    const shape = this.#shapeOf(url);
    const scored = examples.map((example) => {
      let score = 3 * overlap(attributesOf(example.acted), attributesOf(acted));
      if (shape !== undefined && this.#shapeOf(example.url) === shape) score += 2;
      if (example.url === url) score += 1;
      if (example.page.keyOf(example.acted) === page.keyOf(acted)) score += 1;
      if (example.event.text === event.text) score += 0.5;
      return { example, score };
    });
    scored.sort((a, b) => b.score - a.score);
    return scored.slice(0, PEERS + 1).map(({ example }) => example);
  }

  /**
   * Of the same element. Where it was always in another state, those of its kin in this one: a tab that was recorded
   * while it was chosen does what the other tabs of its list do.
   */
  #examplesOf(key: string, acted: TreeElement): readonly ReactionExample[] {
    const isInState = (example: ReactionExample): boolean =>
      stateOf(example.acted) === stateOf(acted);
    const own = this.#byElement.get(key) ?? [];
    if (stateOf(acted) === "" || own.some(isInState)) return own;
    const kin = (this.#byKin.get(kinKey(key)) ?? []).filter(isInState);
    return kin.length > 0 ? kin : own;
  }

  #shapeOf(url: string): string | undefined {
    return this.#shapes.shapeOf("GET", url)?.key;
  }
}

/** The kind of event and element. Each key has its own effect. */
function keyOf({ kind, text }: PageEvent, page: PageTree, acted: TreeElement): string {
  return `${kind === "press" ? `press ${text}` : kind} ${page.looseKeyOf(acted)}`;
}

function outcomeOf({
  load,
  edits,
}: ReactionExample): "opens a page" | "changes the page" | "nothing" {
  if (load !== null) return "opens a page";
  return edits.length > 0 ? "changes the page" : "nothing";
}

function isNavigation(example: ReactionExample): example is ReactionExample & NavigationExample {
  return example.load !== null;
}

function isMechanical(edit: PageEdit, before: PageTree, acted: TreeElement): boolean {
  if (edit.kind === "attribute" && MECHANICAL.has(edit.name)) {
    const node = before.at(edit.path);
    if (node === acted || edit.name === "open") return true;
    // Options of the select, and the other buttons of a radio group.
    if (node !== null && (acted.tag === "select" || acted.attributes["type"] === "radio"))
      return edit.name !== "value";
  }
  return acted.tag === "textarea" && isPathIn(edit.path, before.pathOf(acted));
}

/** ARIA's states that an event on the element may change. */
const STATES = ["selected", "expanded", "pressed", "checked", "current"].map(
  (state) => `aria-${state}`,
);

const stateOf = ({ attributes }: TreeElement): string =>
  STATES.flatMap((state) => attributes[state] ?? []).join(" ");

function attributesOf(element: TreeElement): Set<string> {
  return new Set(
    Object.entries(element.attributes)
      .filter(([name]) => name !== "value")
      .map(([name, value]) => `${name}=${value}`),
  );
}
