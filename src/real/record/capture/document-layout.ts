/** The layout of one document of a page. Chromium's protocol gives it in parallel lists. */

import type { CDPSession } from "playwright";

/** In CSS pixels. */
export interface Point {
  x: number;
  y: number;
}

export interface Place extends Point {
  width: number;
  height: number;
}

/** A part of the layout: an element, a text, or a pseudo element, which has the number of its element. */
export interface LaidOutNode {
  /** Number of its node in the document. */
  readonly index: number;
  readonly tag: string;
  /** As it is shown: collapsed, and in capital letters where styles say so. Empty for elements. */
  readonly text: string;
  readonly box: Place;
  /** The text in parts, each on one line. */
  readonly lines: { start: number; length: number; box: Place }[];
  /** Where a frame shows its document, from the corner of its box. Null: turned or scaled. */
  readonly content: Point | null;
}

type Captured = Awaited<ReturnType<typeof capture>>;
type CapturedDocument = Captured["documents"][number];

const DOCUMENT = 9;
const ELEMENT = 1;

async function capture(session: CDPSession) {
  return await session.send("DOMSnapshot.captureSnapshot", {
    computedStyles: ["padding-left", "padding-top"],
    includeDOMRects: true,
  });
}

export class DocumentLayout {
  readonly laidOut: readonly LaidOutNode[];
  /** How far the document is scrolled. */
  readonly scroll: { x: number; y: number };
  readonly #captured: CapturedDocument;
  readonly #strings: readonly string[];
  readonly #indexes: ReadonlyMap<number, number>;

  private constructor(captured: CapturedDocument, strings: readonly string[]) {
    this.#captured = captured;
    this.#strings = strings;
    const { scrollOffsetX = 0, scrollOffsetY = 0, nodes } = captured;
    this.scroll = { x: scrollOffsetX, y: scrollOffsetY };
    this.#indexes = new Map((nodes.backendNodeId ?? []).map((id, index) => [id, index]));
    this.laidOut = this.#readLayout();
  }

  /** The documents of all frames in one process, that of the page first. */
  static async readAll(session: CDPSession): Promise<DocumentLayout[]> {
    const { documents, strings } = await capture(session);
    return documents.map((document) => new DocumentLayout(document, strings));
  }

  /** Null: the document has no such node. */
  indexOf(id: number): number | null {
    return this.#indexes.get(id) ?? null;
  }

  isDocument(index: number): boolean {
    return this.#captured.nodes.nodeType?.[index] === DOCUMENT;
  }

  /** The number of the document that a frame shows. */
  frameOf(index: number): number | null {
    return rareValue(this.#captured.nodes.contentDocumentIndex, index);
  }

  attributesOf(index: number): Record<string, string> {
    const flat = (this.#captured.nodes.attributes?.[index] ?? []).map((at) => this.#text(at));
    return Object.fromEntries(
      flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ""]] : [])),
    );
  }

  /** What a field holds. */
  valueOf(index: number): string {
    const { inputValue, textValue } = this.#captured.nodes;
    return this.#text(rareValue(inputValue, index) ?? rareValue(textValue, index) ?? -1);
  }

  /** The ids of a node and of all nodes around it. */
  idsAround(index: number): number[] {
    const { backendNodeId = [], parentIndex = [] } = this.#captured.nodes;
    const ids: number[] = [];
    for (let at = index; at >= 0; at = parentIndex[at] ?? -1) ids.push(backendNodeId[at] ?? 0);
    return ids;
  }

  /** The texts inside an element, also those that are not laid out, such as those of a closed list. */
  textsIn(index: number): string[] {
    const { nodeValue = [] } = this.#captured.nodes;
    return nodeValue.flatMap((value, at) =>
      value >= 0 && this.#isInside(at, index) ? [this.#text(value)] : [],
    );
  }

  /** What is laid out of a node: itself, or else what is in it. */
  partsOf(index: number): LaidOutNode[] {
    const own = this.laidOut.filter((node) => node.index === index);
    return own.length > 0 ? own : this.laidOut.filter((node) => this.#isInside(node.index, index));
  }

  #isInside(index: number, outer: number): boolean {
    const { parentIndex = [] } = this.#captured.nodes;
    for (let at = index; at >= 0; at = parentIndex[at] ?? -1) if (at === outer) return true;
    return false;
  }

  #text(at: number): string {
    return this.#strings[at] ?? "";
  }

  #readLayout(): LaidOutNode[] {
    const { layout, nodes, textBoxes } = this.#captured;
    const laidOut = layout.nodeIndex.map((index, at): LaidOutNode => {
      const isElement = nodes.nodeType?.[index] === ELEMENT;
      return {
        index,
        tag: isElement ? this.#text(nodes.nodeName?.[index] ?? -1).toUpperCase() : "",
        text: this.#text(layout.text[at] ?? -1),
        box: toPlace(layout.bounds[at]),
        lines: [],
        content: this.#contentOf(at),
      };
    });
    for (const [at, of] of textBoxes.layoutIndex.entries())
      laidOut[of]?.lines.push({
        start: textBoxes.start[at] ?? 0,
        length: textBoxes.length[at] ?? 0,
        box: toPlace(textBoxes.bounds[at]),
      });
    return laidOut;
  }

  #contentOf(at: number): Point | null {
    const { bounds, clientRects = [], offsetRects = [], styles } = this.#captured.layout;
    const box = toPlace(bounds[at]);
    const offset = toPlace(offsetRects[at]);
    const isPlain =
      Math.abs(box.width - offset.width) <= 1 && Math.abs(box.height - offset.height) <= 1;
    if (!isPlain) return null;
    const client = toPlace(clientRects[at]);
    const [left = 0, top = 0] = (styles[at] ?? []).map((style) =>
      Number.parseFloat(this.#text(style)),
    );
    return { x: client.x + left, y: client.y + top };
  }
}

function toPlace([x = 0, y = 0, width = 0, height = 0]: readonly number[] = []): Place {
  return { x, y, width, height };
}

function rareValue(
  rare: { index: readonly number[]; value: readonly number[] } | undefined,
  index: number,
): number | null {
  return rare?.value[rare.index.indexOf(index)] ?? null;
}
