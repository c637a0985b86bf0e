/** Reads what an agent sees: the accessibility tree of the current tab with all its frames, and the tab strip. */

import type { Observation } from "../../core/observation.ts";
import type { KnownSecrets } from "../../page/known-secrets.ts";
import { normalizeNodes } from "../../page/normalize-nodes.ts";
import { type AxTextNode, type Box, writeWebArenaText } from "../../page/webarena-text.ts";
import { buildRawTree, type AxFrame } from "./ax-tree.ts";
import { findClicks } from "./click-listeners.ts";
import { readBoxes } from "./element-boxes.ts";
import { inTime } from "./in-time.ts";
import { maskFields } from "./mask-fields.ts";
import type { Tab } from "./tab.ts";
import type { Tabs } from "./tabs.ts";
import { WINDOW_SIZE } from "./window-size.ts";

/** Longest wait for one frame of a page. */
export const LONGEST_FRAME_MS = 1_000;

/** A text form that needs a live page. `webarena`: WebArena's own, with its ids. */
export type ObservationText = "webarena";

/**
 * The tab must be quiet: its title and URL come from that moment.
 *
 * @param text also writes the page in this form
 */
export async function observe(
  tabs: Tabs,
  lastActionError: string | null,
  secrets: KnownSecrets,
  text?: ObservationText,
): Promise<Observation> {
  const tab = tabs.active;
  const frameIds = [...tab.childFrames];
  const [main, listening, boxes, , ...found] = await Promise.all([
    readFrame(tab, null),
    tab.clickListeners.read(),
    text === undefined ? null : readBoxes(tab),
    tab.prepareWorld(),
    // A frame that goes away before its first document never answers.
    ...frameIds.map((frameId) =>
      inTime(
        readFrame(tab, frameId).catch(() => null),
        LONGEST_FRAME_MS,
        null,
      ),
    ),
  ]);
  tab.frameOf = new Map(
    frameIds.flatMap((frameId, index) =>
      (found[index]?.nodes ?? []).map(({ backendDOMNodeId }) => [
        String(backendDOMNodeId),
        frameId,
      ]),
    ),
  );
  const inner = found.filter((frame) => frame !== null);
  const clicks = await findClicks(tab.session, [main, ...inner], listening);
  const raw = buildRawTree(main, inner, clicks);
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
    ...(boxes !== null && { text: writeText(main.nodes, boxes, tabs, secrets) }),
  });
}

function writeText(
  nodes: readonly AxTextNode[],
  boxes: ReadonlyMap<number, Box>,
  tabs: Tabs,
  secrets: KnownSecrets,
): string {
  const titles = tabs.all.map((tab) => ({ title: tab.title, active: tab === tabs.active }));
  return secrets.maskText(writeWebArenaText({ nodes, boxes, window: WINDOW_SIZE, tabs: titles }));
}

/** @param frameId null for the main frame */
async function readFrame(tab: Tab, frameId: string | null): Promise<AxFrame> {
  const [tree, owner] = await Promise.all([
    tab.session.send("Accessibility.getFullAXTree", frameId === null ? {} : { frameId }),
    frameId === null ? null : tab.session.send("DOM.getFrameOwner", { frameId }),
  ]);
  return { nodes: tree.nodes, ownerId: owner?.backendNodeId ?? null };
}
