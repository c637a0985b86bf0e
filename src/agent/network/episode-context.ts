/** The episode so far, as the policy reads it: the actions, the used parts of the goal, and the pages. */

import { hashText } from "../../core/random.ts";
import type { Action } from "../../core/action.ts";
import type { PastStep, PolicyInput } from "../../core/policy.ts";
import { memoizeText } from "../candidates/text-cache.ts";
import { mix } from "./feature-writer.ts";
import type { GoalWords } from "./goal-words.ts";
import { coverLevel, nameKey } from "./match.ts";
import { pageWords, type PageWords, wordHashes } from "./words.ts";

export interface EpisodeContext {
  /** Key of the last action and of the one before: kind, role and name of its target without the goal's names. */
  last: number;
  beforeLast: number;
  /** Hash of the last action's kind. */
  lastKind: number;
  /** Bit i: entity i of the goal was typed, chosen or followed. */
  used: number;
  /** Bit i: entity i of the goal is in the page's title, main heading or URL. */
  onTopic: number;
  /** How often the episode acted on an element or answer before: by kind and key. */
  done: Map<number, number>;
  visited: Set<string>;
  /** Effect of the last action: 0 none yet, 1 page unchanged, 2 page changed in place, 3 another page, 4 an error. */
  effect: number;
  /** 0–7: steps so far, capped. */
  step: number;
  /** Page kinds: by the path's first segment, and by all segments and query names, without the goal's names. */
  place: number;
  exactPlace: number;
}

const hashOfKind = memoizeText((kind) => hashText(kind) | 0);

export const kindHash = (action: Action): number => hashOfKind(action.kind);

/** Key of an action's target: the same on every page where the target has the same name. */
export function targetKey(action: Action, words: PageWords, index: number): number {
  const kind = kindHash(action);
  if (index < 0) return kind;
  const text = action.kind === "type" ? action.text : action.kind === "select" ? action.option : "";
  return mix(kind, words.roles[index], words.nameKeys[index], hashText(text));
}

export function recall(input: PolicyInput, goal: GoalWords): EpisodeContext {
  const { history, observation } = input;
  const context: EpisodeContext = {
    last: 0,
    beforeLast: 0,
    lastKind: 0,
    used: 0,
    onTopic: 0,
    done: new Map(),
    visited: new Set(),
    effect: 0,
    step: Math.min(history.length, 7),
    place: 0,
    exactPlace: 0,
  };
  for (const past of history) {
    const { url, target, described, kind, entities } = pastOf(past, goal);
    context.visited.add(url);
    context.done.set(target, (context.done.get(target) ?? 0) + 1);
    context.beforeLast = context.last;
    context.lastKind = kind;
    context.last = described;
    context.used |= entities;
  }
  const current = pageWords(observation.nodes);
  for (const [index, entity] of goal.entities.entries())
    if (coverLevel(entity.words, current.topic) >= 3) context.onTopic |= 1 << index;
  describePlace(context, observation.url, goal);
  const before = history.at(-1)?.observation;
  if (before) {
    context.effect = 3;
    if (observation.lastActionError !== null) context.effect = 4;
    else if (before.url === observation.url)
      context.effect = samePage(before.nodes, observation.nodes) ? 1 : 2;
  }
  return context;
}

/** The record of one past step. */
interface Past {
  url: string;
  kind: number;
  /** `targetKey`. */
  target: number;
  /** Key of kind, role and name of its target without the goal's names. */
  described: number;
  /** Bits of the goal's entities that it named. */
  entities: number;
}

const known = new WeakMap<PastStep, { goal: GoalWords; past: Past }>();

/** Cached, a pure function of step and goal: every later step of the episode asks for it again. */
function pastOf(step: PastStep, goal: GoalWords): Past {
  const last = known.get(step);
  if (last?.goal === goal) return last.past;
  const { observation, action } = step;
  const words = pageWords(observation.nodes);
  const index = "ref" in action ? (words.indexes.get(action.ref) ?? -1) : -1;
  const kind = kindHash(action);
  const role = index < 0 ? 0 : words.roles[index];
  const past = {
    url: observation.url,
    kind,
    target: targetKey(action, words, index),
    described: mix(kind, role, nameKey(words, index, goal)),
    entities: entitiesIn(action, words, index, goal),
  };
  known.set(step, { goal, past });
  return past;
}

/** Bits of the goal's entities that an action's text or target names. */
function entitiesIn(action: Action, words: PageWords, index: number, goal: GoalWords): number {
  const text =
    action.kind === "type" ? action.text : action.kind === "select" ? action.option : null;
  let bits = 0;
  for (const [number, entity] of goal.entities.entries()) {
    const named =
      text === null
        ? index >= 0 && coverLevel(entity.words, new Set(words.names[index])) >= 3
        : text.toLowerCase().includes(entity.span.text.toLowerCase());
    if (named) bits |= 1 << number;
  }
  return bits;
}

function samePage(
  before: readonly { name: string }[],
  after: readonly { name: string }[],
): boolean {
  return (
    before === after ||
    (before.length === after.length &&
      before.every(({ name }, index) => name === after[index]?.name))
  );
}

function describePlace(context: EpisodeContext, url: string, goal: GoalWords): void {
  if (!URL.canParse(url)) return;
  const { pathname, searchParams } = new URL(url);
  const segments = pathname.toLowerCase().split("/").filter(Boolean);
  const general = segments.map((segment) => {
    const words = segment.split(/[-_.]/);
    const special = words.length > 2 || /\d/.test(segment);
    return special ||
      words.some((word) => wordHashes(word).some((hash) => goal.entityWords.has(hash)))
      ? "*"
      : segment;
  });
  context.place = mix(hashText(general[0] ?? ""), segments.length);
  const names = [...new Set(searchParams.keys())].sort();
  context.exactPlace = hashText(`${general.join("/")}?${names.join("&")}`) | 0;
}
