/** An element as Playwright finds it: the recorder's best way, or role and name of the observed node. */

import { referTo } from "../../../core/element-reference.ts";
import type { PageNode } from "../../../core/observation.ts";
import type { RankedReference, RecordedElement } from "../../../core/ranked-reference.ts";

/** Chromium's own names for what ARIA calls otherwise. */
const ARIA_ROLES: Readonly<Record<string, string>> = {
  image: "img",
  ComboBoxMenuButton: "combobox",
  ListBoxOption: "option",
  MenuListOption: "option",
  DisclosureTriangle: "button",
};

/** An expression behind `page`, such as `.getByRole("link", { name: "Cart", exact: true })`. Null: no way is known. */
export function playwrightLocator(
  element: RecordedElement | undefined,
  nodes: readonly PageNode[],
  ref: string,
): string | null {
  const best = element === undefined ? undefined : bestOf(element.references);
  if (element !== undefined && best !== undefined) {
    const frames = element.frames.map(({ selector }) => `.frameLocator(${quote(selector)})`);
    return frames.join("") + expressionOf(best);
  }
  const reference = referTo({ nodes }, ref);
  if (reference === null) return null;
  const { role, name, number } = reference;
  const isText = role === "StaticText" || !/^[a-z]+$/u.test(ARIA_ROLES[role] ?? role);
  if (isText && name === "") return null;
  const found = isText
    ? `.getByText(${quote(name)}, { exact: true })`
    : `.getByRole(${quote(ARIA_ROLES[role] ?? role)}, { name: ${quote(name)}, exact: true })`;
  const alike = nodes.filter((node) => node.role === role && node.name === name).length;
  return alike === 1 ? found : `${found}.nth(${number})`;
}

/**
 * The recorder's order. What a person sees goes before selectors, whose ids another build may change; so a number among
 * elements of one name goes before a selector of one element.
 */
function bestOf(references: readonly RankedReference[]): RankedReference | undefined {
  const isSeen = (way: RankedReference): boolean =>
    (way.by === "role" && way.name !== "") ||
    way.by === "label" ||
    way.by === "testId" ||
    way.by === "text";
  return (
    references.find((way) => way.unique && isSeen(way)) ??
    references.find(isSeen) ??
    references.find(({ unique }) => unique) ??
    references[0]
  );
}

function expressionOf(reference: RankedReference): string {
  const which = reference.unique ? "" : `.nth(${reference.index})`;
  switch (reference.by) {
    case "role":
      return `.getByRole(${quote(reference.role)}, { name: ${quote(reference.name)}, exact: true })${which}`;
    case "label":
      return `.getByLabel(${quote(reference.text)}, { exact: true })${which}`;
    case "testId":
      return `.locator(${quote(`[${reference.attribute}=${JSON.stringify(reference.value)}]`)})${which}`;
    case "text":
      return `.getByText(${quote(reference.text)}, { exact: true })${which}`;
    case "css":
      return `.locator(${quote(reference.selector)})${which}`;
    case "position":
      return `.locator(${quote(positionSelector(reference.path))})${which}`;
  }
}

/** Child numbers as a selector; Playwright's CSS enters open shadow roots on its own. */
export function positionSelector(path: readonly (number | "shadow")[]): string {
  const parts = path.map((at) => (at === "shadow" ? "" : `> :nth-child(${at + 1})`));
  return `:root ${parts.join(" ")}`.replaceAll(/\s+/gu, " ").trim();
}

export function quote(text: string): string {
  return JSON.stringify(text);
}
