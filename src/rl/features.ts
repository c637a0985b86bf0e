/**
 * What the network reads of a state and of each candidate. Names of products, people or posts are never learned as
 * such: they count by how they answer to the goal, so that what was learned holds in another world.
 */

import { hashText } from "../core/random.ts";
import type { PageNode } from "../core/observation.ts";
import type { PolicyInput } from "../core/policy.ts";
import { computeCandidates, type Candidate } from "../page/candidates.ts";
import { kindHash, recall, targetKey, type EpisodeMemory } from "./episode-memory.ts";
import { FeatureWriter, mix } from "./feature-writer.ts";
import { analyzeGoal, type GoalWords } from "./goal-words.ts";
import { bestMatch, coverLevel, matchLevel, nameKey, textKey, type Match } from "./match.ts";
import type { Decision } from "./network.ts";
import { pageWords, wordHashes, wordsAround, type PageWords } from "./words.ts";

/** A state ready for the network: its candidates and their features. */
export interface FeaturizedState extends Decision {
  candidates: Candidate[];
}

/** What is known of a candidate before its features are written. */
interface Description {
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
  /** Of an answer: its form, such as `$#` or the number of words. */
  shape: number;
  /** How many candidates of the same kind and key came before it: first of its sort, second, … */
  rank: number;
}

interface Scene {
  goal: GoalWords;
  memory: EpisodeMemory;
  page: PageWords;
  nodes: readonly PageNode[];
  out: FeatureWriter;
  /** The greatest own and around level by kind. */
  best: Map<number, { own: number; around: number }>;
}

export type Featurizer = (input: PolicyInput) => FeaturizedState;

/** Creates a featurizer for a table of 2^tableBits rows. It remembers the last goal's analysis, nothing else. */
export function createFeaturizer(tableBits: number): Featurizer {
  const out = new FeatureWriter(tableBits);
  let lastGoal = "";
  let goal = analyzeGoal("");
  return (input) => {
    if (input.goal !== lastGoal) {
      lastGoal = input.goal;
      goal = analyzeGoal(input.goal);
    }
    const { nodes } = input.observation;
    const page = pageWords(nodes);
    const memory = recall(input, goal);
    const candidates = computeCandidates(input);
    const scene: Scene = { goal, memory, page, nodes, out, best: new Map() };
    writeState(scene);
    const state = out.take();
    const ranks = new Map<number, number>();
    const descriptions = candidates.map((candidate) => describe(scene, candidate, ranks));
    const offsets = new Int32Array(candidates.length + 1);
    for (const [index, description] of descriptions.entries()) {
      writeCandidate(scene, description);
      offsets[index + 1] = out.count;
    }
    return { state, features: out.take(), offsets, candidates };
  };
}

function writeState({ goal, memory, out }: Scene): void {
  out.structural(1);
  out.structural(2, memory.step);
  out.structural(3, memory.lastKind, memory.effect);
  out.structural(4, memory.onTopic, goal.entities.length);
  out.structural(5, memory.used, goal.entities.length);
  out.lexical(6, goal.signature);
  out.lexical(7, memory.last);
  out.lexical(8, memory.place);
  out.lexical(9, memory.exactPlace);
  out.lexical(10, goal.signature, memory.step);
  for (const word of goal.words) out.lexical(11, word);
}

function describe(scene: Scene, candidate: Candidate, ranks: Map<number, number>): Description {
  const { goal, page, nodes } = scene;
  const { action, node } = candidate;
  const kind = kindHash(action);
  const role = node < 0 ? 0 : (page.roles[node] as number);
  let words = node < 0 ? new Int32Array(0) : (page.names[node] as Int32Array);
  let key = nameKey(page, node, goal);
  let shape = 0;
  let own: Match;
  if (action.kind === "stop") {
    const answer = wordHashes(action.answer);
    const label = node < 0 ? -1 : (page.structure.labels[node] as number);
    own = bestMatch(goal, answer);
    shape = mix(answerShape(action.answer), hashText(candidate.part ?? action.answer));
    key = nameKey(page, label, goal);
    words = label < 0 ? new Int32Array(0) : (page.names[label] as Int32Array);
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
  const sort = mix(kind, role, key, shape);
  const rank = ranks.get(sort) ?? 0;
  ranks.set(sort, rank + 1);
  const best = scene.best.get(kind) ?? { own: 0, around: 0 };
  best.own = Math.max(best.own, own.level);
  best.around = Math.max(best.around, around.level);
  scene.best.set(kind, best);
  void nodes;
  return { candidate, kind, role, key, own, around, words, shape, rank: Math.min(rank, 4) };
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

function writeCandidate(scene: Scene, description: Description): void {
  writeMatches(scene, description);
  writeHistory(scene, description);
  writeWords(scene, description);
  if (description.candidate.action.kind === "type") writeArgument(scene, description);
}

/** How the candidate answers to the goal's entities, and where it stands. */
function writeMatches({ goal, memory, page, nodes, out, best }: Scene, it: Description): void {
  const { candidate, kind, role, own, around, shape } = it;
  const { node } = candidate;
  const cue = own.entity < 0 ? 0 : (goal.entities[own.entity]?.cue ?? 0);
  const used = own.entity < 0 ? 2 : (memory.used >> own.entity) & 1;
  const onTopic = own.entity < 0 ? 2 : (memory.onTopic >> own.entity) & 1;
  const top = best.get(kind) as { own: number; around: number };
  const isBest =
    (own.level > 0 && own.level === top.own ? 1 : 0) +
    (around.level > 0 && around.level === top.around ? 2 : 0);
  const topicLevel = memory.onTopic === 0 ? 0 : 1;
  out.structural(20, kind);
  out.structural(21, kind, role);
  out.structural(22, mix(kind, role), own.level, around.level);
  out.structural(23, mix(kind, role), own.level, topicLevel);
  out.structural(24, mix(kind, isBest), used, onTopic);
  out.structural(25, mix(kind, role, isBest), own.entity, goal.entities.length);
  out.structural(26, kind, cue, own.level);
  out.structural(27, mix(kind, shape), own.level, around.level);
  out.structural(28, mix(kind, role), memory.used, memory.onTopic);
  const anyWord = sharedWords(goal, it.words);
  out.structural(29, mix(kind, role), anyWord, own.level);
  out.structural(30, mix(kind, role), it.rank);
  if (node < 0) return;
  const place = page.places[node] as number;
  const item = page.structure.items[node] as number;
  const extreme = item < 0 ? 0 : (page.extremes.get(item) ?? 0);
  const heading = page.structure.headings[node] as number;
  const landmark = page.structure.landmarks[node] as number;
  const { states, value } = nodes[node] as PageNode;
  out.structural(31, mix(kind, role), place, memory.effect);
  out.structural(32, mix(kind, role), extreme);
  out.structural(33, mix(kind, role), landmark < 0 ? 0 : page.roles[landmark]);
  out.structural(
    34,
    mix(kind, role),
    stateBits(states),
    value === undefined ? 0 : value === "" ? 1 : 2,
  );
  out.lexical(35, mix(kind, role), nameKey(page, heading, goal), own.level);
  for (const word of goal.words) {
    if (extreme > 0) out.lexical(36, mix(kind, role), extreme, word);
    if (place >= 0 && place < 3) out.lexical(37, mix(kind, role, shape), place, word);
  }
}

/** Of the words of a name: 0 none is in the goal outside its entities, 1 some, 2 all. */
function sharedWords(goal: GoalWords, words: Int32Array): number {
  if (words.length === 0) return 0;
  let found = 0;
  for (const word of words) if (goal.wordSet.has(word)) found++;
  return found === 0 ? 0 : found === words.length ? 2 : 1;
}

function stateBits(states: PageNode["states"]): number {
  const { checked, expanded, selected, pressed, focused } = states;
  const sign = (value: boolean | "mixed" | undefined): number =>
    value === undefined ? 0 : value === false ? 1 : 2;
  return mix(sign(checked), sign(expanded), sign(selected), sign(pressed) * 2 + (focused ? 1 : 0));
}

/** What was done so far beside what would be done now. */
function writeHistory({ memory, page, out }: Scene, it: Description): void {
  const { candidate, kind, key, role } = it;
  const done = memory.done.get(targetKey(candidate.action, page, candidate.node)) ?? 0;
  out.structural(40, kind, Math.min(done, 2), memory.effect);
  out.structural(41, kind, memory.step);
  out.structural(42, kind, memory.lastKind, memory.effect);
  out.lexical(43, mix(kind, role, key), memory.last);
  out.lexical(44, mix(kind, role, key), memory.last, memory.beforeLast);
  out.lexical(45, mix(kind, role), it.own.level, memory.last);
}

/** The goal's words beside the candidate's. */
function writeWords({ goal, memory, page, nodes, out }: Scene, it: Description): void {
  const { candidate, kind, key, role, own, shape } = it;
  const { signature } = goal;
  const target = mix(kind, role, key);
  const described = mix(target, shape);
  out.lexical(50, target);
  out.lexical(51, described, signature);
  out.lexical(52, described, signature, memory.last);
  out.lexical(53, described, signature, memory.exactPlace);
  out.lexical(54, described, memory.exactPlace);
  out.lexical(55, described, memory.place);
  out.lexical(56, mix(kind, role, shape), mix(own.level, it.around.level), signature);
  out.lexical(57, mix(kind, role, own.level), mix(memory.place, it.rank), signature);
  out.lexical(58, described, mix(signature, memory.step), it.rank);
  out.lexical(59, described, mix(signature, memory.used, memory.onTopic));
  for (const word of goal.words) {
    out.lexical(60, described, word);
    out.lexical(61, mix(kind, role), own.level, word);
    out.lexical(62, described, word, memory.place);
    for (let i = 0; i < Math.min(it.words.length, 3); i++) out.lexical(63, kind, it.words[i], word);
  }
  if (candidate.node >= 0 && candidate.action.kind === "click") {
    const { url } = nodes[candidate.node] as PageNode;
    if (url !== undefined) out.structural(64, kind, Number(memory.visited.has(url)));
    out.structural(65, kind, (page.structure.headings[candidate.node] as number) < 0 ? 0 : 1);
  }
}

/** Which piece of the goal goes into which field. */
function writeArgument({ goal, memory, nodes, out }: Scene, it: Description): void {
  const { candidate, key, role, own, shape } = it;
  const span = candidate.span;
  if (!span) return;
  const cue = hashText(span.cue) | 0;
  const kind = hashText(span.kind) | 0;
  const used = own.entity < 0 ? 2 : (memory.used >> own.entity) & 1;
  const { value } = nodes[candidate.node] as PageNode;
  out.structural(70, mix(role, shape), kind, used);
  out.structural(71, shape, mix(kind, value === "" ? 0 : 1), used);
  out.lexical(72, mix(key, shape), cue);
  out.lexical(73, mix(key, shape), cue, goal.signature);
  out.lexical(74, mix(key, shape), own.entity, goal.signature);
  out.lexical(75, key, kind, used);
  for (let i = 0; i < Math.min(it.words.length, 4); i++) {
    out.lexical(76, it.words[i], cue, kind);
    out.lexical(77, it.words[i], own.entity, used);
  }
}
