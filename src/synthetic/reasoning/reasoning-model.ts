/**
 * The experience model of the paper (DreamGym, arXiv:2511.03773, eq. 4) over a language model: it reasons about what
 * the site answers, given the session and the most similar recorded transitions. What a browser does by rule stays
 * exact, so the language model says only what a site would answer.
 */

import type {
  ExperienceModel,
  ExperienceQuery,
  OutcomeClaim,
  OutcomeQuery,
  Prediction,
} from "../../core/experience.ts";
import type { SiteRequest } from "../../core/site-request.ts";
import type { z } from "zod";
import type { ChatMessage, ChatModel } from "../../llm/chat-model.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { applyEdits } from "../tree/page-edit.ts";
import { parseTree } from "../tree/page-tree.ts";
import { askOrNull } from "./ask-or-null.ts";
import { exampleOf } from "./example.ts";
import { type KnownPage, PageMemory } from "./known-page.ts";
import { toEdits } from "./page-changes.ts";
import { linesOf, type PageLine } from "./page-lines.ts";
import { type PromptSize, writeOutcomeQuestion, writeQuestion } from "./prompt.ts";
import { OutcomeReplySchema, type PageReply, PageReplySchema } from "./reply.ts";

export interface ReasoningModelOptions {
  chat: ChatModel;
  buffer: ReplayBuffer;
  /** Recorded transitions in a prompt (the paper's k). */
  examples?: number;
  size?: Partial<PromptSize>;
  /** Tokens of a reply, at most. */
  maxTokens?: number;
  seed?: number;
  /** Hindsight annotations by evidence id: they explain the examples. */
  annotations?: ReadonlyMap<string, string>;
  /** Turns the certainty that the language model states into one that held-out recordings confirm. */
  calibration?: (stated: number) => number;
  /** Receives why a question has no readable reply. */
  onUnread?: (problem: string) => void;
}

/** What the answers cost so far. */
export interface ReasoningCost {
  /** Questions to the language model, repairs left out. */
  questions: number;
  /** Questions without a readable reply: none after a repair either, or the server rejected the question. */
  unreadable: number;
  promptTokens: number;
  completionTokens: number;
  /** How long replies took that came from the journal of an earlier run. */
  keptSeconds: number;
}

export const PROMPT_SIZE: PromptSize = { page: 6000, example: 600, history: 6 };

export class ReasoningModel implements ExperienceModel {
  readonly unpredictedRequests: readonly SiteRequest[];
  readonly cost: ReasoningCost = {
    questions: 0,
    unreadable: 0,
    promptTokens: 0,
    completionTokens: 0,
    keptSeconds: 0,
  };
  readonly #options: ReasoningModelOptions;
  readonly #chat: ChatModel;
  readonly #memory: PageMemory;
  readonly #size: PromptSize;

  constructor(options: ReasoningModelOptions) {
    this.#options = options;
    this.#chat = this.#counting(options.chat);
    this.#memory = new PageMemory(options.buffer);
    this.#size = { ...PROMPT_SIZE, ...options.size };
    this.unpredictedRequests = options.buffer.scriptRequests;
  }

  predict(query: ExperienceQuery): Promise<Prediction> {
    return this.predictFrom(this.#memory.recall(query), query);
  }

  /** @param known the page that the answer changes. Null: the language model writes a whole page */
  async predictFrom(known: KnownPage | null, query: ExperienceQuery): Promise<Prediction> {
    const { examples: count = 4 } = this.#options;
    const lines = known === null ? [] : linesOf(parseTree(known.html));
    const records = this.#memory.examples(query, count, null);
    const examples = records.flatMap(
      (record) => exampleOf(record, this.#memory, this.#options.annotations) ?? [],
    );
    const reply = await this.#ask(PageReplySchema, (size) =>
      writeQuestion({ query, known, lines, examples, size }),
    );
    const evidence = [...new Set([...(known?.evidence ?? []), ...records.map(({ id }) => id)])];
    return reply === null
      ? unread(query, known, evidence)
      : this.#readReply(reply, { query, known, lines, evidence });
  }

  async judgeOutcome(query: OutcomeQuery): Promise<OutcomeClaim> {
    const reply = await this.#ask(OutcomeReplySchema, (size) => writeOutcomeQuestion(query, size));
    return reply ?? { reasoning: "the language model's reply could not be read", reward: null };
  }

  #readReply(reply: PageReply, { query, known, lines, evidence }: Asked): Prediction {
    const { edits, lost } = toEdits(lines, reply.changes);
    const url = addressOf(reply.url, known?.url ?? addressAsked(query));
    // A reply without a page, or about another page than this one, says nothing.
    const isUseless = lost > 0 || (known === null && reply.html === null);
    const trust = this.#options.calibration ?? ((stated: number) => stated);
    const about = {
      reasoning: reply.reasoning,
      evidence,
      certainty: isUseless ? 0 : trust(reply.certainty),
    };
    const isStill = edits.length === 0 && reply.html === null && url === known?.url;
    if (isStill && query.cause.kind === "event") return { ...about, next: { kind: "unchanged" } };
    const html = reply.html ?? applyEdits(known?.html ?? "", edits);
    return { ...about, next: { kind: "page", ...answered(query, known, url), html } };
  }

  async #ask<T>(
    schema: z.ZodType<T>,
    write: (size: PromptSize) => readonly ChatMessage[],
  ): Promise<T | null> {
    const { maxTokens = 1024, seed = 1, onUnread } = this.#options;
    this.cost.questions++;
    const reply = await askOrNull(this.#chat, {
      write: (share) => {
        const { page, example, history } = this.#size;
        return write({ page: share * page, example: share * example, history });
      },
      request: { maxTokens, temperature: 0, seed },
      schema,
      onUnread,
    });
    if (reply === null) this.cost.unreadable++;
    return reply;
  }

  #counting(chat: ChatModel): ChatModel {
    return {
      name: chat.name,
      complete: async (request, signal) => {
        const reply = await chat.complete(request, signal);
        this.cost.promptTokens += reply.usage.promptTokens;
        this.cost.completionTokens += reply.usage.completionTokens;
        if (reply.usage.cached) this.cost.keptSeconds += reply.usage.keptSeconds ?? 0;
        return reply;
      },
    };
  }
}

interface Asked {
  query: ExperienceQuery;
  known: KnownPage | null;
  lines: readonly PageLine[];
  evidence: string[];
}

/** Nothing rests on an answer that nobody can read: the known page, with certainty 0, is never scored. */
function unread(query: ExperienceQuery, known: KnownPage | null, evidence: string[]): Prediction {
  const about = {
    reasoning: "the language model's reply could not be read",
    evidence,
    certainty: 0,
  };
  if (known === null || query.cause.kind === "event")
    return { ...about, next: { kind: "unchanged" } };
  return {
    ...about,
    next: { kind: "page", ...answered(query, known, known.url), html: known.html },
  };
}

function answered(
  query: ExperienceQuery,
  known: KnownPage | null,
  url: string,
): { url: string; status: number; redirectStatus: number | null } {
  const asked = addressAsked(query);
  const isRedirect = query.cause.kind === "request" && url !== asked;
  return {
    url,
    status: known?.status ?? 200,
    redirectStatus: isRedirect ? (known?.redirectStatus ?? 302) : null,
  };
}

function addressAsked({ cause, page }: ExperienceQuery): string {
  return cause.kind === "request" ? cause.request.url : (page?.url ?? "about:blank");
}

/** The stated address if it is one of the web, made absolute; else the known one. */
function addressOf(stated: string | null, known: string): string {
  const url = stated === null || stated === "" ? null : URL.parse(stated, known);
  return url !== null && /^https?:$/u.test(url.protocol) ? url.href : known;
}
