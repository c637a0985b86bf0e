/** Which elements of the same pages BrowserGym and this toolkit see, by role and name. */

import type { Env } from "../../src/core/env.ts";
import type { Observation } from "../../src/core/observation.ts";
import { Crawl } from "../../test/support/crawl.ts";
import type { Gym } from "./worker.ts";

/** Elements that an agent acts on. */
const ACTABLE = new Set(
  "link button textbox searchbox checkbox radio combobox listbox option spinbutton slider tab menuitem switch".split(
    " ",
  ),
);
/** Parts of texts and boxes: both leave them out, or print them as text. */
const NO_ELEMENTS = new Set(
  "RootWebArea StaticText InlineTextBox LineBreak ListMarker generic none paragraph".split(" "),
);

export interface ElementCounts {
  pages: number;
  /** Seen by both, only here, only by BrowserGym. */
  actable: [both: number, here: number, gym: number];
  other: [both: number, here: number, gym: number];
  /** What only one of them sees, most frequent first: `here: link ""`. */
  differences: Record<string, number>;
}

export function createCounts(): ElementCounts {
  return { pages: 0, actable: [0, 0, 0], other: [0, 0, 0], differences: {} };
}

/** Looks at up to `most` pages of a site with both, both already on its start page. */
export async function compareElements(
  gym: Gym,
  env: Env,
  start: string,
  most: number,
  counts: ElementCounts,
): Promise<void> {
  const crawl = new Crawl({ start: [start], perKind: 3, most });
  for (const url of crawl.pages()) {
    const here = await env.step({ kind: "goto", url });
    // It waits 5 s for a page, which a busy machine may need: the second time the page is in its cache.
    const load = (): ReturnType<Gym["step"]> => gym.step({ kind: "goto", url });
    const there = await load().catch(load);
    if (here.observation.url !== there.observation.url)
      throw new Error(
        `Expected both at ${here.observation.url}, got BrowserGym at ${there.observation.url}.`,
      );
    crawl.found(here.observation.nodes.flatMap((node) => node.url ?? []));
    counts.pages++;
    compare(here.observation, there.observation, counts);
  }
}

function compare(here: Observation, gym: Observation, counts: ElementCounts): void {
  const left = tally(gym);
  const count = (role: string, place: 0 | 1 | 2): void => {
    counts[ACTABLE.has(role) ? "actable" : "other"][place]++;
  };
  const note = (who: string, element: string): void => {
    const line = `${who}: ${element}`;
    counts.differences[line] = (counts.differences[line] ?? 0) + 1;
  };
  for (const node of here.nodes) {
    if (NO_ELEMENTS.has(node.role)) continue;
    const element = describe(node);
    const others = left.get(element) ?? 0;
    if (others > 0) left.set(element, others - 1);
    else note("here", element);
    count(node.role, others > 0 ? 0 : 1);
  }
  for (const [element, times] of left)
    for (let time = 0; time < times; time++) {
      count(element.split(" ")[0] ?? "", 2);
      note("BrowserGym", element);
    }
}

function tally({ nodes }: Observation): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    if (NO_ELEMENTS.has(node.role)) continue;
    const element = describe(node);
    counts.set(element, (counts.get(element) ?? 0) + 1);
  }
  return counts;
}

const describe = ({ role, name }: { role: string; name: string }): string =>
  `${role} ${JSON.stringify(name)}`;
