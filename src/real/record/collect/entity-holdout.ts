/**
 * Keeps recordings away from the entities held out for measuring: no action on them, no page of theirs.
 * Entities come in as names and keys, so this works for any site.
 */

import type { Action } from "../../../core/action.ts";
import type { Observation, PageNode } from "../../../core/observation.ts";
import type { Trajectory } from "../../../core/trajectory.ts";

export interface HeldOutEntities {
  /** As pages write them: "Grepon Origami". */
  names: readonly string[];
  /** As a path segment or a query value of a URL: `grepon-origami`, `20064`. */
  keys: readonly string[];
}

export interface EntityHoldout {
  forbidsAction: (observation: Observation, action: Action) => boolean;
  /** Whether the text says one of their names or keys. */
  forbidsText: (text: string) => boolean;
  /** Whether the page belongs to one of them. */
  forbidsPage: (observation: Observation) => boolean;
  /** Whether the recording contains a forbidden action or page, no matter who acted. */
  isBrokenBy: (trajectory: Trajectory) => boolean;
  /** How many of the names occur on the page: passing appearances in listings, which nobody can avoid. */
  countAppearances: (observation: Observation) => number;
}

/** An element inside one of these belongs to the entity that its container names: "Add" in a list row. */
const CONTAINERS = new Set(["listitem", "row", "article", "group", "figure"]);

/** Nothing is held out. */
export const NO_HOLDOUT: EntityHoldout = {
  forbidsAction: () => false,
  forbidsText: () => false,
  forbidsPage: () => false,
  isBrokenBy: () => false,
  countAppearances: () => 0,
};

export function createEntityHoldout(heldOut: HeldOutEntities): EntityHoldout {
  const findNames = createNameFinder(heldOut.names);
  const keys = new Set(heldOut.keys);
  const saysName = (text: string): boolean => findNames(text).size > 0;
  const holdsKey = (url: string): boolean => urlParts(url).some((part) => keys.has(part));
  const forbidsNode = (nodes: readonly PageNode[], ref: string): boolean => {
    const index = nodes.findIndex((node) => node.ref === ref);
    const node = nodes[index];
    if (node === undefined) return false;
    if (node.url !== undefined && holdsKey(node.url)) return true;
    return saysName(`${node.name}\n${node.value ?? ""}`) || saysName(containerText(nodes, index));
  };
  const forbidsPage = ({ url }: Observation): boolean => holdsKey(url);
  const forbidsAction = ({ nodes }: Observation, action: Action): boolean => {
    switch (action.kind) {
      case "click":
      case "hover":
      case "check":
      case "upload":
        return forbidsNode(nodes, action.ref);
      case "drag":
        return forbidsNode(nodes, action.ref) || forbidsNode(nodes, action.to);
      case "type":
        return forbidsNode(nodes, action.ref) || saysName(action.text) || keys.has(action.text);
      case "select":
        return forbidsNode(nodes, action.ref) || saysName(action.option);
      case "goto":
        return holdsKey(action.url);
      case "press": {
        const focused = nodes.find((node) => node.states.focused === true);
        return focused !== undefined && forbidsNode(nodes, focused.ref);
      }
      default:
        return false;
    }
  };
  return {
    forbidsAction,
    forbidsText: (text) => saysName(text) || heldOut.keys.some((key) => text.includes(key)),
    forbidsPage,
    isBrokenBy: ({ transitions, finalObservation }) =>
      forbidsPage(finalObservation) ||
      transitions.some(
        ({ observation, action }) => forbidsPage(observation) || forbidsAction(observation, action),
      ),
    countAppearances: ({ nodes }) => findNames(nodes.map(({ name }) => name).join("\n")).size,
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Finds the names that a text contains as whole words, in any case. One pass over the text for any number of names. */
function createNameFinder(names: readonly string[]): (text: string) => Set<string> {
  const byFirstWord = new Map<string, string[][]>();
  for (const words of names.map(wordsOf)) {
    const [first] = words;
    if (first === undefined) continue;
    byFirstWord.set(first, [...(byFirstWord.get(first) ?? []), words]);
  }
  return (text) => {
    const found = new Set<string>();
    const words = wordsOf(text);
    for (const [i, word] of words.entries()) {
      for (const name of byFirstWord.get(word) ?? []) {
        if (name.every((part, offset) => words[i + offset] === part)) found.add(name.join(" "));
      }
    }
    return found;
  };
}

/** Path segments and query values, decoded. */
function urlParts(url: string): string[] {
  const parsed = URL.parse(url);
  if (parsed === null) return [];
  const segments = parsed.pathname.split("/").map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  });
  return [...segments, ...parsed.searchParams.values()].filter((part) => part !== "");
}

/** All names below the nearest container of a node. Empty without a container. */
function containerText(nodes: readonly PageNode[], index: number): string {
  let depth = nodes[index]?.depth ?? 0;
  for (let i = index - 1; i >= 0 && depth > 0; i--) {
    const node = nodes[i] as PageNode;
    if (node.depth >= depth) continue;
    depth = node.depth;
    if (!CONTAINERS.has(node.role)) continue;
    const end = nodes.findIndex((other, at) => at > i && other.depth <= node.depth);
    return nodes
      .slice(i, end === -1 ? nodes.length : end)
      .map(({ name }) => name)
      .join("\n");
  }
  return "";
}
