/**
 * The actions that make sense next: a pure function of goal, history and observation. Nothing else of a task (its
 * checks, ids, slots) can leak into an agent's choices. The embedded policy and random exploration share it.
 */

import type { Action } from "../../core/action.ts";
import { isSameAction } from "../../core/element-reference.ts";
import type { PageNode } from "../../core/observation.ts";
import type { PolicyInput } from "../../core/policy.ts";
import { answerParts } from "./candidate-answers.ts";
import { bare, type Candidate } from "./candidate.ts";
import { findGoalDates } from "./candidate-dates.ts";
import { findGoalSpans } from "./candidate-spans.ts";
import {
  hasOptions,
  pageStructure,
  subtreeText,
  type PageStructure,
} from "./candidate-structure.ts";
import { dateTypings, typings } from "./candidate-typings.ts";
import { memoizeText } from "./text-cache.ts";
import { findRepeats } from "../../page/repeated-action.ts";

/** Upper bounds, so that no page makes a choice too large. The candidates that share least with the goal are cut. */
const LIMITS = { click: 120, type: 60, select: 60, stop: 100, goto: 4, spans: 14 };

const CLICKABLE = new Set(
  (
    "link button tab checkbox radio switch menuitem menuitemcheckbox menuitemradio option treeitem " +
    "DisclosureTriangle DisclosureTriangleGrouped combobox generic"
  ).split(" "),
);
const SILENT = new Set(["button", "checkbox", "radio", "switch", "tab", "option", "RootWebArea"]);
const MARGINS = new Set(["banner", "navigation", "contentinfo"]);

/**
 * All candidates of a state, clicks first. Never empty: the fixed answers are always there. It leaves out an action
 * that was taken before on a page that looked the same, so no policy can go in circles.
 */
export function computeCandidates(input: PolicyInput): Candidate[] {
  const { goal, observation } = input;
  const offers = pageOffers(observation.nodes);
  const { clicks, typings, selections, answers } = offers.closest(goal);
  const isRepeat = findRepeats(input);
  const all = [
    ...clicks,
    ...typings,
    ...selections,
    ...visits(input, offers.urls).slice(0, LIMITS.goto),
    ...offers.presses,
    ...observation.tabs.flatMap(({ active }, index) =>
      active ? [] : [bare({ kind: "switchTab", index })],
    ),
    ...ALWAYS,
    ...answers,
  ];
  return all.filter(({ action }) => !isRepeat(action));
}

const ESCAPE = bare({ kind: "press", keys: "Escape" });

/** Pages close these by Escape: what lies over them, and lists that open under a field. */
function isClosedByEscape({ role, states }: PageNode): boolean {
  return OVERLAYS.has(role) || (states.expanded === true && LIST_FIELDS.has(role));
}

const OVERLAYS = new Set(["dialog", "alertdialog", "menu"]);
const LIST_FIELDS = new Set(["combobox", "textbox", "searchbox"]);

/** Actions that are possible anywhere. */
const ALWAYS: readonly Candidate[] = [
  bare({ kind: "goBack" }),
  bare({ kind: "stop", answer: "" }),
  bare({ kind: "stop", answer: "N/A" }),
];

/** The actions that a page offers, independent of the goal. */
interface PageOffers {
  clicks: Candidate[];
  selections: Candidate[];
  answers: Candidate[];
  presses: Candidate[];
  /** Targets of its links. */
  urls: ReadonlySet<string | undefined>;
  /** Cached by goal: the steps of an episode come back to their pages. */
  closest: (goal: string) => GoalOffers;
}

/** The offers closest to a goal, and the texts that the goal gives to type. */
interface GoalOffers {
  clicks: readonly Candidate[];
  typings: readonly Candidate[];
  selections: readonly Candidate[];
  answers: readonly Candidate[];
}

/** Number of goals for which a page's offers are kept. */
const KEPT_GOALS = 8;

const known = new WeakMap<readonly PageNode[], PageOffers>();

/** Cached: the same nodes offer the same. Training sees the same pages again and again. */
function pageOffers(nodes: readonly PageNode[]): PageOffers {
  let offers = known.get(nodes);
  if (!offers) {
    const structure = pageStructure(nodes);
    offers = {
      clicks: clicks(nodes, structure),
      selections: selections(nodes, structure),
      answers: answers(nodes, structure),
      presses: nodes.some(isClosedByEscape) ? [ESCAPE] : [],
      urls: new Set(nodes.map(({ url }) => url)),
      closest: memoizeText((goal) => goalOffers(goal, nodes), KEPT_GOALS),
    };
    known.set(nodes, offers);
  }
  return offers;
}

/** Cached: every page of an episode asks for the spans of the same goal. */
const spansOf = memoizeText(findGoalSpans, KEPT_GOALS);
const datesOf = memoizeText(findGoalDates, KEPT_GOALS);

function goalOffers(goal: string, nodes: readonly PageNode[]): GoalOffers {
  const offers = pageOffers(nodes);
  const structure = pageStructure(nodes);
  const overlap = overlapWith(goal, nodes, structure);
  const spans = spansOf(goal).slice(0, LIMITS.spans);
  return {
    clicks: keepClosest(offers.clicks, LIMITS.click, overlap),
    typings: [...dateTypings(nodes, datesOf(goal)), ...typings(nodes, structure, spans)].slice(
      0,
      LIMITS.type,
    ),
    selections: keepClosest(offers.selections, LIMITS.select, overlap),
    answers: keepClosest(offers.answers, LIMITS.stop, overlap),
  };
}

/**
 * Index of the candidate that does the same as `action`, or -1: the same action, or a click on another link to the
 * same place. Reading demonstrations needs it.
 */
export function findCandidate(
  candidates: readonly Candidate[],
  action: Action,
  nodes: readonly PageNode[],
): number {
  const same = candidates.findIndex((candidate) => isSameAction(candidate.action, action));
  if (same >= 0 || action.kind !== "click") return same;
  const target = nodes.find((node) => node.ref === action.ref);
  if (target?.url === undefined) return -1;
  return candidates.findIndex(
    ({ action: { kind }, node }) => kind === "click" && nodes[node]?.url === target.url,
  );
}

/** Index of the select element around an option, or -1. */
function selectAround(nodes: readonly PageNode[], structure: PageStructure, index: number): number {
  for (let up = structure.parents[index] as number; up >= 0; up = structure.parents[up] as number) {
    const { role } = nodes[up] as PageNode;
    if (role === "combobox" || role === "listbox") return up;
    if (role !== "group") return -1;
  }
  return -1;
}

function clicks(nodes: readonly PageNode[], structure: PageStructure): Candidate[] {
  const found: Candidate[] = [];
  const links = new Set<string>();
  for (const [index, node] of nodes.entries()) {
    const isTarget = node.states.clickable === true;
    if ((!isTarget && !CLICKABLE.has(node.role)) || node.states.disabled) continue;
    if (node.role === "option" && selectAround(nodes, structure, index) >= 0) continue;
    if (node.role === "combobox" && hasOptions(nodes, structure, index)) continue;
    // A named wrapper surrounds the clickable element, except a picture with a tooltip.
    if (!isTarget && node.role === "generic" && (structure.ends[index] as number) > index + 1)
      continue;
    if (node.role === "link" && node.url !== undefined) {
      const key = `${node.url} ${node.name}`;
      if (links.has(key)) continue;
      links.add(key);
    }
    found.push({ ...bare({ kind: "click", ref: node.ref }), node: index });
  }
  return found;
}

function selections(nodes: readonly PageNode[], structure: PageStructure): Candidate[] {
  return nodes.flatMap((node, index) => {
    if (node.role !== "option" || node.states.disabled || node.states.selected) return [];
    const select = selectAround(nodes, structure, index);
    const owner = nodes[select];
    if (!owner || owner.states.disabled || owner.value === node.name) return [];
    const action = { kind: "select", ref: owner.ref, option: node.name } as const;
    return [{ ...bare(action), node: select, option: index }];
  });
}

/** Pages seen before that no link here leads to, the latest first. */
function visits(
  { history, observation }: PolicyInput,
  linked: ReadonlySet<string | undefined>,
): Candidate[] {
  const near = new Set([observation.url]);
  const found: Candidate[] = [];
  for (let step = history.length - 1; step >= 0; step--) {
    const url = history[step]?.observation.url;
    if (url === undefined || near.has(url) || linked.has(url)) continue;
    near.add(url);
    found.push(bare({ kind: "goto", url }));
  }
  return found;
}

/** Texts of the page and their parts, each text once, at its first place outside the page's margins. */
function answers(nodes: readonly PageNode[], structure: PageStructure): Candidate[] {
  const seen = new Set(["", "N/A"]);
  const collect = (inMargin: boolean): Candidate[] =>
    nodes.flatMap((node, index) => {
      const landmark = nodes[structure.landmarks[index] as number]?.role ?? "";
      if (SILENT.has(node.role) || MARGINS.has(landmark) !== inMargin) return [];
      return answerParts(node).flatMap(({ text, part }) => {
        if (seen.has(text)) return [];
        seen.add(text);
        return [{ ...bare({ kind: "stop", answer: text }), node: index, part }];
      });
    });
  return [...collect(false), ...collect(true)];
}

/** How many different words of the goal a node's item contains, or the node itself where it has no item. */
function overlapWith(
  goal: string,
  nodes: readonly PageNode[],
  structure: PageStructure,
): (candidate: Candidate) => number {
  const words = new Set(goal.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu));
  const known = new Map<number, number>();
  return ({ node, option }) => {
    if (node < 0) return Number.POSITIVE_INFINITY;
    const item = structure.items[node] as number;
    const place = option >= 0 ? option : item >= 0 ? item : node;
    let count = known.get(place);
    if (count === undefined) {
      const text = subtreeText(nodes, structure, place).toLowerCase();
      count = new Set(text.match(/[\p{L}\p{N}]{3,}/gu)?.filter((word) => words.has(word))).size;
      known.set(place, count);
    }
    return count;
  };
}

/** The `limit` candidates with the greatest overlap, in their own order. Among equals, earlier ones win. */
function keepClosest(
  candidates: Candidate[],
  limit: number,
  overlap: (candidate: Candidate) => number,
): Candidate[] {
  if (candidates.length <= limit) return candidates;
  const ranked = candidates.map((candidate, index) => ({ index, overlap: overlap(candidate) }));
  ranked.sort((a, b) => b.overlap - a.overlap || a.index - b.index);
  const kept = ranked.slice(0, limit).map(({ index }) => index);
  return kept.sort((a, b) => a - b).map((index) => candidates[index] as Candidate);
}
