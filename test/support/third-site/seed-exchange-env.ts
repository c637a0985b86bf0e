/** The third site as an environment: the text browser over its handler, its scripts written as edits of the page. */

import { load } from "cheerio";
import type { Action } from "../../../src/core/action.ts";
import type { Env, ResetOptions, StepResult } from "../../../src/core/env.ts";
import { ResetNeededError } from "../../../src/core/errors.ts";
import type { Evaluator } from "../../../src/core/evaluator.ts";
import type { PageEvent, PageRequest } from "../../../src/core/experience.ts";
import type { Observation } from "../../../src/core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../../../src/core/site-request.ts";
import { createEpisode, type Episode } from "../../../src/evaluation/episode.ts";
import { TextBrowser } from "../../../src/text-browser/text-browser.ts";
import type {
  PageResponse,
  Reaction,
  Transport,
  TransportContext,
} from "../../../src/text-browser/transport.ts";
import { SeedExchange } from "./seed-exchange.ts";

export const ORIGIN = "http://seeds.test";

class HandlerTransport implements Transport {
  readonly #site = new SeedExchange();

  load(request: PageRequest): PageResponse {
    const hops: SiteRequest[] = [];
    let { method, url, fields } = request as {
      method: string;
      url: string;
      fields: [string, string][] | null;
    };
    for (;;) {
      const { status, location, html } = this.#site.answer(method, url, fields ?? []);
      const target = location === null ? null : new URL(location, url).href;
      hops.push({ kind: "document", method, url, fields, status, redirect: target });
      if (target === null) return { url, status, html, hops };
      [method, url, fields] = ["GET", target, null];
    }
  }

  /** Tabs, a stepper and a sieve, as the site's own script would change them. */
  react(event: PageEvent, context: TransportContext): Reaction | null {
    const page = context.snapshot();
    const acted = event.element === null ? undefined : context.document?.elements[event.element];
    if (page === null || acted === undefined) return null;
    const $ = load(page.html);
    const element = $("*").eq(event.element as number);
    const done = (): Reaction => ({ html: $.html(), preventDefault: false, requests: [] });
    if (event.kind === "click" && acted.attribs["role"] === "tab") {
      $('[role="tab"]').attr("aria-selected", "false");
      $('[role="tabpanel"]').attr("hidden", "");
      element.attr("aria-selected", "true");
      $(`#${acted.attribs["aria-controls"]}`).removeAttr("hidden");
      return done();
    }
    if (event.kind === "click" && acted.attribs["class"] === "more") {
      const input = element.prevAll("input[type=number]");
      input.attr("value", String(Number(input.attr("value")) + 1));
      return done();
    }
    if (event.kind === "type" && acted.attribs["id"] === "sieve") {
      element.attr("value", event.text ?? "");
      for (const plot of $(".plot").toArray()) {
        const lacks = !$(plot)
          .text()
          .toLowerCase()
          .includes((event.text ?? "").toLowerCase());
        if (lacks) $(plot).attr("hidden", "");
        else $(plot).removeAttr("hidden");
      }
      return done();
    }
    return null;
  }
}

export class SeedExchangeEnv implements Env {
  readonly #evaluator: Evaluator;
  #transport = new HandlerTransport();
  #browser: TextBrowser | null = null;
  #episode: Episode | null = null;
  startRequests: readonly SiteRequest[] = [];

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  async reset({ task }: ResetOptions): Promise<Observation> {
    this.#transport = new HandlerTransport();
    this.#browser = new TextBrowser({ transport: this.#transport, origins: [ORIGIN] });
    this.startRequests = await this.#browser.open(task.startUrls);
    this.#episode = createEpisode({
      task,
      evaluator: this.#evaluator,
      startRequests: this.startRequests,
    });
    return this.#browser.observe();
  }

  async step(action: Action): Promise<StepResult> {
    const [browser, episode] = [this.#browser, this.#episode];
    if (browser === null || episode === null) throw new ResetNeededError();
    episode.admit(action);
    const requests = action.kind === "stop" ? [] : await browser.perform(action);
    return await episode.finishStep(action, {
      observation: browser.observe(),
      requests,
      end: () =>
        Promise.resolve({
          finalPage: browser.snapshot(),
          finalMarkup: browser.markup,
          probe: {
            open: async (url) => {
              const seen = new TextBrowser({
                transport: this.#transport,
                origins: [ORIGIN],
              });
              await seen.open([url]);
              return { page: seen.snapshot() };
            },
          },
        }),
    });
  }

  snapshot(): Promise<PageSnapshot> {
    if (this.#browser === null) return Promise.reject(new ResetNeededError());
    return Promise.resolve(this.#browser.snapshot());
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
