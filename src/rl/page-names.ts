/** Names for pages: two observations have the same name if they show the same address, tabs and nodes. */

import { createHash } from "node:crypto";
import type { Observation } from "../core/observation.ts";

/** Creates a namer. It remembers the names of arrays of nodes that it has seen: a dream shows the same ones again. */
export function createPageNames(): (observation: Observation) => string {
  const known = new WeakMap<Observation["nodes"], string>();
  return ({ url, tabs, nodes }) => {
    let name = known.get(nodes);
    if (name === undefined) {
      // Refs are left out: they name places in one document. So is the focus.
      const shown = nodes.map(({ role, name: named, value, url: link, depth, states }) => {
        const { focused: _, ...kept } = states;
        return [role, named, value, link, depth, kept];
      });
      name = createHash("sha256").update(JSON.stringify(shown)).digest("base64");
      known.set(nodes, name);
    }
    return `${url}\n${tabs.map((tab) => tab.url + String(tab.active)).join(" ")}\n${name}`;
  };
}
