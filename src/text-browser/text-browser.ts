/** A browser's mechanics by rule, without scripts and layout: tabs, history, links, forms, keys. */

import type { Action } from "../core/action.ts";
import type { Observation } from "../core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import { actionErrors } from "../page/action-errors.ts";
import type { FormState } from "../page/form-state.ts";
import type { PageDocument } from "../page/page-document.ts";
import { takeSnapshot } from "../page/snapshot.ts";
import { Navigator } from "./navigator.ts";
import { PageInput } from "./page-input.ts";
import type { Transport } from "./transport.ts";

export interface TextBrowserOptions {
  transport: Transport;
  /** Origins that may be reached, such as `http://shopping.test`. */
  origins: readonly string[];
}

export class TextBrowser {
  readonly #navigator: Navigator;
  readonly #input: PageInput;

  constructor(options: TextBrowserOptions | Navigator) {
    this.#navigator =
      options instanceof Navigator
        ? options
        : new Navigator(
            options.transport,
            options.origins.map((origin) => new URL(origin).origin),
          );
    this.#input = new PageInput(this.#navigator);
  }

  /** An independent copy in the same state, over another transport. */
  fork(transport: Transport): TextBrowser {
    return new TextBrowser(this.#navigator.fork(transport));
  }

  /** Closes all tabs and opens one per URL. The first becomes active. Returns the requests of the start pages. */
  async open(urls: readonly string[]): Promise<SiteRequest[]> {
    const navigator = this.#navigator;
    navigator.requests = [];
    navigator.problem = null;
    navigator.tabs.clear();
    for (const url of urls) {
      navigator.tabs.open();
      await navigator.navigate(url);
    }
    if (urls.length === 0) navigator.tabs.open();
    navigator.tabs.switchTo(0);
    return navigator.requests;
  }

  /** Performs an action and returns its requests. `stop` does nothing. A failed action sets `lastActionError`. */
  async perform(action: Action): Promise<SiteRequest[]> {
    const navigator = this.#navigator;
    navigator.requests = [];
    navigator.problem = null;
    const problem = await this.#do(action);
    if (problem !== null) navigator.problem = problem;
    return navigator.requests;
  }

  observe(): Observation {
    const { tabs, problem } = this.#navigator;
    const { url } = tabs.entry;
    const { document, state } = tabs.page;
    return {
      url,
      title: document.title,
      nodes: document.nodesIn(state),
      tabs: tabs.list.map(({ current }, index) => ({
        title: current.page.document.title,
        url: current.url,
        active: index === tabs.activeIndex,
      })),
      lastActionError: problem,
    };
  }

  /** The active tab's page, with its form state. */
  snapshot(): PageSnapshot {
    const { document, state } = this.#navigator.tabs.page;
    return takeSnapshot(document, state, document.url);
  }

  /** HTML of the active tab's page, without typed, ticked or chosen values. */
  get markup(): string {
    return this.document.html;
  }

  /** URL of the active tab, with fragment. */
  get url(): string {
    return this.#navigator.tabs.entry.url;
  }

  get document(): PageDocument {
    return this.#navigator.tabs.page.document;
  }

  /** The typed, ticked and chosen values of the page. */
  get state(): FormState {
    return this.#navigator.tabs.page.state;
  }

  async #do(action: Action): Promise<string | null> {
    const { tabs } = this.#navigator;
    switch (action.kind) {
      case "click":
        return this.#input.click(action);
      case "check":
        return this.#input.check(action);
      case "drag":
        return this.#input.drag(action);
      case "upload":
        return this.#input.upload(action);
      case "type":
        return this.#input.type(action);
      case "select":
        return this.#input.select(action);
      case "hover":
        return this.#input.hover(action);
      case "press":
        return this.#input.press(action);
      case "goto":
        return this.#navigator.goto(action.url);
      case "goBack":
        return this.#navigator.travel(-1);
      case "goForward":
        return this.#navigator.travel(1);
      case "newTab":
        tabs.open();
        return null;
      case "switchTab":
        return tabs.switchTo(action.index) ? null : actionErrors.unknownTab(action.index);
      case "closeTab":
        tabs.close();
        return null;
      // Without layout and scripts there is nothing to scroll or to wait for, and no dialog.
      case "scroll":
      case "wait":
      case "answerDialog":
      case "stop":
        return null;
    }
  }
}
