/**
 * Hindsight goals (Andrychowicz et al. 2017, arXiv:1707.01495, for goals in words): an episode that did what a
 * template's checks ask for, whatever its own task was, solves the task that the template writes for it.
 */

import { rightAnswer } from "../../core/right-answer.ts";
import type { SiteRequest } from "../../core/site-request.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { answerPath } from "./check-pattern.ts";
import { fieldsOf, pagePatterns, requestPatterns, type RequestPattern } from "./request-pattern.ts";
import { endWith, planOf } from "./plan.ts";
import type { SiteLexicon } from "./site-lexicon.ts";
import { instantiate, type TaskTemplate } from "./task-template.ts";
import { type Assignment, merge, Unifier } from "./unify.ts";
import type { ProposedTask } from "./variation.ts";

/** An episode's step that an assignment rests on. */
interface Match {
  assignment: Assignment;
  step: number;
}

/** A proposal for each task that the episode turns out to have solved. They still have to be proved. */
export function findHindsightGoals(
  trajectory: Trajectory,
  template: TaskTemplate,
  lexicon: SiteLexicon,
): ProposedTask[] {
  const unifier = new Unifier(template.slots, lexicon);
  const proposals = new Map<string, ProposedTask>();
  for (const { assignment, step } of matchesOf(trajectory, template, unifier, lexicon)) {
    const values = template.slots.map((_, slot) => assignment.get(slot) ?? "");
    if (!values.every(isSayable)) continue;
    const task = instantiate(template, values, "hindsight", lexicon);
    if (task === null || proposals.has(task.id)) continue;
    const acts = planOf({ transitions: trajectory.transitions.slice(0, step + 1) });
    proposals.set(task.id, {
      kind: "hindsight",
      task,
      seedIds: template.siblings.map((sibling) => sibling.task.id),
      plans: [endWith(acts, rightAnswer(task) ?? "")],
    });
  }
  return [...proposals.values()];
}

/** A goal can quote it. */
function isSayable(value: string): boolean {
  return value.trim() === value && value !== "" && !/["“”\n]/.test(value);
}

function matchesOf(
  trajectory: Trajectory,
  template: TaskTemplate,
  unifier: Unifier,
  lexicon: SiteLexicon,
): Match[] {
  const requests = requestPatterns(template.checks);
  if (requests === null) return [];
  if (requests.length > 0) return matchRequests(trajectory, requests, unifier);
  const pages = pagePatterns(template.checks);
  if (pages.length > 0) return matchPages(trajectory, pages, unifier);
  return answerPath(template.siblings[0]?.task.checks ?? []) === null
    ? []
    : matchEntities(trajectory, template, lexicon);
}

/** All requests of the template, each sent at some step. */
function matchRequests(
  { transitions }: Trajectory,
  patterns: readonly RequestPattern[],
  unifier: Unifier,
): Match[] {
  let matches: Match[] = [{ assignment: new Map(), step: 0 }];
  for (const pattern of patterns) {
    const found = transitions.flatMap(({ requests }, step) =>
      requests
        .filter((request) => request.method === pattern.method && isAnswered(request))
        .flatMap(({ url, fields }) => unifyRequest(pattern, url, spaced(fields ?? []), unifier))
        .map((assignment) => ({ assignment, step })),
    );
    matches = matches.flatMap((match) =>
      found.flatMap(({ assignment, step }) => {
        const both = merge(match.assignment, assignment);
        return both === null ? [] : [{ assignment: both, step: Math.max(match.step, step) }];
      }),
    );
  }
  return matches;
}

/** Fields with white space as checks compare it. */
function spaced(fields: readonly (readonly [string, string])[]): [string, string][] {
  return fields.map(([name, value]) => [name, value.replaceAll(/\s+/g, " ").trim()]);
}

function isAnswered({ status }: SiteRequest): boolean {
  return status !== null && status < 400;
}

/** Every page of the episode that the template's final address describes. */
function matchPages(
  { transitions, finalObservation }: Trajectory,
  patterns: readonly RequestPattern[],
  unifier: Unifier,
): Match[] {
  return transitions.flatMap((_, step) => {
    const { url } = transitions[step + 1]?.observation ?? finalObservation;
    return patterns
      .flatMap((pattern) => unifyRequest(pattern, url, [], unifier))
      .map((assignment) => ({ assignment, step }));
  });
}

/** Every page of the episode that is the page of the thing that the template asks about. */
function matchEntities(
  { transitions, finalObservation }: Trajectory,
  { slots }: TaskTemplate,
  lexicon: SiteLexicon,
): Match[] {
  const [only] = slots;
  if (slots.length !== 1 || only === undefined) return [];
  const byAddress = new Map(only.values.map((value) => [lexicon.addressOf(value), value]));
  return transitions.flatMap((_, step) => {
    const { url } = transitions[step + 1]?.observation ?? finalObservation;
    const value = byAddress.get(url.split(/[?#]/)[0] as string);
    return value === undefined ? [] : [{ assignment: new Map([[0, value]]), step }];
  });
}

function unifyRequest(
  pattern: RequestPattern,
  url: string,
  fields: readonly (readonly [string, string])[],
  unifier: Unifier,
): Assignment[] {
  const { address, parameters } = fieldsOf(url);
  let found = unifier.unify(pattern.address, address);
  const wanted = [
    ...[...pattern.parameters].map(([name, of]) => [name, of, parameters] as const),
    ...[...pattern.fields].map(([name, of]) => [name, of, fields] as const),
  ];
  for (const [name, expression, given] of wanted) {
    const texts = given.filter(([other]) => other === name).map(([, text]) => text);
    const next = texts.flatMap((text) => unifier.unify(expression, text));
    found = found.flatMap((a) => next.flatMap((b) => merge(a, b) ?? []));
  }
  return found;
}
