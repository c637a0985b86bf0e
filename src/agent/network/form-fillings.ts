/**
 * Ways to fill in a form as one unit. The fields of a form commute, so a search that fills them one by one tries every
 * order of every choice. Here each field gets one choice of its own, independently of the others:
 *
 *     log π(filling) = Σ_fields log q_f(choice)      q_f(choice) = (1 − λ_f) π(choice | field f),  q_f(leave) = λ_f
 *
 * where π(· | f) is half the policy's distribution over the actions on field f and half their match with the goal
 * (`goalAffinities`), and λ_f is the chance that a form leaves such a field as it is. No two text fields get the same
 * piece of the goal. Half of each filling's probability goes to the same filling followed by the button after its fields.
 */

import type { Action } from "../../core/action.ts";
import type { PageNode } from "../../core/observation.ts";
import type { PastStep } from "../../core/policy.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { pageStructure, type PageStructure } from "../candidates/candidate-structure.ts";
import { logProbabilities } from "./distribution.ts";

export interface FormFilling {
  /** At least two, in the page's order. */
  actions: Action[];
  /** In nats. */
  logprob: number;
}

/** Chances that a form leaves a field as it is. A text is seldom optional, a tick mostly is. */
const LEAVE = { text: 0.15, choice: 0.5, tick: 0.8 };
/** Factor of the chance where a choice matches the goal by a whole word, and that match in nats. */
const NAMED = 0.2;
const WHOLE_WORD = 3;
/** Fields of a page that are considered: those with the likeliest choices. */
const MAX_FIELDS = 8;
/** Partial fillings that are kept, field after field, and whole ones that are returned. */
const BEAM = 64;
const MAX_FILLINGS = 24;
/** Landmarks whose fields are not those of the page's own form. */
const MARGINS = new Set(["banner", "navigation", "search", "contentinfo"]);

interface Field {
  /** Index of its first node. */
  node: number;
  leave: number;
  choices: Choice[];
}

interface Choice {
  candidate: Candidate;
  /** log π and log match, each up to a constant. */
  log: number;
  affinity: number;
}

interface Partial {
  chosen: Candidate[];
  logprob: number;
}

/**
 * The likeliest fillings of a page that nobody has touched yet, the likeliest first; their probabilities sum to 1.
 * Empty where fewer than two fields have a choice.
 * @param logs log π of each candidate
 * @param affinities of each candidate: `goalAffinities`
 */
export function findFormFillings(
  candidates: readonly Candidate[],
  logs: ArrayLike<number>,
  affinities: ArrayLike<number>,
  nodes: readonly PageNode[],
): FormFilling[] {
  const fields = fieldsOf(candidates, logs, affinities, nodes);
  if (fields.length < 2) return [];
  let beam: Partial[] = [{ chosen: [], logprob: 0 }];
  for (const { leave: usual, choices } of fields) {
    const isNamed = choices.some(({ affinity }) => affinity >= WHOLE_WORD);
    const leave = isNamed ? usual * NAMED : usual;
    const shares = sharesOf(choices);
    beam = beam
      .flatMap(({ chosen, logprob }) => [
        { chosen, logprob: logprob + Math.log(leave) },
        ...choices.flatMap(({ candidate }, i) =>
          chosen.some((other) => sharesSpan(candidate, other))
            ? []
            : {
                chosen: [...chosen, candidate],
                logprob: logprob + Math.log((1 - leave) * (shares[i] as number)),
              },
        ),
      ])
      .sort((a, b) => b.logprob - a.logprob)
      .slice(0, BEAM);
  }
  const whole = beam.filter(({ chosen }) => chosen.length >= 2).slice(0, MAX_FILLINGS);
  const kept = Math.log(whole.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0));
  return whole.flatMap(({ chosen, logprob }) => {
    const actions = chosen.map(({ action }) => action);
    const button = buttonAfter((chosen.at(-1) as Candidate).node, candidates, nodes);
    if (button === null) return { actions, logprob: logprob - kept };
    const half = logprob - kept + Math.log(0.5);
    return [
      { actions, logprob: half },
      { actions: [...actions, button.action], logprob: half },
    ];
  });
}

/** The nearest button after a field: it usually sends the form. */
function buttonAfter(
  field: number,
  candidates: readonly Candidate[],
  nodes: readonly PageNode[],
): Candidate | null {
  let nearest: Candidate | null = null;
  for (const candidate of candidates) {
    const { action, node } = candidate;
    if (action.kind !== "click" || node <= field || nodes[node]?.role !== "button") continue;
    if (nearest === null || node < nearest.node) nearest = candidate;
  }
  return nearest;
}

/** Whether the last action filled in a field of the page that is still open. */
export function isTouched(history: readonly PastStep[], url: string): boolean {
  const last = history.at(-1);
  if (last === undefined || last.observation.url !== url) return false;
  const { kind } = last.action;
  return kind === "type" || kind === "select" || kind === "click";
}

/** π(· | field). */
function sharesOf(choices: readonly Choice[]): number[] {
  const [policy, match] = (["log", "affinity"] as const).map((key) =>
    logProbabilities(Float64Array.from(choices, (choice) => choice[key])),
  ) as [Float64Array, Float64Array];
  return Array.from(policy, (log, i) => (Math.exp(log) + Math.exp(match[i] as number)) / 2);
}

function fieldsOf(
  candidates: readonly Candidate[],
  logs: ArrayLike<number>,
  affinities: ArrayLike<number>,
  nodes: readonly PageNode[],
): Field[] {
  const structure = pageStructure(nodes);
  const fields = new Map<number, Field>();
  for (const [i, candidate] of candidates.entries()) {
    const kind = fieldKind(candidate, nodes);
    const [log, affinity] = [logs[i] as number, affinities[i] as number];
    if (kind === null || log === -Infinity) continue;
    const landmark = nodes[structure.landmarks[candidate.node] as number]?.role ?? "";
    if (MARGINS.has(landmark)) continue;
    const place = kind === "choice" ? groupOf(candidate.node, nodes, structure) : candidate.node;
    const field = fields.get(place);
    if (field === undefined)
      fields.set(place, {
        node: candidate.node,
        leave: LEAVE[kind],
        choices: [{ candidate, log, affinity }],
      });
    else field.choices.push({ candidate, log, affinity });
  }
  const likeliest = ({ choices }: Field): number =>
    Math.max(...choices.map(({ log, affinity }) => log + affinity));
  return [...fields.values()]
    .sort((a, b) => likeliest(b) - likeliest(a))
    .slice(0, MAX_FIELDS)
    .sort((a, b) => a.node - b.node);
}

function fieldKind(
  { action, node }: Candidate,
  nodes: readonly PageNode[],
): keyof typeof LEAVE | null {
  if (action.kind === "type") return action.submit ? null : "text";
  if (action.kind === "select") return "choice";
  if (action.kind !== "click") return null;
  const { role, states } = nodes[node] as PageNode;
  if (states.checked === true) return null;
  return role === "radio" ? "choice" : role === "checkbox" || role === "switch" ? "tick" : null;
}

/** Radio buttons of one group are one field: the nearest item around them, or their parent. */
function groupOf(
  node: number,
  nodes: readonly PageNode[],
  { items, parents }: PageStructure,
): number {
  if (nodes[node]?.role !== "radio") return node;
  const item = items[node] as number;
  return nodes.length + (item >= 0 ? item : (parents[node] as number));
}

function sharesSpan({ span: a }: Candidate, { span: b }: Candidate): boolean {
  return a !== null && b !== null && a.start < b.end && b.start < a.end;
}
