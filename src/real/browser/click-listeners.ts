/** Elements whose scripts hear of clicks on them, from Chromium's list of listeners: scripts cannot read it. */

import type { CDPSession } from "playwright";
import { CLICK_EVENTS, isControl, type Clickability } from "../../page/click-targets.ts";
import type { AxFrame } from "./ax-tree.ts";

/** Elements and texts by their backend ids. */
export interface PageClicks {
  elements: Map<number, Clickability>;
  /** For what is inside an element with a pointer of its own: that element. */
  pointerOf: Map<number, number>;
}

export class ClickListeners {
  readonly #session: CDPSession;
  /** The tab's document. A step asks for it only after it changed. */
  #document: string | null = null;

  constructor(session: CDPSession) {
    this.#session = session;
    session.on("Page.frameNavigated", ({ frame }) => {
      if (frame.parentId === undefined) this.#document = null;
    });
  }

  /** All nodes with a listener of their own, with those in frames and shadow roots. */
  async read(): Promise<Set<number>> {
    const known = this.#document;
    const read = async (objectId: string): Promise<Set<number>> => {
      const { listeners } = await this.#session.send("DOMDebugger.getEventListeners", {
        objectId,
        depth: -1,
        pierce: true,
      });
      return new Set(
        listeners.flatMap(({ type, backendNodeId }) =>
          CLICK_EVENTS.has(type) && backendNodeId !== undefined ? [backendNodeId] : [],
        ),
      );
    };
    const ofKnown = known === null ? null : await read(known).catch(() => null);
    return ofKnown ?? (await read(await this.#findDocument()));
  }

  async #findDocument(): Promise<string> {
    const { result } = await this.#session.send("Runtime.evaluate", { expression: "document" });
    return (this.#document = result.objectId ?? "");
  }
}

/** What is clickable in these frames. */
export async function findClicks(
  session: CDPSession,
  frames: readonly AxFrame[],
  listening: ReadonlySet<number>,
): Promise<PageClicks> {
  if (frames.some((frame) => listensForOthers(frame, listening)))
    return await readPointers(session, listening);
  const elements = new Map([...listening].map((id) => [id, "listens" as const]));
  return { elements, pointerOf: new Map() };
}

/** Whether something listens for more than itself: controls, other listening elements or several texts are in it. */
function listensForOthers({ nodes }: AxFrame, listening: ReadonlySet<number>): boolean {
  if (listening.size === 0) return false;
  /** By node: the nearest listening element around it. */
  const around = new Map<string, number>();
  const withText = new Set<number>();
  // Parents come before their children.
  for (const { nodeId, role, ignored, backendDOMNodeId: id = 0, childIds = [] } of nodes) {
    const above = around.get(nodeId);
    const own = listening.has(id) ? id : above;
    if (own !== undefined) for (const child of childIds) around.set(child, own);
    if (above === undefined || ignored) continue;
    if (listening.has(id) || isControl(String(role?.value))) return true;
    if (role?.value !== "StaticText") continue;
    if (withText.has(above)) return true;
    withText.add(above);
  }
  return false;
}

/**
 * A page that listens in one place for many elements marks them for people by the pointer, or writes them as links
 * without an address. Under a listener, both count: those with a pointer of their own, and such links in a part of the
 * page that listens. Where the whole page listens, a link without an address may be the mark of a place.
 */
async function readPointers(
  session: CDPSession,
  listening: ReadonlySet<number>,
): Promise<PageClicks> {
  const elements: PageClicks["elements"] = new Map();
  const pointerOf: PageClicks["pointerOf"] = new Map();
  const { documents, strings } = await session.send("DOMSnapshot.captureSnapshot", {
    computedStyles: ["cursor"],
  });
  const pointer = strings.indexOf("pointer");
  const link = strings.indexOf("A");
  const whole = new Set(["HTML", "BODY", "#document"].map((name) => strings.indexOf(name)));
  for (const { nodes, layout } of documents) {
    const { backendNodeId = [], parentIndex = [], nodeName = [], nodeType = [] } = nodes;
    const points = new Set(layout.nodeIndex.filter((_, at) => layout.styles[at]?.[0] === pointer));
    // Parents come before their children.
    const heard = new Set<number>();
    const heardByPart = new Set<number>();
    backendNodeId.forEach((id, node) => {
      const parent = parentIndex[node] ?? -1;
      const name = nodeName[node] ?? -1;
      const isListening = listening.has(id);
      if (isListening || heard.has(parent)) heard.add(node);
      if ((isListening && !whole.has(name)) || heardByPart.has(parent)) heardByPart.add(node);
      const around = pointerOf.get(backendNodeId[parent] ?? -1);
      if (around !== undefined) pointerOf.set(id, around);
      if (nodeType[node] !== ELEMENT || whole.has(name) || !heard.has(node)) return;
      const isLink = name === link && heardByPart.has(parent);
      if (isLink || (points.has(node) && !points.has(parent))) {
        elements.set(id, "points");
        pointerOf.set(id, id);
      } else if (isListening) elements.set(id, "listens");
    });
  }
  return { elements, pointerOf };
}

/** `Node.ELEMENT_NODE`. */
const ELEMENT = 1;
