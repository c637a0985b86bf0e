/**
 * Sums that hold on every recorded page of a shape: a column that is the product of two others, a figure that is the
 * sum of a column, the number of entries, or the sum of other figures. After a change they are computed again.
 */

import type { PageEdit } from "../../tree/page-edit.ts";
import { numbersIn, withNumbers } from "./number-formulas.ts";
import { OPEN_PLACE } from "../../tree/open-place.ts";
import { itemsByKey, itemStrings } from "../../tree/page-items.ts";
import type { PageString, PageTree, TreeElement } from "../../tree/page-tree.ts";

type Invariant =
  | { kind: "product"; itemKey: string; result: string; factors: [string, string] }
  | { kind: "columnSum"; itemKey: string; column: string; result: string }
  | { kind: "count"; itemKey: string; result: string }
  | { kind: "sum"; terms: [string, string]; result: string };

interface Learned {
  invariant: Invariant;
  /** A text of the place, for its wording. */
  wording: string;
}

/** Pages examined. */
const PAGES = 24;
/** Figures outside of lists that are tried; a page with more is a table of its own. */
const MAX_FIGURES = 24;

/** A string with one number in it; null for any other. */
function figureOf({ value, attribute }: PageString): number | null {
  if ((attribute !== null && attribute !== "value") || value.length > 60) return null;
  const numbers = numbersIn(value);
  return numbers.length === 1 ? (numbers[0] as number) : null;
}

type Row = Map<string, number>;

interface Figures {
  rows: Map<string, Row[]>;
  scalars: Map<string, number>;
  texts: Map<string, string>;
}

function readFigures(tree: PageTree): Figures {
  const figures: Figures = { rows: new Map(), scalars: new Map(), texts: new Map() };
  for (const [key, items] of itemsByKey(tree))
    figures.rows.set(
      key,
      items.map((item) => rowOf(item, figures.texts, key)),
    );
  for (const string of tree.strings()) {
    const figure = figureOf(string);
    if (figure === null) continue;
    figures.scalars.set(string.key, figure);
    figures.texts.set(string.key, string.value);
  }
  return figures;
}

function rowOf(item: TreeElement, texts: Map<string, string>, itemKey: string): Row {
  const row: Row = new Map();
  for (const string of itemStrings(item)) {
    const figure = figureOf(string);
    if (figure === null) continue;
    row.set(string.key, figure);
    texts.set(itemKey + string.key, string.value);
  }
  return row;
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 0.006;

/** The invariants that hold on all pages where they apply, and that more than one page tested. */
export function learnInvariants(trees: readonly PageTree[]): Learned[] {
  const pages = [...new Set(trees)].slice(0, PAGES).map((tree) => tree.derived(readFigures));
  const learned: Learned[] = [];
  const groups = new Set(pages.flatMap(({ rows }) => [...rows.keys()]));
  const keep = (invariant: Invariant, place: string): void => {
    const wording = pages.map(({ texts }) => texts.get(place)).find((text) => text !== undefined);
    if (wording !== undefined) learned.push({ invariant, wording });
  };
  const scalars = [...new Set(pages.flatMap((page) => [...page.scalars.keys()]))];
  for (const itemKey of groups) {
    const rows = pages.flatMap((page) => page.rows.get(itemKey) ?? []);
    const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
    if (columns.length > 8) continue;
    for (const result of columns)
      for (const [i, a] of columns.entries())
        for (const b of columns.slice(i + 1)) {
          if (a === result || b === result) continue;
          if (holdsProduct(rows, result, a, b))
            keep({ kind: "product", itemKey, result, factors: [a, b] }, itemKey + result);
        }
    const outside = scalars.filter((key) => !key.replaceAll(/\[\d+\]/gu, "").startsWith(itemKey));
    for (const result of outside.slice(0, MAX_FIGURES * 4)) {
      for (const column of columns)
        if (holdsSum(pages, itemKey, column, result))
          keep({ kind: "columnSum", itemKey, column, result }, result);
      if (holdsCount(pages, itemKey, result)) keep({ kind: "count", itemKey, result }, result);
    }
  }
  const figures = scalars.length > MAX_FIGURES ? [] : scalars;
  for (const result of figures)
    for (const [i, a] of figures.entries())
      for (const b of figures.slice(i + 1))
        if (a !== result && b !== result && holdsScalarSum(pages, result, a, b))
          keep({ kind: "sum", terms: [a, b], result }, result);
  return learned;
}

function holdsProduct(rows: readonly Row[], result: string, a: string, b: string): boolean {
  let telling = 0;
  for (const row of rows) {
    const [r, x, y] = [row.get(result), row.get(a), row.get(b)];
    if (r === undefined || x === undefined || y === undefined) continue;
    if (!near(r, x * y)) return false;
    if (x !== 1 && y !== 1) telling++;
  }
  return telling > 0;
}

function holdsSum(
  pages: readonly Figures[],
  itemKey: string,
  column: string,
  result: string,
): boolean {
  const seen = new Set<number>();
  let telling = 0;
  for (const { rows, scalars } of pages) {
    const figure = scalars.get(result);
    const own = rows.get(itemKey)?.flatMap((row) => row.get(column) ?? []) ?? [];
    if (figure === undefined || own.length === 0) continue;
    if (
      !near(
        figure,
        own.reduce((sum, value) => sum + value, 0),
      )
    )
      return false;
    seen.add(figure);
    if (own.length > 1) telling++;
  }
  return telling > 0 && seen.size > 1;
}

function holdsCount(pages: readonly Figures[], itemKey: string, result: string): boolean {
  const seen = new Set<number>();
  for (const { rows, scalars } of pages) {
    const figure = scalars.get(result);
    const own = rows.get(itemKey);
    if (figure === undefined) continue;
    if (figure !== (own?.length ?? 0)) return false;
    seen.add(figure);
  }
  return seen.size > 2;
}

function holdsScalarSum(pages: readonly Figures[], result: string, a: string, b: string): boolean {
  const seen = new Set<number>();
  for (const { scalars } of pages) {
    const [r, x, y] = [scalars.get(result), scalars.get(a), scalars.get(b)];
    if (r === undefined || x === undefined || y === undefined) continue;
    if (!near(r, x + y) || y === 0) return false;
    seen.add(r);
  }
  return seen.size > 2;
}

/** Edits that restore the sums of a page. Call it until it returns none: sums rest on one another. */
export function restoreInvariants(tree: PageTree, learned: readonly Learned[]): PageEdit[] {
  const figures = tree.derived(readFigures);
  const edits: PageEdit[] = [];
  const put = (string: PageString | undefined, value: number, wording: string): void => {
    if (string === undefined) return;
    const current = figureOf(string);
    if (current !== null ? near(current, value) : string.value !== OPEN_PLACE) return;
    const text = withNumbers(current === null ? wording : string.value, [value]);
    const path = tree.pathOf(string.node);
    if (string.attribute === null) edits.push({ kind: "text", path, text });
    else edits.push({ kind: "attribute", path, name: string.attribute, value: text });
  };
  const scalarAt = (key: string): PageString | undefined =>
    tree.strings().find((string) => string.key === key);
  for (const { invariant, wording } of learned) {
    switch (invariant.kind) {
      case "product":
        for (const item of itemsByKey(tree).get(invariant.itemKey) ?? []) {
          const row = rowOf(item, new Map(), "");
          const [a, b] = invariant.factors.map((key) => row.get(key));
          if (a === undefined || b === undefined) continue;
          const place = itemStrings(item).find(({ key }) => key === invariant.result);
          put(place, a * b, wording);
        }
        break;
      case "columnSum": {
        const rows = figures.rows.get(invariant.itemKey) ?? [];
        const values = rows.flatMap((row) => row.get(invariant.column) ?? []);
        if (values.length === rows.length && rows.length > 0)
          put(
            scalarAt(invariant.result),
            values.reduce((sum, value) => sum + value, 0),
            wording,
          );
        break;
      }
      case "count":
        put(scalarAt(invariant.result), figures.rows.get(invariant.itemKey)?.length ?? 0, wording);
        break;
      case "sum": {
        const [a, b] = invariant.terms.map((key) => figures.scalars.get(key));
        if (a !== undefined && b !== undefined) put(scalarAt(invariant.result), a + b, wording);
      }
    }
  }
  return edits;
}

export type Invariants = readonly Learned[];
