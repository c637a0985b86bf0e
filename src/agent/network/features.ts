/**
 * What the network reads of a state and of each candidate. Names of products, people or posts are never learned as
 * such: they count by how they answer to the goal, so that what was learned holds in another world.
 */

import { hashText } from "../../core/random.ts";
import type { PageNode } from "../../core/observation.ts";
import type { PolicyInput } from "../../core/policy.ts";
import { computeCandidates, type Candidate } from "../candidates/candidates.ts";
import { memoizeText } from "../candidates/text-cache.ts";
import { kindHash, recall, targetKey, type EpisodeContext } from "./episode-context.ts";
import { FeatureWriter, mix } from "./feature-writer.ts";
import { analyzeGoal, type GoalWords } from "./goal-words.ts";
import { bestMatch, coverLevel, matchLevel, nameKey, textKey, type Match } from "./match.ts";
import type { Decision } from "./network.ts";
import { pageWords, wordHashes, wordsAround, type PageWords } from "./words.ts";

/** A state ready for the network: its candidates and their features. */
export interface FeaturizedState extends Decision {
  candidates: Candidate[];
}

/** What is known of a candidate whatever was done so far. */
interface Appearance {
  candidate: Candidate;
  kind: number;
  role: number;
  /** Name of the target (label of an answer) without the goal's names. */
  key: number;
  /** Match of its own text: name, option or answer. */
  own: Match;
  /** How far the item around it covers the goal's best covered entity, 0–3, and which. */
  around: Match;
  /** Words of the target's name. */
  words: Int32Array;
  /** Of the first two of these, those that are not the goal's names. */
  names: Int32Array;
  /** Of an answer: its form, such as `$#` or the number of words. */
  shape: number;
  /** What an action like it, done before, is known by. */
  target: number;
  /** How far its words are the goal's: see `sharedWords`. */
  shared: number;
}

/** What is known of a candidate before its features are written. */
interface Description extends Appearance {
  /** How many candidates of the same kind and key came before it: first of its sort, second, … */
  rank: number;
}

interface Scene {
  goal: GoalWords;
  memory: EpisodeContext;
  page: PageWords;
  nodes: readonly PageNode[];
  out: FeatureWriter;
  appearances: Appearances;
  /** The greatest own and around level by kind. */
  best: Map<number, { own: number; around: number }>;
}

/** Goals whose analysis is kept: those of a batch of tasks and of what is replayed beside it. */
const KEPT_GOALS = 256;

export type Featurizer = (input: PolicyInput) => FeaturizedState;

/** Creates a featurizer for a table of 2^tableBits rows. It remembers what the latest goals say and how pages answer to them, nothing else. */
export function createFeaturizer(tableBits: number): Featurizer {
  const out = new FeatureWriter(tableBits);
  const read = memoizeText(analyzeGoal, KEPT_GOALS);
  return (input) => {
    const goal = read(input.goal);
    const { nodes } = input.observation;
    const page = pageWords(nodes);
    const appearances = appearancesOn(page)(input.goal);
    const memory = recall(input, goal);
    const candidates = computeCandidates(input);
    const scene: Scene = { goal, memory, page, nodes, out, appearances, best: new Map() };
    writeState(scene);
    const state = out.takeState();
    const ranks = new Map<number, number>();
    const descriptions = candidates.map((candidate) => describe(scene, candidate, ranks));
    for (const description of descriptions) {
      writeShared(scene, description);
      writeMatches(scene, description);
      writePlace(scene, description);
      writeArgument(scene, description);
      out.endCandidate();
    }
    return { state, ...out.takeCandidates(), candidates };
  };
}

function writeState({ goal, memory, out }: Scene): void {
  out.structural(1);
  out.structural(2, memory.step);
  out.structural(3, memory.lastKind, memory.effect);
  out.structural(4, memory.onTopic, goal.entities.length);
  out.structural(5, memory.used, goal.entities.length);
  out.specific(6, goal.signature);
  out.lexical(7, memory.last);
  out.lexical(8, memory.place);
  out.lexical(9, memory.exactPlace);
  out.specific(10, goal.signature, memory.step);
  for (const word of goal.words) out.lexical(11, word);
}

const NO_WORDS = new Int32Array(0);

type Appearances = Map<Candidate, Appearance>;

/** Goals for which a page's appearances are kept: the rollouts of a task follow one another. */
const KEPT_APPEARANCES = 8;

const appearancesByPage = new WeakMap<PageWords, (goal: string) => Appearances>();

/** A memo over a page's goals: a page offers the same candidates each time it comes. */
function appearancesOn(page: PageWords): (goal: string) => Appearances {
  let found = appearancesByPage.get(page);
  if (!found) {
    found = memoizeText((): Appearances => new Map(), KEPT_APPEARANCES);
    appearancesByPage.set(page, found);
  }
  return found;
}

function describe(scene: Scene, candidate: Candidate, ranks: Map<number, number>): Description {
  let known = scene.appearances.get(candidate);
  if (!known) {
    known = appearance(scene, candidate);
    // Those on no element are of one state, not of the page: they would pile up.
    if (candidate.node >= 0) scene.appearances.set(candidate, known);
  }
  const { kind, role, key, shape, own, around } = known;
  const sort = mix(kind, role, key, shape);
  const rank = ranks.get(sort) ?? 0;
  ranks.set(sort, rank + 1);
  const best = scene.best.get(kind);
  if (best) {
    best.own = Math.max(best.own, own.level);
    best.around = Math.max(best.around, around.level);
  } else scene.best.set(kind, { own: own.level, around: around.level });
  return { ...known, rank: Math.min(rank, 4) };
}

function appearance({ goal, page }: Scene, candidate: Candidate): Appearance {
  const { action, node } = candidate;
  const kind = kindHash(action);
  const role = node < 0 ? 0 : (page.roles[node] as number);
  let words = page.names[node] ?? NO_WORDS;
  let key = nameKey(page, node, goal);
  let shape = 0;
  let own: Match;
  if (action.kind === "stop") {
    const label = node < 0 ? -1 : (page.structure.labels[node] as number);
    own = bestMatch(goal, wordHashes(action.answer));
    shape = mix(answerShape(action.answer), hashText(candidate.part ?? action.answer));
    key = nameKey(page, label, goal);
    words = page.names[label] ?? NO_WORDS;
  } else if (action.kind === "type") {
    own = { level: 3, entity: candidate.span ? goal.entityOf(candidate.span) : -1 };
    if (own.entity >= 0)
      own.level = matchLevel(
        (goal.entities[own.entity] as { words: Int32Array }).words,
        wordHashes(action.text),
      );
    shape = Number(action.submit);
  } else if (action.kind === "select") {
    const option = page.names[candidate.option] as Int32Array;
    own = bestMatch(goal, option);
    shape = textKey(option, page.numeric[candidate.option] as Uint8Array, goal);
  } else own = bestMatch(goal, words);
  const around = node < 0 ? { level: 0, entity: -1 } : bestAround(goal, wordsAround(page, node));
  return {
    candidate,
    kind,
    role,
    key,
    own,
    around,
    words,
    names: words.subarray(0, 2).filter((word) => !goal.entityWords.has(word)),
    shape,
    target: targetKey(action, page, node),
    shared: sharedWords(goal, words),
  };
}

function bestAround(goal: GoalWords, words: ReadonlySet<number>): Match {
  const best = { level: 0, entity: -1 };
  for (const [entity, { words: wanted }] of goal.entities.entries()) {
    const level = coverLevel(wanted, words);
    if (level > best.level) {
      best.level = level;
      best.entity = entity;
    }
  }
  return best;
}

/** Form of an answer: currency and digits kept as signs, words only counted. */
function answerShape(answer: string): number {
  if (answer.length > 80) return 99;
  const digits = answer.replace(/\d[\d.,]*/g, "#");
  if (digits.includes("#")) return hashText(digits.replace(/\p{L}+/gu, "w")) | 0;
  return Math.min(answer.split(/\s+/).length, 8) + (/^\p{Lu}/u.test(answer) ? 20 : 0);
}

/** Features that many candidates have alike. Written before any of the candidate's own. */
function writeShared(scene: Scene, it: Description): void {
  const { goal, memory, page, out } = scene;
  const { candidate, kind, key, role, own, shape } = it;
  const described = mix(kind, role, key, shape);
  out.shared(mix(1, kind), () => {
    out.structural(20, kind);
    out.structural(41, kind, memory.step);
    out.structural(42, kind, memory.lastKind, memory.effect);
  });
  out.shared(mix(2, described), () => writeWords(scene, it, described));
  out.shared(mix(3, kind, role, own.level), () => {
    out.lexical(45, mix(kind, role), own.level, memory.last);
    for (const word of goal.words) out.lexical(61, mix(kind, role), own.level, word);
  });
  const place = page.places[candidate.node] ?? -1;
  if (place >= 0 && place < 3)
    out.shared(mix(4, kind, role, mix(shape, place)), () => {
      for (const word of goal.words) out.lexical(37, mix(kind, role, shape), place, word);
    });
  const extreme = page.extremes.get(page.structure.items[candidate.node] ?? -1) ?? 0;
  if (extreme > 0)
    out.shared(mix(5, kind, role, extreme), () => {
      out.structural(32, mix(kind, role), extreme);
      for (const word of goal.words) out.lexical(36, mix(kind, role), extreme, word);
    });
}

/** The goal's words, the place and the last actions beside what the candidate is called. */
function writeWords({ goal, memory, out }: Scene, it: Description, described: number): void {
  const { kind, key, role } = it;
  const { signature } = goal;
  out.lexical(43, mix(kind, role, key), memory.last);
  out.lexical(44, mix(kind, role, key), memory.last, memory.beforeLast);
  out.lexical(50, mix(kind, role, key));
  out.specific(51, described, signature);
  out.specific(52, described, signature, memory.last);
  out.specific(53, described, signature, memory.exactPlace);
  out.lexical(54, described, memory.exactPlace);
  out.lexical(55, described, memory.place);
  out.specific(59, described, mix(signature, memory.used, memory.onTopic));
  for (const word of goal.words) {
    out.lexical(60, described, word);
    for (const name of it.names) out.lexical(63, kind, name, word);
  }
}

/** How the candidate answers to the goal's entities, and what was done of it. */
function writeMatches({ goal, memory, out, best }: Scene, it: Description): void {
  const { kind, role, own, around, shape } = it;
  const of = mix(kind, role);
  const entity = goal.entities[own.entity];
  const used = entity ? (memory.used >> own.entity) & 1 : 2;
  const onTopic = entity ? (memory.onTopic >> own.entity) & 1 : 2;
  const top = best.get(kind) as { own: number; around: number };
  const isBest =
    (own.level > 0 && own.level === top.own ? 1 : 0) +
    (around.level > 0 && around.level === top.around ? 2 : 0);
  out.structural(22, of, own.level, around.level);
  out.structural(23, of, own.level, Number(memory.onTopic !== 0));
  out.structural(24, mix(kind, isBest), used, onTopic);
  out.structural(25, mix(kind, role, isBest), own.entity, goal.entities.length);
  out.structural(26, kind, entity?.cue ?? 0, own.level);
  out.structural(27, mix(kind, shape), own.level, around.level);
  out.structural(28, of, memory.used, memory.onTopic);
  out.structural(29, of, it.shared, own.level);
  out.structural(30, of, it.rank);
  const done = memory.done.get(it.target) ?? 0;
  out.structural(40, kind, Math.min(done, 2), memory.effect);
  out.specific(56, mix(kind, role, shape), mix(own.level, around.level), goal.signature);
  out.specific(57, mix(kind, role, own.level), mix(memory.place, it.rank), goal.signature);
  out.specific(58, mix(of, it.key, shape), mix(goal.signature, memory.step), it.rank);
}

/** Where on the page the candidate stands, and in what state it is. */
function writePlace({ goal, memory, page, nodes, out }: Scene, it: Description): void {
  const { candidate, kind, role, own } = it;
  const node = nodes[candidate.node];
  if (!node) return;
  const of = mix(kind, role);
  const heading = page.structure.headings[candidate.node] as number;
  const landmark = page.structure.landmarks[candidate.node] as number;
  const { states, value, url } = node;
  out.structural(31, of, page.places[candidate.node], memory.effect);
  out.structural(33, of, page.roles[landmark] ?? 0);
  out.structural(34, of, stateBits(states), value === undefined ? 0 : value === "" ? 1 : 2);
  out.lexical(35, of, nameKey(page, heading, goal), own.level);
  if (url !== undefined) out.structural(64, kind, Number(memory.visited.has(url)));
}

/** Of the words of a name: 0 none is in the goal outside its entities, 1 some, 2 all. */
function sharedWords(goal: GoalWords, words: Int32Array): number {
  let found = 0;
  for (const word of words) if (goal.wordSet.has(word)) found++;
  return found === 0 ? 0 : found === words.length ? 2 : 1;
}

function sign(value: boolean | "mixed" | undefined): number {
  return value === undefined ? 0 : value === false ? 1 : 2;
}

function stateBits(states: PageNode["states"]): number {
  const { checked, expanded, selected, pressed, focused } = states;
  return mix(sign(checked), sign(expanded), sign(selected), sign(pressed) * 2 + (focused ? 1 : 0));
}

/** Which piece of the goal goes into which field. */
function writeArgument({ goal, memory, nodes, out }: Scene, it: Description): void {
  const { candidate, key, role, own, shape } = it;
  const { span } = candidate;
  if (!span) return;
  const cue = hashText(span.cue) | 0;
  const kind = hashText(span.kind) | 0;
  const used = own.entity < 0 ? 2 : (memory.used >> own.entity) & 1;
  const { value } = nodes[candidate.node] as PageNode;
  out.structural(70, mix(role, shape), kind, used);
  out.structural(71, shape, mix(kind, value === "" ? 0 : 1), used);
  out.lexical(72, mix(key, shape), cue);
  out.specific(73, mix(key, shape), cue, goal.signature);
  out.specific(74, mix(key, shape), own.entity, goal.signature);
  out.lexical(75, key, kind, used);
  for (let i = 0; i < Math.min(it.words.length, 4); i++) {
    out.lexical(76, it.words[i], cue, kind);
    out.lexical(77, it.words[i], own.entity, used);
  }
}
