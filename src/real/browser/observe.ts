/** Reads what an agent sees: the accessibility tree of the current tab, all its frames in it, and the tab strip. */

import type { Observation } from "../../core/observation.ts";
import { normalizeNodes } from "../../page/normalize-nodes.ts";
import { buildRawTree, type AxFrame } from "./ax-tree.ts";
import type { Tab } from "./tab.ts";
import type { Tabs } from "./tabs.ts";

/**
 * The tab must be quiet: its title and URL are those of that moment.
 * @param mask of URLs
 */
export async function observe(
  tabs: Tabs,
  lastActionError: string | null,
  mask: (url: string) => string,
): Promise<Observation> {
  const tab = tabs.active;
  const frameIds = [...tab.childFrames];
  const [main, ...inner] = await Promise.all([
    readFrame(tab, null),
    ...frameIds.map((frameId) => readFrame(tab, frameId).catch(() => null)),
  ]);
  tab.frameOf = new Map(
    frameIds.flatMap((frameId, index) =>
      (inner[index]?.nodes ?? []).map(({ backendDOMNodeId }) => [
        String(backendDOMNodeId),
        frameId,
      ]),
    ),
  );
  const nodes = normalizeNodes(
    buildRawTree(
      main,
      inner.filter((frame) => frame !== null),
    ),
  );
  return {
    url: mask(tab.url),
    title: tab.title,
    nodes: nodes.map((node) => (node.url === undefined ? node : { ...node, url: mask(node.url) })),
    tabs: tabs.all.map((other) => ({
      title: other.title,
      url: mask(other.url),
      active: other === tab,
    })),
    lastActionError,
  };
}

/** @param frameId null for the main frame */
async function readFrame(tab: Tab, frameId: string | null): Promise<AxFrame> {
  const [tree, owner] = await Promise.all([
    tab.session.send("Accessibility.getFullAXTree", frameId === null ? {} : { frameId }),
    frameId === null ? null : tab.session.send("DOM.getFrameOwner", { frameId }),
  ]);
  return { nodes: tree.nodes, ownerId: owner?.backendNodeId ?? null };
}
