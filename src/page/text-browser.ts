/** A browser's mechanics by rule, without scripts and layout: tabs, history, links, forms, typing. */

import type { Action } from "../core/action.ts";
import type { Observation } from "../core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import type { PageDocument } from "./page-document.ts";
import type { Transport } from "./transport.ts";

export interface TextBrowserOptions {
  transport: Transport;
  /** Origins that may be reached, such as `http://shopping.test`. */
  origins: readonly string[];
}

export declare class TextBrowser {
  constructor(options: TextBrowserOptions);
  /** Closes all tabs and opens one for each URL; the first becomes active. Gives the requests of the start pages. */
  open(urls: readonly string[]): Promise<SiteRequest[]>;
  /** Does an action (not `stop`) and gives the requests it caused. A wrong action is the next `lastActionError`. */
  perform(action: Action): Promise<SiteRequest[]>;
  observe(): Observation;
  /** The active tab's page, form state written in. */
  snapshot(): PageSnapshot;
  /** URL of the active tab, with fragment. */
  get url(): string;
  get document(): PageDocument;
}
