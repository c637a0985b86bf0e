/**
 * What searches wanted to see and the dream does not know, by kind of address: advice on what to record next. The more
 * probable the paths that end at a kind, the more a recording of it promises.
 */

import type { Action } from "../../core/action.ts";
import type { ElementReference } from "../../core/element-reference.ts";
import { referTo } from "../../core/element-reference.ts";
import type { PastStep } from "../../core/policy.ts";
import type { Task } from "../../core/task.ts";
import type { DreamedAnswer } from "../dream-transport.ts";
import type { AddressKinds } from "./address-kinds.ts";

/** A page that a search came to. `SearchVisit` has these fields. */
export interface CoverageVisit {
  path: readonly PastStep[];
  /** log π(path), in nats. */
  logprob: number;
  /** The dream's answers up to here. */
  env: { readonly answers: readonly DreamedAnswer[] };
}

/** An action in a form that can be repeated on another visit. */
export interface DirectedStep {
  action: Action;
  /** The element that it needs; null if it needs none. */
  element: ElementReference | null;
}

/** A page or an element that a search wanted and the dream does not know. */
export interface Want {
  /** Its kind, as in `CoverageGap`. */
  kind: string;
  /** The address that was asked for, or that of the page with the element. */
  url: string;
  taskId: string;
  goal: string;
  /** π(path) of the most probable path to it. */
  probability: number;
  path: DirectedStep[];
}

export interface CoverageGap {
  /** Such as `GET http://site.test/books/*`, or `click on button "More" of http://site.test/books/*`. */
  kind: string;
  /** Σ π(path) over the paths that ended there. */
  weight: number;
  /** Searches, one for each task, that ended there. */
  searches: number;
  /** The most probable wants of the kind, each with another address, most probable first. */
  wants: Want[];
}

export interface CoverageReport {
  /** Searches that were noted. */
  searches: number;
  /** Pages that they came to, and those of them that rest on something unknown. */
  visits: number;
  unknown: number;
  /** The heaviest first. */
  gaps: CoverageGap[];
}

export interface Coverage {
  note(task: Pick<Task, "id" | "goal">, visit: CoverageVisit): void;
  report(): CoverageReport;
}

export interface CoverageOptions {
  kinds: AddressKinds;
  /** 0–1. An answer that is less certain is unknown. Default 0.5: an even chance says nothing about the real page. */
  minCertainty?: number;
  /** Wants kept of a kind. Default 40. */
  wantsPerKind?: number;
}

/** What remains of a visit: its environment would keep every page of the search. */
interface Missing extends Pick<CoverageVisit, "path" | "logprob"> {
  task: Pick<Task, "id" | "goal">;
  url: string;
}

interface Gap {
  weight: number;
  tasks: Set<string>;
  /** The most probable way to each address. */
  best: Map<string, Missing>;
}

export function createCoverage(options: CoverageOptions): Coverage {
  const { kinds, minCertainty = 0.5, wantsPerKind = 40 } = options;
  const gaps = new Map<string, Gap>();
  const searched = new Set<string>();
  /** A search may follow a path beyond what is unknown. Only the way to there counts, once. */
  const noted = new WeakSet<DreamedAnswer>();
  let [visits, unknown] = [0, 0];
  return {
    note(task, visit) {
      searched.add(task.id);
      visits++;
      const answer = visit.env.answers.find(
        ({ prediction }) => prediction.certainty < minCertainty,
      );
      if (answer === undefined) return;
      unknown++;
      if (noted.has(answer)) return;
      noted.add(answer);
      const { kind, url } = wanted(answer, visit, kinds);
      let gap = gaps.get(kind);
      if (gap === undefined)
        gaps.set(kind, (gap = { weight: 0, tasks: new Set(), best: new Map() }));
      gap.weight += Math.exp(visit.logprob);
      gap.tasks.add(task.id);
      const known = gap.best.get(url);
      const { path, logprob } = visit;
      if (known === undefined || known.logprob < logprob)
        gap.best.set(url, { task, path, logprob, url });
    },
    report: () => ({
      searches: searched.size,
      visits,
      unknown,
      gaps: [...gaps]
        .map(([kind, { weight, tasks, best }]) => ({
          kind,
          weight,
          searches: tasks.size,
          wants: [...best.values()]
            .sort((a, b) => b.logprob - a.logprob)
            .slice(0, wantsPerKind)
            .map((missing) => toWant(kind, missing)),
        }))
        .sort((a, b) => b.weight - a.weight),
    }),
  };
}

/** What was asked for when the dream did not know the answer. */
function wanted(
  { cause, from }: DreamedAnswer,
  { path }: CoverageVisit,
  kinds: AddressKinds,
): { kind: string; url: string } {
  if (cause.kind === "request") {
    const { method, url } = cause.request;
    return { kind: `${method} ${kinds.kindOf(method, url)}`, url };
  }
  const url = from ?? "";
  const last = path.at(-1);
  const node =
    last !== undefined && "ref" in last.action
      ? last.observation.nodes.find(({ ref }) => ref === (last.action as { ref: string }).ref)
      : undefined;
  const element = node === undefined ? "the focused element" : `${node.role} "${node.name}"`;
  return { kind: `${cause.event.kind} on ${element} of ${kinds.kindOf("GET", url)}`, url };
}

function toWant(kind: string, { task, path, logprob, url }: Missing): Want {
  return {
    kind,
    url,
    taskId: task.id,
    goal: task.goal,
    probability: Math.exp(logprob),
    path: path.map(({ observation, action }) => ({
      action,
      element: "ref" in action ? referTo(observation, action.ref) : null,
    })),
  };
}
