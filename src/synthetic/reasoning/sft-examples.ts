/**
 * What an experience model learns from (DreamGym, eq. 5): the question as it is asked in a dream, retrieved examples
 * included, and the reply that the recording shows to be right, with its annotation as reasoning.
 */

import type { ChatMessage } from "../../llm/chat-model.ts";
import { forceSteps } from "../buffer/teacher-forcing.ts";
import { byTrajectory } from "../buffer/experience-records.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { parseTree } from "../tree/page-tree.ts";
import type { Annotation } from "./annotate.ts";
import { exampleOf } from "./example.ts";
import { PageMemory } from "./known-page.ts";
import { changesBetween } from "./page-changes.ts";
import { linesOf } from "./page-lines.ts";
import { type PromptSize, writeQuestion } from "./prompt.ts";
import { PROMPT_SIZE } from "./reasoning-model.ts";
import type { PageReply } from "./reply.ts";

/** One line of chat JSON Lines. */
export interface SftExample {
  messages: ChatMessage[];
  /** The source of each part, for filters and audits. */
  metadata: {
    id: string;
    trajectory: string;
    /** Null: the transition has no annotation. */
    teacher: string | null;
    evidence: string[];
  };
}

export interface SftOptions {
  buffer: ReplayBuffer;
  annotations: readonly Annotation[];
  /** Retrieved transitions in each question. */
  examples?: number;
  size?: Partial<PromptSize>;
  /** Leaves out transitions without an annotation. */
  onlyAnnotated?: boolean;
}

/** Examples of all recorded transitions, in order. A question never shows anything of its own trajectory. */
export function* writeSftExamples(options: SftOptions): Generator<SftExample> {
  const { buffer, examples: count = 4, onlyAnnotated = false } = options;
  const size = { ...PROMPT_SIZE, ...options.size };
  const memory = new PageMemory(buffer);
  const annotated = new Map(options.annotations.map((annotation) => [annotation.id, annotation]));
  const texts = new Map(options.annotations.map(({ id, reasoning }) => [id, reasoning]));
  for (const [trajectory, records] of byTrajectory(buffer.records))
    for (const { record, query, truth } of forceSteps(records)) {
      const annotation = annotated.get(record.id);
      if (annotation === undefined && onlyAnnotated) continue;
      const known = memory.recall(query, trajectory);
      const lines = known === null ? [] : linesOf(parseTree(known.html));
      const near = memory.examples(query, count, trajectory);
      const shown = near.flatMap((other) => exampleOf(other, memory, texts) ?? []);
      const changes =
        known === null ? null : changesBetween(parseTree(known.html), lines, parseTree(truth.html));
      const reply: PageReply = {
        reasoning: annotation?.reasoning ?? "",
        url: truth.url === known?.url ? null : truth.url,
        changes: changes ?? [],
        html: changes === null ? truth.html : null,
        certainty: 1,
      };
      yield {
        messages: [
          ...writeQuestion({ query, known, lines, examples: shown, size }),
          { role: "assistant", content: JSON.stringify(reply) },
        ],
        metadata: {
          id: record.id,
          trajectory,
          teacher: annotation?.teacher ?? null,
          evidence: near.map(({ id }) => id),
        },
      };
    }
}
