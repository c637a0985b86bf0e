/**
 * The experience that the dream rests on, with the origin of each piece. Fresh episodes enrich it, real and dreamed
 * ones. Rules decide what may serve as evidence, and what leaves a full buffer. See docs/algorithms/replay-buffer.md.
 */

import type { Random } from "../../core/random.ts";
import type { SiteRequest } from "../../core/site-request.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { type AnswerOrigin, originsOf } from "./dream-origin.ts";
import type { BufferEntry, DreamOrigin } from "./entry.ts";
import { type EvidenceRules, EvidenceRulesSchema } from "./evidence-rules.ts";
import { type BufferEpisode, chooseEvicted } from "./eviction.ts";
import { type ExperienceRecord, readRecords } from "./experience-records.ts";
import { kindOfRecord, NearestIndex } from "./nearest-index.ts";
import { sampleEntries, type Selector } from "./selectors.ts";
import type { CauseQuery } from "./similarity.ts";

/** A piece of experience and how near it is to a query, 0–1. */
export interface Neighbour {
  record: ExperienceRecord;
  similarity: number;
}

/** The origin of a piece of evidence. A real one has certainty 1 and rests on nothing. */
export interface Provenance extends DreamOrigin {
  trajectoryId: string;
  taskId: string;
  actor: string;
  source: Trajectory["source"];
}

interface Episode extends BufferEpisode {
  /** Everything that its steps sent. */
  readonly requests: readonly SiteRequest[];
  readonly trajectory: Pick<Trajectory, "id" | "taskId" | "actor" | "source">;
  entries: BufferEntry[];
}

/** A full buffer is emptied to this share, so that it does not have to be ranked for every episode. */
const SHARE_AFTER_EVICTION = 0.9;

export class ReplayBuffer {
  readonly #rules: EvidenceRules;
  readonly #episodes = new Map<string, Episode>();
  #arrived = 0;
  #size = 0;
  #dreamed = 0;
  /** All entries in order; null after a change. */
  #entries: BufferEntry[] | null = null;
  #records: ExperienceRecord[] | null = null;
  /** Made for the first query. */
  #index: NearestIndex | null = null;

  constructor(trajectories: Iterable<Trajectory> = [], rules: Partial<EvidenceRules> = {}) {
    this.#rules = EvidenceRulesSchema.parse(rules);
    for (const trajectory of trajectories) this.add(trajectory);
  }

  /**
   * Takes in an episode. It leaves out an episode that ended in an error, one recorded without pages, and one whose id
   * it already has. Of a dreamed episode it takes the steps that are certain enough and that no real entry shows.
   *
   * @param answers of the dreamed episode, as `ExperienceEnv.answers` lists them; none for a real one
   * @returns the number of entries that entered
   */
  add(trajectory: Trajectory, answers: readonly AnswerOrigin[] = []): number {
    if (trajectory.stopReason === "error" || this.has(trajectory.id)) return 0;
    const records = readRecords(trajectory);
    const isDreamed = trajectory.source === "synthetic";
    const origins = isDreamed ? originsOf(records, answers) : [];
    const candidates = records.map((record, i) => ({ record, origin: origins[i] ?? null }));
    const admitted = isDreamed
      ? candidates.filter((candidate) => this.#isAdmitted(candidate))
      : candidates;
    if (!isDreamed && this.#dreamed > 0) this.#dropRivals(records);
    this.#insert(
      trajectory,
      trajectory.transitions.flatMap(({ requests }) => requests),
      admitted,
    );
    this.#evict(trajectory.id);
    return admitted.length;
  }

  /** Pieces of experience: page loads and script events. */
  get size(): number {
    return this.#size;
  }

  get dreamedSize(): number {
    return this.#dreamed;
  }

  get entries(): readonly BufferEntry[] {
    this.#entries ??= [...this.#episodes.values()].flatMap(({ entries }) => entries);
    return this.#entries;
  }

  get records(): readonly ExperienceRecord[] {
    this.#records ??= this.entries.map(({ record }) => record);
    return this.#records;
  }

  get trajectoryIds(): string[] {
    return [...this.#episodes.keys()];
  }

  has(trajectoryId: string): boolean {
    return this.#episodes.has(trajectoryId);
  }

  /** The requests that only scripts sent, one of each method and address. */
  get scriptRequests(): SiteRequest[] {
    const [byScripts, byPages] = [new Map<string, SiteRequest>(), new Set<string>()];
    for (const { requests } of this.#episodes.values())
      for (const request of requests) {
        const place = `${request.method} ${request.url.split("?")[0]}`;
        if (request.kind === "document") byPages.add(place);
        else if (!byScripts.has(place)) byScripts.set(place, request);
      }
    return [...byScripts].flatMap(([place, request]) => (byPages.has(place) ? [] : request));
  }

  /** The origin of a piece of evidence; null for an id that is not in the buffer. */
  provenance(id: string): Provenance | null {
    const [episode, entry] = this.#find(id);
    if (episode === undefined || entry === undefined) return null;
    const { trajectory } = episode;
    return {
      trajectoryId: trajectory.id,
      taskId: trajectory.taskId,
      actor: trajectory.actor,
      source: trajectory.source,
      certainty: entry.origin?.certainty ?? 1,
      evidence: entry.origin?.evidence ?? [],
    };
  }

  /** Counts that an answer rested on these pieces. Unknown ids are ignored: their entries may have left. */
  noteUse(evidence: Iterable<string>): void {
    for (const id of evidence) {
      const [, entry] = this.#find(id);
      if (entry !== undefined) entry.uses++;
    }
  }

  /** Entries to learn from, drawn with replacement. */
  sample(count: number, selector: Selector, random: Random): BufferEntry[] {
    return sampleEntries(this.entries, count, selector, random);
  }

  /**
   * The same buffer without some pieces of evidence, and without what was dreamed from them: nothing is evidence for
   * its own ancestors. Recordings are shared, not copied.
   */
  withoutEvidence(ids: Iterable<string>): ReplayBuffer {
    const out = new Set(ids);
    return this.#filtered((id) => out.has(id));
  }

  /** The same buffer without whole trajectories, and without what was dreamed from them. */
  withoutTrajectories(ids: Iterable<string>): ReplayBuffer {
    const out = new Set(ids);
    return this.#filtered((id) => out.has(trajectoryOf(id)));
  }

  /** The k pieces of experience most similar to a query, nearest first: same method, path, parameters, fields. */
  nearest(query: CauseQuery, k: number): Neighbour[] {
    return this.#indexed()
      .nearest(query, k)
      .map(({ entry, similarity }) => ({ record: entry.record, similarity }));
  }

  #filtered(isOut: (id: string) => boolean): ReplayBuffer {
    const rest = new ReplayBuffer([], this.#rules);
    const gone = new Set<string>();
    const isGone = (id: string): boolean => gone.has(id) || isOut(id);
    // An entry is younger than what it was dreamed from, so one pass finds all descendants.
    for (const { record, origin } of this.entries)
      if (isOut(record.id) || origin?.evidence.some(isGone) === true) gone.add(record.id);
    for (const { trajectory, requests, entries } of this.#episodes.values())
      rest.#insert(
        trajectory,
        requests,
        entries.filter(({ record }) => !gone.has(record.id)),
      );
    return rest;
  }

  #insert(
    trajectory: Episode["trajectory"],
    requests: Episode["requests"],
    content: readonly Pick<BufferEntry, "record" | "origin">[],
  ): void {
    if (content.length === 0) return;
    const { id, taskId, actor, source } = trajectory;
    const order = this.#arrived;
    const entries = content.map(({ record, origin }) => ({
      record,
      order: this.#arrived++,
      origin,
      uses: 0,
    }));
    const isDreamed = source === "synthetic";
    this.#episodes.set(id, {
      trajectory: { id, taskId, actor, source },
      requests,
      isDreamed,
      order,
      entries,
    });
    this.#count(entries, 1);
    if (this.#index !== null) for (const entry of entries) this.#index.add(entry);
  }

  #isAdmitted({ record, origin }: Pick<BufferEntry, "record" | "origin">): boolean {
    if (origin === null || origin.certainty < this.#rules.minCertainty) return false;
    return !this.#rivalsOf(record).some((entry) => entry.origin === null);
  }

  /** Entries that answer the same: the same event, or the same request to the untouched site. */
  #rivalsOf(record: ExperienceRecord): BufferEntry[] {
    const isTouched = (other: ExperienceRecord): boolean =>
      other.kind === "load" && other.mutationsBefore > 0;
    if (isTouched(record)) return [];
    return this.#indexed()
      .withCauseOf(record)
      .filter((entry) => !isTouched(entry.record));
  }

  /** What reality shows, a dream no longer has to. */
  #dropRivals(records: readonly ExperienceRecord[]): void {
    const dreamed = records
      .flatMap((record) => this.#rivalsOf(record))
      .filter(({ origin }) => origin !== null);
    for (const entry of new Set(dreamed)) {
      const episode = this.#episodes.get(entry.record.trajectory);
      if (episode !== undefined) this.#remove(episode, [entry]);
    }
  }

  /** @param spared the newest episode, which had no time to be used */
  #evict(spared: string): void {
    const { maxEntries, maxDreamedShare } = this.#rules;
    const isFull = this.#size > maxEntries;
    if (!isFull && this.#dreamed <= maxDreamedShare * this.#size) return;
    const newest = this.#episodes.get(spared);
    const isSpared = (episode: Episode): boolean => episode === newest && !episode.isDreamed;
    const room = isFull ? Math.floor(SHARE_AFTER_EVICTION * maxEntries) : maxEntries;
    const kinds = new Map<BufferEntry, string>();
    const kindOf = (entry: BufferEntry): string => {
      const kind = kinds.get(entry) ?? kindOfRecord(entry.record);
      kinds.set(entry, kind);
      return kind;
    };
    const limits = { entries: room, dreamedShare: maxDreamedShare };
    for (const episode of chooseEvicted([...this.#episodes.values()], limits, kindOf))
      if (!isSpared(episode)) this.#remove(episode, episode.entries);
  }

  #remove(episode: Episode, entries: readonly BufferEntry[]): void {
    const gone = new Set(entries);
    episode.entries = episode.entries.filter((entry) => !gone.has(entry));
    if (episode.entries.length === 0) this.#episodes.delete(episode.trajectory.id);
    this.#count([...gone], -1);
    if (this.#index !== null) for (const entry of gone) this.#index.remove(entry);
  }

  #count(entries: readonly BufferEntry[], sign: 1 | -1): void {
    this.#size += sign * entries.length;
    this.#dreamed += sign * entries.filter(({ origin }) => origin !== null).length;
    [this.#entries, this.#records] = [null, null];
  }

  #indexed(): NearestIndex {
    if (this.#index === null) {
      this.#index = new NearestIndex();
      for (const entry of this.entries) this.#index.add(entry);
    }
    return this.#index;
  }

  #find(id: string): [Episode | undefined, BufferEntry | undefined] {
    const episode = this.#episodes.get(trajectoryOf(id));
    return [episode, episode?.entries.find(({ record }) => record.id === id)];
  }
}

/** The trajectory that an evidence id names. */
function trajectoryOf(id: string): string {
  return id.slice(0, id.lastIndexOf("#"));
}
