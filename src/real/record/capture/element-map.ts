/** The elements of a page and all its frames at one moment, found by their paths. One protocol call reads them. */

import type { CDPSession } from "playwright";

/** Numbers of child elements from the document element down. `shadow` enters an open shadow root. */
export type ElementPath = readonly (number | "shadow")[];

export interface MappedElement {
  /** The ref of the element in observations. */
  readonly ref: string;
  /** Its name in lower case. */
  readonly tag: string;
  readonly parent: MappedElement | null;
  readonly children: MappedElement[];
  /** Refs of all nodes directly inside, texts included. */
  readonly inner: string[];
  shadow: MappedElement | null;
  /** The document element of the frame that it shows. */
  frame: MappedElement | null;
}

/** The fields of the protocol's `DOM.Node` that this file reads. */
interface DomNode {
  nodeType: number;
  localName: string;
  backendNodeId: number;
  children?: DomNode[];
  shadowRoots?: DomNode[];
  shadowRootType?: string;
  contentDocument?: DomNode;
}

const ELEMENT = 1;

export class ElementMap {
  readonly #top: MappedElement | null;

  private constructor(top: MappedElement | null) {
    this.#top = top;
  }

  static async read(session: CDPSession): Promise<ElementMap> {
    const { result } = await session.send("Runtime.evaluate", { expression: "document" });
    const objectId = result.objectId ?? "";
    try {
      // Unlike `DOM.getDocument`, it makes the browser report no changes from then on.
      const { node } = await session.send("DOM.describeNode", {
        objectId,
        depth: -1,
        pierce: true,
      });
      return new ElementMap(mapDocument(node));
    } finally {
      await session.send("Runtime.releaseObject", { objectId }).catch(() => null);
    }
  }

  /** @param frames paths of the frames' elements, outermost first */
  find(frames: readonly ElementPath[], path: ElementPath): MappedElement | null {
    let top = this.#top;
    for (const frame of frames) top = walk(top, frame)?.frame ?? null;
    return walk(top, path);
  }
}

function walk(top: MappedElement | null, path: ElementPath): MappedElement | null {
  let at = top;
  for (const step of path) at = (step === "shadow" ? at?.shadow : at?.children[step]) ?? null;
  return at;
}

function mapDocument({ children = [] }: DomNode): MappedElement | null {
  const top = children.find(({ nodeType }) => nodeType === ELEMENT);
  return top === undefined ? null : mapNode(top, null);
}

function mapNode(node: DomNode, parent: MappedElement | null): MappedElement {
  const { children = [], shadowRoots = [], contentDocument } = node;
  const element: MappedElement = {
    ref: String(node.backendNodeId),
    tag: node.localName.toLowerCase(),
    parent,
    children: [],
    inner: children.map(({ backendNodeId }) => String(backendNodeId)),
    shadow: null,
    frame: contentDocument === undefined ? null : mapDocument(contentDocument),
  };
  const root = shadowRoots.find(({ shadowRootType }) => shadowRootType !== "user-agent");
  if (root !== undefined) element.shadow = mapNode(root, element);
  for (const child of children)
    if (child.nodeType === ELEMENT) element.children.push(mapNode(child, element));
  return element;
}
