/** Where elements and texts of a page are, in one protocol call: asking each of them takes seconds on a large page. */

import type { Box } from "../../page/webarena-text.ts";
import type { Tab } from "./tab.ts";

/** By backend id, from the top left corner of the window. What is not laid out has no box. */
export async function readBoxes(tab: Tab): Promise<Map<number, Box>> {
  const { documents, strings } = await tab.session.send("DOMSnapshot.captureSnapshot", {
    computedStyles: [],
  });
  const boxes = new Map<number, Box>();
  const [main] = documents;
  if (main === undefined) return boxes;
  const { layout, nodes, scrollOffsetX = 0, scrollOffsetY = 0 } = main;
  const pseudoTypes = nodes.pseudoType ?? { index: [], value: [] };
  // The mark before a list item is laid out, but as an element it has no rectangle.
  const markers = new Set(
    pseudoTypes.index.filter((_, at) => strings[pseudoTypes.value[at] ?? -1] === "marker"),
  );
  for (const [at, nodeIndex] of layout.nodeIndex.entries()) {
    const id = nodes.backendNodeId?.[nodeIndex];
    const [x = 0, y = 0, width = 0, height = 0] = layout.bounds[at] ?? [];
    if (id === undefined || markers.has(nodeIndex)) continue;
    const box = { x: x - scrollOffsetX, y: y - scrollOffsetY, width, height };
    const other = boxes.get(id);
    boxes.set(id, other === undefined ? box : around(other, box));
  }
  return boxes;
}

/** An element may be laid out in several parts. */
function around(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}
