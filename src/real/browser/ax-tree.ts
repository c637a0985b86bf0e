/** Turns the accessibility nodes of Chromium's protocol into the raw tree that both worlds share. */

import type { RawNode, RawStates } from "../../page/raw-node.ts";
import type { PageClicks } from "./click-listeners.ts";

/** The fields of the protocol's `Accessibility.AXNode` that this file reads. */
interface AxNode {
  nodeId: string;
  ignored: boolean;
  role?: { value?: unknown };
  name?: { value?: unknown };
  value?: { value?: unknown };
  description?: { value?: unknown };
  properties?: { name: string; value: { value?: unknown } }[];
  childIds?: string[];
  backendDOMNodeId?: number;
}

/** One frame's nodes, root first. */
export interface AxFrame {
  nodes: readonly AxNode[];
  /** DOM node of the iframe element around it. Null for the main frame. */
  ownerId: number | null;
}

/** Roles whose URL is a link's URL. Others have a URL too (the root, pictures). */
const LINK = "link";

/** Chromium reports an editable element as a text field to the system, but here with the role of its tag. */
const PLAIN = new Set(["generic", "paragraph"]);

function propertyOf({ properties = [] }: AxNode, wanted: string): unknown {
  return properties.find(({ name }) => name === wanted)?.value.value;
}

function isEditable(node: AxNode): boolean {
  return ["richtext", "plaintext"].includes(String(propertyOf(node, "editable")));
}

function isEditingHost(node: AxNode): boolean {
  // Its content is editable too, but cannot have the focus.
  return propertyOf(node, "focusable") === true && isEditable(node);
}

/** Whether a combo box takes text. Of a native one, whose list the browser draws, the options say enough. */
function takesText(node: AxNode, children: readonly RawNode[]): boolean {
  return isEditable(node) || children.some(({ role }) => role === "MenuListPopup");
}

/**
 * Chromium leaves out a plain part of a line. What stands in one with a pointer of its own gets it back as a node.
 *
 * @param parent the element around the children
 * @param isShown whether Chromium has a node for an element
 */
function withPointers(
  children: readonly RawNode[],
  parent: number,
  pointerOf: PageClicks["pointerOf"],
  isShown: (element: number) => boolean,
): RawNode[] {
  const parts: RawNode[] = [];
  let inside: RawNode[] = [];
  let last: number | undefined;
  const around = pointerOf.get(parent);
  for (const child of children) {
    const pointer = pointerOf.get(Number(child.id));
    if (pointer === undefined || pointer === around || isShown(pointer)) {
      parts.push(child);
      last = undefined;
    } else if (pointer === last) inside.push(child);
    else {
      inside = [child];
      last = pointer;
      const wrapper = { role: "generic", name: "", states: {}, ignored: false, click: "points" };
      parts.push({ ...wrapper, id: String(pointer), children: inside } as RawNode);
    }
  }
  return parts;
}

/**
 * Builds one tree from the main frame's nodes, with the nodes of other frames inside their iframe nodes.
 *
 * @param clicks what scripts made clickable
 */
export function buildRawTree(
  main: AxFrame,
  inner: readonly AxFrame[],
  { elements, pointerOf }: PageClicks,
): RawNode {
  const frames = new Map(inner.map((frame) => [frame.ownerId, frame]));
  const shown = new Set<number | undefined>();
  if (pointerOf.size > 0)
    for (const { nodes } of [main, ...inner])
      for (const node of nodes) if (!node.ignored) shown.add(node.backendDOMNodeId);
  const isShown = (element: number): boolean => shown.has(element);

  const build = (node: AxNode, byId: ReadonlyMap<string, AxNode>, depth: number): RawNode => {
    const id = node.backendDOMNodeId ?? 0;
    const children: RawNode[] = [];
    const frame = frames.get(id);
    // A frame that `aria-hidden` hides may keep its place, without what is in it.
    if (frame !== undefined && !node.ignored) children.push(...buildFrame(frame).children);
    else
      for (const childId of node.childIds ?? []) {
        const child = byId.get(childId);
        // Line fragments have no DOM node and repeat their parent's text.
        if (child !== undefined && child.role?.value !== "InlineTextBox")
          children.push(build(child, byId, depth + 1));
      }
    const raw: RawNode = {
      id: String(id),
      role: text(node.role?.value),
      name: text(node.name?.value),
      states: {},
      ignored: node.ignored,
      children: pointerOf.size === 0 ? children : withPointers(children, id, pointerOf, isShown),
    };
    const click = elements.get(id);
    // What the whole page listens to is a target nowhere: its root, `<html>` and `<body>`.
    if (click !== undefined && depth > 2) raw.click = click;
    if (node.value?.value !== undefined) raw.value = text(node.value.value);
    if (node.description?.value !== undefined) raw.title = text(node.description.value);
    if (node.properties !== undefined) readProperties(node.properties, raw);
    if (raw.role === "combobox" && !takesText(node, children)) raw.states.readonly = true;
    if (PLAIN.has(raw.role) && isEditingHost(node)) raw.role = "textbox";
    return raw;
  };
  const buildFrame = ({ nodes }: AxFrame): RawNode => {
    const [root] = nodes;
    if (root === undefined)
      throw new Error("Expected an accessibility tree with a root, got none.");
    return build(root, new Map(nodes.map((node) => [node.nodeId, node])), 0);
  };
  return buildFrame(main);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function readProperties(properties: NonNullable<AxNode["properties"]>, raw: RawNode): void {
  const { states } = raw;
  for (const { name, value: wrapped } of properties) {
    const { value } = wrapped;
    switch (name) {
      case "checked":
      case "pressed":
        states[name] = threeWay(value);
        break;
      case "disabled":
      case "expanded":
      case "focused":
      case "required":
      case "selected":
        states[name] = value === true || value === "true";
        break;
      case "level":
        states.level = Number(value);
        break;
      case "url":
        if (raw.role === LINK) raw.url = text(value);
        break;
      default:
    }
  }
}

function threeWay(value: unknown): NonNullable<RawStates["checked"]> {
  return value === "mixed" ? "mixed" : value === true || value === "true";
}
