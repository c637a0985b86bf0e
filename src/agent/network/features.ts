/**
 * The features that the network reads of a state and of each candidate. It never learns the names of products, people
 * or posts. They count by how well they match the goal, so the learned policy carries over to another world.
 */

import type { PageNode } from "../../core/observation.ts";
import type { PolicyInput } from "../../core/policy.ts";
import type { GoalSpan } from "../candidates/candidate-spans.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { computeCandidates } from "../candidates/candidates.ts";
import { memoizeText } from "../candidates/text-cache.ts";
import {
  type Appearance,
  type Appearances,
  appearancesOn,
  describeAppearance,
} from "./candidate-appearance.ts";
import { recall, type EpisodeContext } from "./episode-context.ts";
import { FeatureWriter, mix } from "./feature-writer.ts";
import { analyzeGoal, type GoalWords } from "./goal-words.ts";
import { labelFit } from "./match.ts";
import type { Decision } from "./network.ts";
import { pageWords, type PageWords } from "./words.ts";

/** A state ready for the network: its candidates and their features. */
export interface FeaturizedState extends Decision {
  candidates: Candidate[];
}

interface Scene {
  goal: GoalWords;
  context: EpisodeContext;
  page: PageWords;
  nodes: readonly PageNode[];
  out: FeatureWriter;
  appearances: Appearances;
  fields: FieldFits;
  /** The greatest own and around level by kind. */
  best: Map<number, { own: number; around: number }>;
}

/** Number of goals whose analysis is kept: those of a batch of tasks and of the replayed demonstrations. */
const KEPT_GOALS = 256;

export type Featurizer = (input: PolicyInput) => FeaturizedState;

/** Creates a featurizer for a table of 2^tableBits rows. It caches the analysis of the latest goals only. */
export function createFeaturizer(tableBits: number): Featurizer {
  const out = new FeatureWriter(tableBits);
  const read = memoizeText(analyzeGoal, KEPT_GOALS);
  return (input) => {
    const goal = read(input.goal);
    const { nodes } = input.observation;
    const page = pageWords(nodes);
    const appearances = appearancesOn(page)(input.goal);
    const context = recall(input, goal);
    const candidates = computeCandidates(input);
    const fields = fitFields(candidates, goal, page);
    const scene: Scene = { goal, context, page, nodes, out, appearances, fields, best: new Map() };
    writeState(scene);
    const state = out.takeState();
    /** How many candidates with the same description came before. */
    const ranks = new Map<number, number>();
    const described = candidates.map((candidate) => describe(scene, candidate));
    for (const appearance of described) {
      const rank = ranks.get(appearance.described) ?? 0;
      ranks.set(appearance.described, rank + 1);
      writeShared(scene, appearance);
      writeMatches(scene, appearance, Math.min(rank, 4));
      writePlace(scene, appearance);
      writeArgument(scene, appearance);
      out.endCandidate();
    }
    return { state, ...out.takeCandidates(), candidates };
  };
}

function writeState({ goal, context, out }: Scene): void {
  out.structural(1);
  out.structural(2, context.step);
  out.structural(3, context.lastKind, context.effect);
  out.structural(4, context.onTopic, goal.entities.length);
  out.structural(5, context.used, goal.entities.length);
  out.specific(6, goal.signature);
  out.lexical(7, context.last);
  out.lexical(8, context.place);
  out.lexical(9, context.exactPlace);
  out.specific(10, goal.signature, context.step);
  for (const word of goal.words) out.lexical(11, word);
}

function describe(scene: Scene, candidate: Candidate): Appearance {
  let known = scene.appearances.get(candidate);
  if (!known) {
    known = describeAppearance(scene.goal, scene.page, scene.nodes, candidate);
    // Candidates without an element belong to one state, not to the page: they would pile up.
    if (candidate.node >= 0) scene.appearances.set(candidate, known);
  }
  const { kind, own, around } = known;
  const best = scene.best.get(kind);
  if (best) {
    best.own = Math.max(best.own, own.level);
    best.around = Math.max(best.around, around.level);
  } else scene.best.set(kind, { own: own.level, around: around.level });
  return known;
}

/** Features that many candidates share. Written before any of the candidate's own. */
function writeShared(scene: Scene, it: Appearance): void {
  const { goal, context, page, out } = scene;
  const { candidate, kind, role, own, shape, described } = it;
  const ofKind = mix(1, kind);
  if (out.startShared(ofKind)) {
    out.structural(20, kind);
    out.structural(41, kind, context.step);
    out.structural(42, kind, context.lastKind, context.effect);
    out.endShared(ofKind);
  }
  const ofName = mix(2, described);
  if (out.startShared(ofName)) {
    writeWords(scene, it);
    out.endShared(ofName);
  }
  const ofLevel = mix(3, kind, role, own.level);
  if (out.startShared(ofLevel)) {
    out.lexical(45, mix(kind, role), own.level, context.last);
    for (const word of goal.words) out.lexical(61, mix(kind, role), own.level, word);
    out.endShared(ofLevel);
  }
  const place = page.places[candidate.node] ?? -1;
  const ofPlace = mix(4, kind, role, mix(shape, place));
  if (place >= 0 && place < 3 && out.startShared(ofPlace)) {
    for (const word of goal.words) out.lexical(37, mix(kind, role, shape), place, word);
    out.endShared(ofPlace);
  }
  const extreme = page.extremes.get(page.structure.items[candidate.node] ?? -1) ?? 0;
  const ofExtreme = mix(5, kind, role, extreme);
  if (extreme > 0 && out.startShared(ofExtreme)) {
    out.structural(32, mix(kind, role), extreme);
    for (const word of goal.words) out.lexical(36, mix(kind, role), extreme, word);
    out.endShared(ofExtreme);
  }
}

/** The candidate's name, combined with the goal's words, the place and the last actions. */
function writeWords({ goal, context, out }: Scene, it: Appearance): void {
  const { kind, key, role, described } = it;
  const { signature } = goal;
  out.lexical(43, mix(kind, role, key), context.last);
  out.lexical(44, mix(kind, role, key), context.last, context.beforeLast);
  out.lexical(50, mix(kind, role, key));
  out.specific(51, described, signature);
  out.specific(52, described, signature, context.last);
  out.specific(53, described, signature, context.exactPlace);
  out.lexical(54, described, context.exactPlace);
  out.lexical(55, described, context.place);
  out.specific(59, described, mix(signature, context.used, context.onTopic));
  for (const word of goal.words) {
    out.lexical(60, described, word);
    for (const name of it.names) out.lexical(63, kind, name, word);
  }
}

/** How the candidate matches the goal's entities, and which of them were used. */
function writeMatches({ goal, context, out, best }: Scene, it: Appearance, rank: number): void {
  const { kind, role, own, around, shape } = it;
  const of = mix(kind, role);
  const entity = goal.entities[own.entity];
  const used = entity ? (context.used >> own.entity) & 1 : 2;
  const onTopic = entity ? (context.onTopic >> own.entity) & 1 : 2;
  const top = best.get(kind) as { own: number; around: number };
  const isBest =
    (own.level > 0 && own.level === top.own ? 1 : 0) +
    (around.level > 0 && around.level === top.around ? 2 : 0);
  out.structural(22, of, own.level, around.level);
  out.structural(23, of, own.level, Number(context.onTopic !== 0));
  out.structural(24, mix(kind, isBest), used, onTopic);
  out.structural(25, mix(kind, role, isBest), own.entity, goal.entities.length);
  out.structural(26, kind, entity?.cue ?? 0, own.level);
  out.structural(27, mix(kind, shape), own.level, around.level);
  out.structural(28, of, context.used, context.onTopic);
  out.structural(29, of, it.shared, own.level);
  out.structural(30, of, rank);
  const done = context.done.get(it.target) ?? 0;
  out.structural(40, kind, Math.min(done, 2), context.effect);
  out.specific(56, mix(kind, role, shape), mix(own.level, around.level), goal.signature);
  out.specific(57, mix(kind, role, own.level), mix(context.place, rank), goal.signature);
  out.specific(58, mix(of, it.key, shape), mix(goal.signature, context.step), rank);
}

/** The candidate's place on the page, and its state. */
function writePlace({ context, page, nodes, out }: Scene, it: Appearance): void {
  const { candidate, kind, role, own, place } = it;
  if (place === null) return;
  const of = mix(kind, role);
  const url = nodes[candidate.node]?.url;
  out.structural(31, of, page.places[candidate.node], context.effect);
  out.structural(33, of, place.landmark);
  out.structural(34, of, place.state, place.content);
  out.lexical(35, of, place.heading, own.level);
  if (url !== undefined) out.structural(64, kind, Number(context.visited.has(url)));
}

/** How well each field fits each span, by their labels and the words next to the span. */
interface FieldFits {
  /** Greatest fit by node, and by span. */
  byNode: ReadonlyMap<number, number>;
  bySpan: ReadonlyMap<GoalSpan, number>;
  /** Text fields in the page's order. */
  nodes: readonly number[];
}

function fitFields(
  candidates: readonly Candidate[],
  goal: GoalWords,
  { names }: PageWords,
): FieldFits {
  const byNode = new Map<number, number>();
  const bySpan = new Map<GoalSpan, number>();
  for (const { node, span } of candidates) {
    if (span === null) continue;
    const fit = labelFit(names[node] as Int32Array, goal.wordsNextTo(span));
    byNode.set(node, Math.max(byNode.get(node) ?? 0, fit));
    bySpan.set(span, Math.max(bySpan.get(span) ?? 0, fit));
  }
  return { byNode, bySpan, nodes: [...byNode.keys()].sort((a, b) => a - b) };
}

/** Which piece of the goal goes into which field. */
function writeArgument({ goal, context, nodes, page, fields, out }: Scene, it: Appearance): void {
  const { candidate, key, role, own, shape, argument, place } = it;
  const { span } = candidate;
  if (argument === null || place === null || span === null) return;
  const { cue, kind } = argument;
  const used = own.entity < 0 ? 2 : (context.used >> own.entity) & 1;
  out.structural(70, mix(role, shape), kind, used);
  out.structural(71, shape, mix(kind, place.content === 1 ? 0 : 1), used);
  out.lexical(72, mix(key, shape), cue);
  out.specific(73, mix(key, shape), cue, goal.signature);
  out.specific(74, mix(key, shape), own.entity, goal.signature);
  out.lexical(75, key, kind, used);
  const isEmpty = (node: number): boolean => (nodes[node]?.value ?? "") === "";
  const fit = labelFit(page.names[candidate.node] as Int32Array, goal.wordsNextTo(span));
  const isBest =
    Number(fit === fields.byNode.get(candidate.node)) + 2 * Number(fit === fields.bySpan.get(span));
  out.structural(78, mix(fit, isBest), mix(used, shape), Number(isEmpty(candidate.node)));
  // The order of the names in the goal is often the order of the fields.
  const free = goal.entities.filter((_, i) => i < own.entity && ((context.used >> i) & 1) === 0);
  const empty = fields.nodes.filter((node) => node < candidate.node && isEmpty(node));
  out.structural(79, Math.min(free.length, 3), Math.min(empty.length, 3), mix(fit, shape));
  for (let i = 0; i < Math.min(it.words.length, 4); i++) {
    out.lexical(76, it.words[i], cue, kind);
    out.lexical(77, it.words[i], own.entity, used);
  }
}
