/** The recorded experience that the dream rests on, with the origin of each piece. */

import type { ExperienceQuery } from "../../core/experience.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { eventOfRecord, readRecords, type ExperienceRecord } from "./experience-records.ts";
import { splitUrl } from "../../page/url-parts.ts";

/** A piece of experience and how near it is to a query, 0–1. */
export interface Neighbour {
  record: ExperienceRecord;
  similarity: number;
}

/** The origin of a piece of evidence. */
export interface Provenance {
  trajectoryId: string;
  taskId: string;
  actor: string;
  source: Trajectory["source"];
}

export class ReplayBuffer {
  readonly #trajectories: Trajectory[] = [];
  readonly #records: ExperienceRecord[] = [];
  readonly #provenance = new Map<string, Provenance>();

  constructor(trajectories: Iterable<Trajectory> = []) {
    for (const trajectory of trajectories) this.add(trajectory);
  }

  /** Leaves out trajectories that ended in an error, and those recorded without pages: they teach nothing. */
  add(trajectory: Trajectory): void {
    if (trajectory.stopReason === "error") return;
    this.#insert(trajectory, readRecords(trajectory));
  }

  #insert(trajectory: Trajectory, records: readonly ExperienceRecord[]): void {
    if (records.length === 0) return;
    this.#trajectories.push(trajectory);
    for (const record of records) {
      this.#records.push(record);
      this.#provenance.set(record.id, {
        trajectoryId: trajectory.id,
        taskId: trajectory.taskId,
        actor: trajectory.actor,
        source: trajectory.source,
      });
    }
  }

  /** Pieces of experience: page loads and script events. */
  get size(): number {
    return this.#records.length;
  }

  get records(): readonly ExperienceRecord[] {
    return this.#records;
  }

  get trajectoryIds(): string[] {
    return this.#trajectories.map((trajectory) => trajectory.id);
  }

  /** The origin of a piece of evidence; null for an id that is not in the buffer. */
  provenance(id: string): Provenance | null {
    return this.#provenance.get(id) ?? null;
  }

  /** The same buffer without some pieces of evidence. Recordings are shared, not copied. */
  withoutEvidence(ids: Iterable<string>): ReplayBuffer {
    const out = new Set(ids);
    return this.#filtered((record) => !out.has(record.id));
  }

  /** The same buffer without whole trajectories. */
  withoutTrajectories(ids: Iterable<string>): ReplayBuffer {
    const out = new Set(ids);
    return this.#filtered((record) => !out.has(record.trajectory));
  }

  #filtered(keep: (record: ExperienceRecord) => boolean): ReplayBuffer {
    const rest = new ReplayBuffer();
    const records = groupByTrajectory(this.#records);
    for (const trajectory of this.#trajectories)
      rest.#insert(trajectory, (records.get(trajectory.id) ?? []).filter(keep));
    return rest;
  }

  /** The k pieces of experience most similar to a query, nearest first: same method, path, parameters, fields. */
  nearest(query: Pick<ExperienceQuery, "cause" | "page">, k: number): Neighbour[] {
    const neighbours: Neighbour[] = [];
    for (const record of this.#records) {
      const similarity = similarityTo(query, record);
      if (similarity > 0) neighbours.push({ record, similarity });
    }
    return neighbours.sort((a, b) => b.similarity - a.similarity).slice(0, k);
  }
}

function groupByTrajectory(records: readonly ExperienceRecord[]): Map<string, ExperienceRecord[]> {
  const groups = new Map<string, ExperienceRecord[]>();
  for (const record of records) {
    const group = groups.get(record.trajectory);
    if (group === undefined) groups.set(record.trajectory, [record]);
    else group.push(record);
  }
  return groups;
}

function similarityTo(
  { cause, page }: Pick<ExperienceQuery, "cause" | "page">,
  record: ExperienceRecord,
): number {
  if (cause.kind === "request") {
    if (record.kind !== "load" || record.request.method !== cause.request.method) return 0;
    const fields = shareOfEqual(record.request.fields ?? [], cause.request.fields ?? []);
    return 0.75 * urlSimilarity(record.request.url, cause.request.url) + 0.25 * fields;
  }
  const event = eventOfRecord(record);
  if (event?.kind !== cause.event.kind || page === null || record.before === null) return 0;
  const sameElement = event.element === cause.event.element ? 1 : 0;
  return 0.7 * urlSimilarity(record.before.url, page.url) + 0.3 * sameElement;
}

/** 1 for equal URLs; the share of equal segments and parameters; 0 for another origin or another depth. */
export function urlSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  const [mine, other] = [splitUrl(a), splitUrl(b)];
  if (mine.origin !== other.origin || mine.segments.length !== other.segments.length) return 0;
  const equal = mine.segments.filter((segment, i) => segment === other.segments[i]).length;
  const path = mine.segments.length === 0 ? 1 : (equal + 0.25) / (mine.segments.length + 0.25);
  return 0.95 * (0.75 * path + 0.25 * shareOfEqual(mine.params, other.params));
}

/** Names in common count half, equal values the other half; 1 for two empty lists. */
function shareOfEqual(
  a: readonly (readonly [string, string])[],
  b: readonly (readonly [string, string])[],
): number {
  const names = new Set([...a, ...b].map(([name]) => name));
  if (names.size === 0) return 1;
  let share = 0;
  const valueIn = (list: typeof a, name: string): string | undefined =>
    list.find(([other]) => other === name)?.[1];
  for (const name of names) {
    const [mine, other] = [valueIn(a, name), valueIn(b, name)];
    if (mine === undefined || other === undefined) continue;
    share += mine === other ? 1 : 0.5;
  }
  return share / names.size;
}
