/**
 * The synthetic world: the text browser over an experience model. The browser's mechanics are exact, and the site's
 * answers are dreamed. The task's own checks score the episode wherever the pages they rest on are certain enough.
 */

import { actionErrors } from "../page/action-errors.ts";
import type { Action } from "../core/action.ts";
import type { ForkableEnv, ResetOptions, StepResult } from "../core/env.ts";
import { ResetNeededError } from "../core/errors.ts";
import type { Evaluator, PageProbe } from "../core/evaluator.ts";
import type { ExperienceModel, OutcomeClaim } from "../core/experience.ts";
import type { Observation } from "../core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import type { Task } from "../core/task.ts";
import { createEpisode, type Episode } from "../evaluation/episode.ts";
import { sitesOfTask } from "../evaluation/task-sites.ts";
import { TextBrowser } from "../text-browser/text-browser.ts";
import { withCheckedAnswers } from "./check-prediction.ts";
import { DreamTransport, type DreamedAnswer } from "./dream-transport.ts";
import { createAbstainingEvaluator } from "./abstention.ts";
import { createClaimingEvaluator, type OwnReward } from "./own-reward.ts";

export interface ExperienceEnvOptions {
  model: ExperienceModel;
  evaluator: Evaluator;
  /** Origin of every site that tasks name. Without it an episode reaches the origins of its start URLs alone. */
  origins?: Readonly<Record<string, string>>;
  /** 0–1. A check that rests on a page less certain than this is not scored. */
  minCertainty?: number;
  /**
   * Whether the model sees the goal, as in the paper. By default it does not: a model that knows what should happen may
   * let it happen.
   */
  tellsGoal?: boolean;
  /** What becomes of the model's own reward. By default the model is not asked for one. */
  ownReward?: OwnReward;
}

export interface ExperienceEnv extends ForkableEnv {
  /** The model's answers in the running (or last) episode, in order. */
  readonly answers: readonly DreamedAnswer[];
  readonly certainty: number;
  /** The model's own reward of the last episode. Null while it runs, and where the model was not asked. */
  readonly claim: OutcomeClaim | null;
  fork(): ExperienceEnv;
}

/** Below an even chance a page says nothing about the real one. */
const MIN_CERTAINTY = 0.5;

export function createExperienceEnv(options: ExperienceEnvOptions): ExperienceEnv {
  return new DreamEnv({ ...options, model: withCheckedAnswers(options.model) });
}

interface Dream {
  browser: TextBrowser;
  transport: DreamTransport;
  origins: string[];
  task: Task;
}

class DreamEnv implements ExperienceEnv {
  readonly #options: ExperienceEnvOptions;
  #dream: Dream | null = null;
  #episode: Episode | null = null;
  #startRequests: readonly SiteRequest[] = [];
  /** Certainty of the least certain page that the checks opened. */
  #probeCertainty = 1;
  #claim: OutcomeClaim | null = null;
  #isDisposed = false;

  constructor(options: ExperienceEnvOptions) {
    this.#options = options;
  }

  get answers(): readonly DreamedAnswer[] {
    return this.#dream?.transport.answers ?? [];
  }

  /** The certainty of the least certain answer so far. */
  get certainty(): number {
    return this.answers.reduce((least, { prediction }) => Math.min(least, prediction.certainty), 1);
  }

  get claim(): OutcomeClaim | null {
    return this.#claim;
  }

  get startRequests(): readonly SiteRequest[] {
    return this.#startRequests;
  }

  async reset({ task, signal }: ResetOptions): Promise<Observation> {
    signal?.throwIfAborted();
    if (this.#isDisposed)
      throw new ResetNeededError("Expected a live environment, got a reset() after its disposal.");
    const { model, origins: known, tellsGoal = false } = this.#options;
    const origins = [
      ...new Set([
        ...task.startUrls.map((url) => new URL(url).origin),
        ...(known === undefined ? [] : sitesOfTask(task, known)),
      ]),
    ];
    const transport = new DreamTransport(model, [], tellsGoal ? task.goal : null);
    const browser = new TextBrowser({ transport, origins });
    this.#dream = { browser, transport, origins, task };
    this.#probeCertainty = 1;
    this.#claim = null;
    this.#startRequests = await browser.open(task.startUrls);
    this.#episode = createEpisode({
      task,
      evaluator: this.#createEvaluator(transport),
      startRequests: this.#startRequests,
      signal,
    });
    return browser.observe();
  }

  async step(action: Action): Promise<StepResult> {
    const [episode, dream] = [this.#episode, this.#dream];
    if (episode === null || dream === null) throw new ResetNeededError();
    episode.admit(action);
    const requests = action.kind === "stop" ? [] : await dream.browser.perform(action);
    return await episode.finishStep(action, {
      observation: dream.browser.observe(),
      requests,
      end: () =>
        Promise.resolve({
          finalPage: dream.browser.snapshot(),
          finalMarkup: dream.browser.markup,
          probe: this.#createProbe(dream),
        }),
    });
  }

  snapshot(): Promise<PageSnapshot> {
    if (this.#dream === null) return Promise.reject(new ResetNeededError());
    return Promise.resolve(this.#dream.browser.snapshot());
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#episode = null;
    return Promise.resolve();
  }

  fork(): ExperienceEnv {
    const [episode, dream] = [this.#episode, this.#dream];
    if (episode === null || dream === null) throw new ResetNeededError();
    const copy = new DreamEnv(this.#options);
    const transport = dream.transport.fork();
    copy.#dream = { ...dream, transport, browser: dream.browser.fork(transport) };
    copy.#startRequests = this.#startRequests;
    copy.#episode = episode.fork(copy.#createEvaluator(transport));
    return copy;
  }

  #createEvaluator(transport: DreamTransport): Evaluator {
    const { evaluator, model, ownReward = "unasked", minCertainty = MIN_CERTAINTY } = this.#options;
    const abstaining = createAbstainingEvaluator(evaluator, {
      minCertainty,
      certaintyOf: (url) => transport.certaintyOfUrl(url),
      certaintyOfProbes: () => this.#probeCertainty,
      answers: transport.answers,
      unpredictedRequests: model.unpredictedRequests ?? [],
    });
    if (ownReward === "unasked") return abstaining;
    return createClaimingEvaluator(abstaining, {
      model,
      session: transport.session,
      ownReward,
      onClaim: (claim) => (this.#claim = claim),
    });
  }

  /** Opens pages in the dream as they are after this session. */
  #createProbe({ transport, origins }: Dream): PageProbe {
    const { model } = this.#options;
    return {
      open: async (url) => {
        const apart = new DreamTransport(model, transport.session);
        const browser = new TextBrowser({ transport: apart, origins });
        await browser.open([url]);
        if (apart.answers.length === 0)
          return { page: null, reason: actionErrors.outsideOrigins(url) };
        for (const { prediction } of apart.answers)
          this.#probeCertainty = Math.min(this.#probeCertainty, prediction.certainty);
        return { page: browser.snapshot() };
      },
    };
  }
}
