/** Turns the accessibility nodes of Chromium's protocol into the raw tree that both worlds share. */

import type { RawNode, RawStates } from "../../page/raw-node.ts";

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

/** Builds one tree from the main frame's nodes, with the nodes of other frames inside their iframe nodes. */
export function buildRawTree(main: AxFrame, inner: readonly AxFrame[]): RawNode {
  const frames = new Map(inner.map((frame) => [frame.ownerId, frame]));

  const build = (node: AxNode, byId: ReadonlyMap<string, AxNode>): RawNode => {
    const id = node.backendDOMNodeId ?? 0;
    const children: RawNode[] = [];
    const frame = frames.get(id);
    if (frame !== undefined) children.push(...buildFrame(frame).children);
    else
      for (const childId of node.childIds ?? []) {
        const child = byId.get(childId);
        // Line fragments have no DOM node and repeat their parent's text.
        if (child !== undefined && child.role?.value !== "InlineTextBox")
          children.push(build(child, byId));
      }
    const raw: RawNode = {
      id: String(id),
      role: text(node.role?.value),
      name: text(node.name?.value),
      states: {},
      ignored: node.ignored,
      children,
    };
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
    return build(root, new Map(nodes.map((node) => [node.nodeId, node])));
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
