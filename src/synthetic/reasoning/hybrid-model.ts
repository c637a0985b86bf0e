/**
 * Two experience models in one: the retrieval model answers where it is certain, and a language model where it is not.
 * The language model starts from the page that retrieval would show, so it only mends what it knows better.
 */

import type { ExperienceModel, ExperienceQuery, Prediction } from "../../core/experience.ts";
import { type KnownPage, samePage } from "./known-page.ts";
import { ReasoningModel, type ReasoningModelOptions } from "./reasoning-model.ts";

export interface HybridModelOptions extends ReasoningModelOptions {
  /** Answers fast, and says how certain it is. */
  retrieval: ExperienceModel;
  /** 0–1. Answers of retrieval that are at least this certain stand. 0: all of them; above 1: none. */
  sureFrom: number;
}

export class HybridModel implements ExperienceModel {
  readonly reasoning: ReasoningModel;
  readonly #retrieval: ExperienceModel;
  readonly #sureFrom: number;
  /** Answers so far, and those that the language model gave. */
  readonly counts = { answers: 0, reasoned: 0 };

  constructor(options: HybridModelOptions) {
    this.#retrieval = options.retrieval;
    this.#sureFrom = options.sureFrom;
    this.reasoning = new ReasoningModel(options);
  }

  get unpredictedRequests(): NonNullable<ExperienceModel["unpredictedRequests"]> {
    return this.reasoning.unpredictedRequests;
  }

  async predict(query: ExperienceQuery): Promise<Prediction> {
    const answer = await this.#retrieval.predict(query);
    this.counts.answers++;
    if (answer.certainty >= this.#sureFrom) return answer;
    this.counts.reasoned++;
    const reasoned = await this.reasoning.predictFrom(knownFrom(answer, query), query);
    // Of two answers, the one that is more certain: a language model that only guesses mends nothing.
    return reasoned.certainty > answer.certainty ? reasoned : answer;
  }

  judgeOutcome(
    ...args: Parameters<ReasoningModel["judgeOutcome"]>
  ): ReturnType<ReasoningModel["judgeOutcome"]> {
    return this.reasoning.judgeOutcome(...args);
  }
}

/** What retrieval would show. Null where it knows nothing. */
function knownFrom(
  { next, evidence, certainty }: Prediction,
  { page }: ExperienceQuery,
): KnownPage | null {
  if (certainty === 0) return null;
  if (next.kind === "unchanged") return page && samePage(page);
  const { url, status, redirectStatus, html } = next;
  return { url, status, redirectStatus, html, evidence, origin: "a first guess" };
}
