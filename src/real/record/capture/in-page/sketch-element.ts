/// <reference lib="dom" />
/** Describes an element so that it can be found again. Runs in the page before the element's event acts. */

import type { ElementReaders } from "../../../browser/in-page/element-readers.ts";

type Found = { unique: boolean; index: number };

/** As in `core/ranked-reference.ts`. */
type SketchedReference =
  | ({ by: "label"; text: string } & Found)
  | ({ by: "testId"; attribute: string; value: string } & Found)
  | ({ by: "text"; tag: string; text: string } & Found)
  | ({ by: "css"; selector: string } & Found)
  | ({ by: "position"; path: (number | "shadow")[] } & Found);

export interface ElementSketch {
  /** Numbers of child elements from the document element down. `shadow` enters an open shadow root. */
  path: (number | "shadow")[];
  tag: string;
  /** The attributes that decide whether its content is a secret. */
  attributes: Record<string, string>;
  /**
   * `text`: takes keys. `value`: an input whose value comes from a pop-up or a slider. `select`: a closed box.
   * `list`: a select that shows its options.
   */
  control: "text" | "value" | "select" | "list" | "check" | "file" | "other";
  /** Enter in it submits its form. */
  isOneLine: boolean;
  references: SketchedReference[];
  /** Whether a style adds letters of an icon font: other tools count them as part of the name. */
  hasIcon: boolean;
  /** In words, for messages. */
  words: string;
}

/** Self-contained: the page gets it as text. */
export function sketchElement(element: Element, read: ElementReaders): ElementSketch {
  const MOST_COMPARED = 2_000;
  const LONGEST_TEXT = 80;
  const MOST_CLASSES = 3;
  const TEST_IDS = ["data-testid", "data-test-id", "data-test", "data-qa", "data-cy"];
  const VALUES = ["date", "month", "week", "time", "datetime-local", "color", "range"];
  const NO_TEXT = ["button", "submit", "reset", "image", "hidden"];
  const clean = (text: string | null | undefined): string =>
    (text ?? "").replace(/\s+/g, " ").trim();
  const rootOf = (of: Element): Document | ShadowRoot => read.rootOf(of) as Document | ShadowRoot;
  const all = (root: Document | ShadowRoot, selector: string): Element[] => {
    try {
      return [...root.querySelectorAll(selector)].slice(0, MOST_COMPARED);
    } catch {
      return [];
    }
  };
  const foundIn = (group: readonly Element[], of: Element): Found | null => {
    const index = group.indexOf(of);
    return index === -1 ? null : { unique: group.length === 1, index };
  };

  const pathOf = (of: Element): (number | "shadow")[] => {
    const path: (number | "shadow")[] = [];
    for (let at: Element | null = of; at !== null;) {
      const parent: Element | null = read.parentOf(at);
      if (parent !== null) {
        path.unshift(read.elementsIn(parent).indexOf(at));
        at = parent;
        continue;
      }
      const root: Node = read.rootOf(at);
      if (!(root instanceof ShadowRoot)) break;
      path.unshift("shadow", read.elementsIn(root).indexOf(at));
      at = root.host;
    }
    return path;
  };

  /** Ids with digits are mostly counted by a framework. */
  const isStable = (name: string): boolean => name !== "" && !/\d{2,}|[:.]/.test(name);
  const quote = (text: string): string => JSON.stringify(text);
  const step = (of: Element, isFromEnd = false): string => {
    const name = read.tagOf(of);
    const around = read.parentOf(of) ?? read.rootOf(of);
    const kin =
      around === of ? [of] : read.elementsIn(around).filter((other) => read.tagOf(other) === name);
    const tag = CSS.escape(name);
    if (kin.length === 1 && !isFromEnd) return tag;
    const number = kin.indexOf(of);
    return isFromEnd
      ? `${tag}:nth-last-of-type(${kin.length - number})`
      : `${tag}:nth-of-type(${number + 1})`;
  };
  const idOf = (of: Element): string => read.attributeOf(of, "id") ?? "";
  const selectorIn = (of: Element): string => {
    const root = rootOf(of);
    const isOnly = (selector: string): boolean => all(root, selector).length === 1;
    const tag = CSS.escape(read.tagOf(of));
    const id = idOf(of);
    if (isStable(id) && isOnly(`#${CSS.escape(id)}`)) return `#${CSS.escape(id)}`;
    for (const name of ["name", "aria-label", "href", "placeholder", "type", "value"]) {
      const value = read.attributeOf(of, name);
      const isSecret =
        name === "value" && !/^(?:checkbox|radio|submit)$/.test((of as HTMLInputElement).type);
      if (value === null || value === "" || value.length > LONGEST_TEXT || isSecret) continue;
      const selector = `${tag}[${name}=${quote(value)}]`;
      if (isOnly(selector)) return selector;
    }
    return structureIn(of, true);
  };
  /** Tags and numbers alone: from the nearest element with a stable id, or from the root. */
  const structureIn = (of: Element, isAnchored: boolean): string => {
    const root = rootOf(of);
    const isOnly = (selector: string): boolean => all(root, selector).length === 1;
    const steps: string[] = [];
    for (let at: Element | null = of; at !== null; at = read.parentOf(at)) {
      const id = idOf(at);
      if (isAnchored && at !== of && isStable(id) && isOnly(`#${CSS.escape(id)}`)) {
        steps.unshift(`#${CSS.escape(id)}`);
        break;
      }
      steps.unshift(step(at));
    }
    return steps.join(" > ");
  };
  /** Like tag and classes, whose number among all of them says which one it is. */
  const kindOf = (of: Element): string => {
    const classes = [...of.classList].filter(isStable).slice(0, MOST_CLASSES);
    return [CSS.escape(read.tagOf(of)), ...classes.map((name) => CSS.escape(name))].join(".");
  };
  /** Structure whose last step counts from the end: a list may grow at its beginning. */
  const structureFromEnd = (of: Element): string => {
    const parent = read.parentOf(of);
    const own = step(of, true);
    return parent === null ? own : `${structureIn(parent, true)} > ${own}`;
  };
  const throughShadow = (of: Element, own: string): string => {
    const root = rootOf(of);
    if (!(root instanceof ShadowRoot)) return own;
    return `${throughShadow(root.host, selectorIn(root.host))} >> ${own}`;
  };

  const labelOf = (of: Element): string => {
    const { labels } = of as HTMLInputElement;
    return (
      clean(read.attributeOf(of, "aria-label")) ||
      clean(labels?.[0]?.textContent) ||
      clean(read.attributeOf(of, "placeholder"))
    );
  };
  const textOf = (of: Element): string =>
    read.matches(of, "input, select, textarea") ? "" : clean(read.textOf(of));

  const root = rootOf(element);
  const references: SketchedReference[] = [];
  const label = labelOf(element);
  const labelled = "input, select, textarea, [aria-label]";
  if (label !== "" && label.length <= LONGEST_TEXT && read.matches(element, labelled)) {
    const group = all(root, labelled).filter((other) => labelOf(other) === label);
    const found = foundIn(group, element);
    if (found !== null) references.push({ by: "label", text: label, ...found });
  }
  for (const attribute of TEST_IDS) {
    const value = read.attributeOf(element, attribute);
    if (value === null || value === "") continue;
    const found = foundIn(all(root, `[${attribute}=${quote(value)}]`), element);
    if (found !== null) references.push({ by: "testId", attribute, value, ...found });
  }
  const text = textOf(element);
  const tag = read.tagOf(element);
  if (text !== "" && text.length <= LONGEST_TEXT) {
    const group = all(root, CSS.escape(tag)).filter((other) => textOf(other) === text);
    const found = foundIn(group, element);
    if (found !== null) references.push({ by: "text", tag, text, ...found });
  }
  const selectors = [
    selectorIn(element),
    structureIn(element, false),
    kindOf(element),
    structureFromEnd(element),
  ];
  for (const own of new Set(selectors)) {
    const found = foundIn(all(root, own), element);
    const selector = throughShadow(element, own);
    if (found !== null) references.push({ by: "css", selector, ...found });
  }
  const path = pathOf(element);
  references.push({ by: "position", path, unique: true, index: 0 });

  const hasIcon = [element, ...element.querySelectorAll("*")]
    .slice(0, MOST_COMPARED)
    .some((part) =>
      ["::before", "::after"].some((where) =>
        /\p{Co}/u.test(getComputedStyle(part, where).content),
      ),
    );

  let control: ElementSketch["control"] = "other";
  if (element instanceof HTMLInputElement) {
    if (element.type === "file") control = "file";
    else if (/^(?:checkbox|radio)$/.test(element.type)) control = "check";
    else if (VALUES.includes(element.type)) control = "value";
    else if (!NO_TEXT.includes(element.type)) control = "text";
  } else if (element instanceof HTMLTextAreaElement) control = "text";
  else if (element instanceof HTMLElement && element.isContentEditable) control = "text";
  else if (element instanceof HTMLSelectElement)
    control = element.multiple || element.size > 1 ? "list" : "select";
  else if (element instanceof HTMLOptionElement) control = "list";
  const attributes: Record<string, string> = {};
  for (const name of ["type", "autocomplete", "name", "id"]) {
    const value = read.attributeOf(element, name);
    if (value !== null) attributes[name] = value;
  }
  const name = label || text.slice(0, LONGEST_TEXT);
  return {
    path,
    tag,
    attributes,
    control,
    isOneLine: element instanceof HTMLInputElement,
    references,
    hasIcon,
    words: `<${tag}>${name === "" ? "" : ` "${name}"`}`,
  };
}
