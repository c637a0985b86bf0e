/** Reads what an agent sees: the accessibility tree of the current tab with all its frames, and the tab strip. */

import type { Observation } from "../../core/observation.ts";
import type { KnownSecrets } from "../../page/known-secrets.ts";
import { normalizeNodes } from "../../page/normalize-nodes.ts";
import { buildRawTree, type AxFrame } from "./ax-tree.ts";
import { maskFields } from "./mask-fields.ts";
import type { Tab } from "./tab.ts";
import type { Tabs } from "./tabs.ts";

/** The tab must be quiet: its title and URL come from that moment. */
export async function observe(
  tabs: Tabs,
  lastActionError: string | null,
  secrets: KnownSecrets,
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
  const raw = buildRawTree(
    main,
    inner.filter((frame) => frame !== null),
  );
  return secrets.maskObservation({
    url: tab.url,
    title: tab.title,
    nodes: await maskFields(tab, normalizeNodes(raw), secrets),
    tabs: tabs.all.map((other) => ({
      title: other.title,
      url: other.url,
      active: other === tab,
    })),
    lastActionError,
  });
}

/** @param frameId null for the main frame */
async function readFrame(tab: Tab, frameId: string | null): Promise<AxFrame> {
  const [tree, owner] = await Promise.all([
    tab.session.send("Accessibility.getFullAXTree", frameId === null ? {} : { frameId }),
    frameId === null ? null : tab.session.send("DOM.getFrameOwner", { frameId }),
  ]);
  return { nodes: tree.nodes, ownerId: owner?.backendNodeId ?? null };
}
