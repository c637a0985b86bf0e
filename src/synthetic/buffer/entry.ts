/** What a replay buffer keeps of one piece of experience. */

import type { ExperienceRecord } from "./experience-records.ts";

/** What a dreamed entry rests on. */
export interface DreamOrigin {
  /** The least certainty among the answers that led to it, 0–1. */
  certainty: number;
  /** Ids of the entries that these answers were made from. */
  evidence: readonly string[];
}

export interface BufferEntry {
  readonly record: ExperienceRecord;
  /** Its place in the order of arrival, from 0. No two entries share one. */
  readonly order: number;
  /** Null for a real entry. */
  readonly origin: DreamOrigin | null;
  /** How many answers of the dream it was evidence for. */
  uses: number;
}
