/** What a browser itself does to the element that an input event meets, without any script. */

import type { PageEdit, PageEvent } from "../../core/experience.ts";
import { elementsBelow, textOf, type PageTree, type TreeElement } from "./page-tree.ts";

/** Typed text, a chosen option, a toggled box, written into the page as a snapshot has them. */
export function ownEffect(tree: PageTree, event: PageEvent): PageEdit[] {
  const element = event.element === null ? undefined : tree.elements[event.element];
  if (element === undefined) return [];
  const path = tree.pathOf(element);
  if (event.kind === "type") {
    if (element.tag === "input")
      return [{ kind: "attribute", path, name: "value", value: event.text ?? "" }];
    const removed = element.children.map((_, i): PageEdit => ({
      kind: "remove",
      path: [...path, i],
    }));
    return [...removed, { kind: "insert", path: [...path, 0], html: event.text ?? "" }];
  }
  if (event.kind === "select" && element.tag === "select")
    return [...elementsBelow(element)]
      .filter((option) => option.tag === "option")
      .map((option) => ({
        kind: "attribute",
        path: tree.pathOf(option),
        name: "selected",
        value: textOf(option) === event.text ? "" : null,
      }));
  if (event.kind === "click" && element.tag === "input") return toggled(tree, element);
  return [];
}

function toggled(tree: PageTree, element: TreeElement): PageEdit[] {
  const { type, name } = element.attributes;
  const set = (box: TreeElement, checked: boolean): PageEdit => ({
    kind: "attribute",
    path: tree.pathOf(box),
    name: "checked",
    value: checked ? "" : null,
  });
  if (type === "checkbox") return [set(element, element.attributes["checked"] === undefined)];
  if (type !== "radio") return [];
  return tree.elements
    .filter((box) => box.attributes["type"] === "radio" && box.attributes["name"] === name)
    .map((box) => set(box, box === element));
}
