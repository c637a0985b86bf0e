/** The state of a collection in numbers. */

import { addUsage, NO_USAGE, type TotalUsage } from "../../../core/usage.ts";
import type { CollectJournal, EndedEntry } from "./collect-journal.ts";
import {
  OWN_ACTORS,
  type PlannedEpisode,
  RECORDED_ACTORS,
  type RecordedActor,
} from "./collect-plan.ts";

export interface ActorSummary {
  /** Recorded and kept. */
  episodes: number;
  steps: number;
  /** Of the kept episodes. */
  successes: number;
  /** Kept episodes without a score. */
  unscored: number;
}

export interface CollectSummary {
  planned: number;
  /** Kept, over all actors. */
  episodes: number;
  /** Of all episodes, including failed and withheld ones: the load on the sites. */
  steps: number;
  /** Like `steps`: every request to the sites. */
  requests: number;
  /** `agent` and `directed` only where such episodes were planned. */
  actors: Record<(typeof OWN_ACTORS)[number], ActorSummary> & {
    agent?: ActorSummary;
    directed?: ActorSummary;
  };
  /** What the decisions of the agent cost, in all its episodes. Absent where nothing counts it. */
  usage?: TotalUsage;
  /** Attempts that the infrastructure or a policy broke. */
  failed: number;
  /** Episodes that touched a held-out entity, stored apart. */
  withheld: number;
  /** Templates whose every episode so far was withheld. A model learns nothing about them. */
  withheldTemplates: number[];
  /** Episodes that were running when the run was killed. Their cost is unknown. */
  interrupted: number;
  /** Tasks with at least one kept demonstration, clean or noisy. */
  demonstratedTasks: number;
  /** Held-out names on the pages of kept episodes, summed over steps: passing appearances. */
  appearances: number;
}

/** The episodes of a plan. A journal may also hold those of another plan for the same folder. */
export function summarizeCollection(
  plan: readonly PlannedEpisode[],
  { ended: all, interrupted }: Pick<CollectJournal, "ended" | "interrupted">,
): CollectSummary {
  const planned = new Set(plan.map(({ id }) => id));
  const ended = all.filter(({ id }) => planned.has(id));
  const kept = ended.filter(({ outcome }) => outcome === "kept");
  const keptIds = new Set(kept.map(({ id }) => id));
  const shown = plan.filter(({ id, actor }) => actor.endsWith("demonstrator") && keptIds.has(id));
  const isPlanned = (actor: RecordedActor): boolean =>
    OWN_ACTORS.some((own) => own === actor) || plan.some((episode) => episode.actor === actor);
  const usage = ended.reduce((total, entry) => addUsage(total, entry.usage ?? {}), NO_USAGE);
  const summaries = RECORDED_ACTORS.filter(isPlanned).map((actor) => [
    actor,
    summarizeActor(kept.filter((entry) => entry.actor === actor)),
  ]);
  return {
    planned: plan.length,
    episodes: kept.length,
    steps: sum(ended, (entry) => entry.steps),
    requests: sum(ended, (entry) => entry.requests),
    actors: Object.fromEntries(summaries) as CollectSummary["actors"],
    failed: ended.filter(({ outcome }) => outcome === "failed").length,
    withheld: ended.filter(({ outcome }) => outcome === "withheld").length,
    withheldTemplates: findWithheldTemplates(plan, ended),
    interrupted,
    demonstratedTasks: new Set(shown.map(({ task }) => task.id)).size,
    appearances: sum(kept, (entry) => entry.appearances),
    ...(usage.inputTokens + usage.outputTokens > 0 && { usage }),
  };
}

function findWithheldTemplates(
  plan: readonly PlannedEpisode[],
  ended: readonly EndedEntry[],
): number[] {
  const templateOf = new Map(plan.map(({ id, task }) => [id, task.templateId]));
  const templatesOf = (outcome: EndedEntry["outcome"]): Set<number> =>
    new Set(
      ended
        .filter((entry) => entry.outcome === outcome)
        .flatMap(({ id }) => templateOf.get(id) ?? []),
    );
  const kept = templatesOf("kept");
  return [...templatesOf("withheld")].filter((template) => !kept.has(template));
}

function summarizeActor(entries: readonly EndedEntry[]): ActorSummary {
  return {
    episodes: entries.length,
    steps: sum(entries, (entry) => entry.steps),
    successes: entries.filter(({ succeeded }) => succeeded).length,
    unscored: entries.filter(({ unscored }) => unscored).length,
  };
}

function sum(entries: readonly EndedEntry[], read: (entry: EndedEntry) => number): number {
  return entries.reduce((total, entry) => total + read(entry), 0);
}
