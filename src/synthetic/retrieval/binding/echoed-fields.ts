/**
 * A form that a site shows again holds the sent values: after a preview, or with a complaint about one field. The
 * request determines what its controls hold, whatever page the answer is made from.
 */

import type { PageRequest } from "../../../core/experience.ts";
import type { PageEdit } from "../../tree/page-edit.ts";
import {
  elementsBelow,
  parseTree,
  textOf,
  type PageTree,
  type TreeElement,
} from "../../tree/page-tree.ts";

const TEXT_TYPES = /^(|text|search|email|url|tel|number|date|hidden)$/iu;

/** A recorded answer, and its request. */
export interface Echo {
  request: PageRequest;
  after: { html: string };
}

/**
 * The edits that write the sent values into the controls of a page.
 *
 * @param echoes answers to similar requests; most of them that show a field must hold its sent value
 */
export function echoFields(
  tree: PageTree,
  request: PageRequest,
  echoes: readonly Echo[],
): PageEdit[] {
  const edits: PageEdit[] = [];
  const sent = fieldsOf(request);
  for (const [name, control] of tree.derived(readControls)) {
    const value = sent.get(name);
    if (value === undefined || !isEchoed(name, echoes)) continue;
    edits.push(...(write(tree, control, value) ?? []));
  }
  return edits;
}

function isEchoed(name: string, echoes: readonly Echo[]): boolean {
  let [held, other] = [0, 0];
  for (const { request, after } of echoes) {
    const value = fieldsOf(request).get(name);
    const control = parseTree(after.html).derived(readControls).get(name);
    if (value === undefined || value === "" || control === undefined) continue;
    if (valueOf(control) === value) held++;
    else other++;
  }
  return held > other;
}

/** Fields that were sent once. Several values of one name belong to several controls. */
function fieldsOf({ fields }: PageRequest): Map<string, string> {
  const names = (fields ?? []).map(([name]) => name);
  return new Map(
    (fields ?? []).filter(([name]) => names.indexOf(name) === names.lastIndexOf(name)),
  );
}

/** Controls that hold a text or a choice, by their name where it is theirs alone. */
function readControls(tree: PageTree): Map<string, TreeElement> {
  const known = new Map<string, TreeElement>();
  const several = new Set<string>();
  for (const element of tree.elements) {
    const { name, type = "" } = element.attributes;
    if (name === undefined) continue;
    const holds =
      element.tag === "select" ||
      element.tag === "textarea" ||
      (element.tag === "input" && TEXT_TYPES.test(type));
    if (!holds) continue;
    if (known.has(name)) several.add(name);
    known.set(name, element);
  }
  for (const name of several) known.delete(name);
  return known;
}

const optionsOf = (select: TreeElement): TreeElement[] =>
  [...elementsBelow(select)].filter(({ tag }) => tag === "option");

const optionValue = (option: TreeElement): string => option.attributes["value"] ?? textOf(option);

function valueOf(control: TreeElement): string {
  if (control.tag === "input") return control.attributes["value"] ?? "";
  if (control.tag === "textarea") return textOf(control);
  const options = optionsOf(control);
  const chosen = options.find(({ attributes }) => attributes["selected"] !== undefined);
  const shown = chosen ?? options[0];
  return shown === undefined ? "" : optionValue(shown);
}

/** Null where the control cannot hold it. */
function write(tree: PageTree, control: TreeElement, value: string): PageEdit[] | null {
  const path = tree.pathOf(control);
  if (control.tag === "input") return [{ kind: "attribute", path, name: "value", value }];
  if (control.tag === "textarea")
    return [
      ...control.children.map((_, i): PageEdit => ({ kind: "remove", path: [...path, i] })),
      {
        kind: "insert",
        path: [...path, 0],
        html: value.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
      },
    ];
  const options = optionsOf(control);
  if (!options.some((option) => optionValue(option) === value)) return null;
  return options.map((option) => ({
    kind: "attribute",
    path: tree.pathOf(option),
    name: "selected",
    value: optionValue(option) === value ? "" : null,
  }));
}
