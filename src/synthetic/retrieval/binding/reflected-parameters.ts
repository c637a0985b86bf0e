/**
 * A form that shows the parameters of its page: after a search by priority, its select box says priority. On a page
 * made from another one, such controls show the parameters of the new address.
 */

import { splitUrl } from "../../../page/url-parts.ts";
import type { PageEdit } from "../../tree/page-edit.ts";
import { elementsBelow, textOf, type PageTree, type TreeElement } from "../../tree/page-tree.ts";

interface Addresses {
  /** Of the recorded page. */
  from: string;
  /** Of the page to make. */
  to: string;
}

/** The edits of controls that agree with the recorded address, or whose parameter it lacks. */
export function reflectParameters(tree: PageTree, { from, to }: Addresses): PageEdit[] {
  const { params: own } = splitUrl(from);
  const { params: target } = splitUrl(to);
  if (target.length === 0) return [];
  return tree.elements.flatMap((control): PageEdit[] => {
    const { name } = control.attributes;
    if (name === undefined) return [];
    if (control.tag === "select") return chooseIn(tree, control, valueOf(own, name), target);
    if (!isTicked(control) || own.length === 0) return [];
    const value = control.attributes["value"] ?? "on";
    const has = (params: Params): boolean => params.some(([n, v]) => n === name && v === value);
    return has(own) === "checked" in control.attributes
      ? mark(tree, control, "checked", has(target))
      : [];
  });
}

type Params = readonly (readonly [name: string, value: string])[];

const valueOf = (params: Params, name: string): string | undefined =>
  params.findLast(([other]) => other === name)?.[1];

const isTicked = ({ tag, attributes }: TreeElement): boolean =>
  tag === "input" && /^(?:checkbox|radio)$/iu.test(attributes["type"] ?? "");

function chooseIn(
  tree: PageTree,
  select: TreeElement,
  shown: string | undefined,
  target: Params,
): PageEdit[] {
  const wanted = valueOf(target, select.attributes["name"] ?? "");
  const options = [...elementsBelow(select)].filter(({ tag }) => tag === "option");
  const choice = (option: TreeElement): string => option.attributes["value"] ?? textOf(option);
  if (wanted === undefined || !options.some((option) => choice(option) === wanted)) return [];
  const chosen = options.find(({ attributes }) => "selected" in attributes) ?? options[0];
  if (shown !== undefined && chosen !== undefined && choice(chosen) !== shown) return [];
  return options.flatMap((option) => mark(tree, option, "selected", choice(option) === wanted));
}

/** Sets or removes an attribute without a value. */
function mark(tree: PageTree, element: TreeElement, name: string, isOn: boolean): PageEdit[] {
  if (isOn === name in element.attributes) return [];
  return [{ kind: "attribute", path: tree.pathOf(element), name, value: isOn ? "" : null }];
}
