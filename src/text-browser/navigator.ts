/** Loads pages into tabs: addresses, links, forms and the history. */

import type { Element } from "domhandler";
import type { PageRequest } from "../core/experience.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import { actionErrors } from "../page/action-errors.ts";
import { withFocus } from "../page/edit-state.ts";
import type { Submitter } from "../page/form-fields.ts";
import type { FormState } from "../page/form-state.ts";
import { submit, validates } from "../page/forms.ts";
import { frameUrl } from "../page/frame-address.ts";
import { withFrameReplaced } from "../page/loaded-frames.ts";
import { parsePage, type PageDocument } from "../page/page-document.ts";
import { takeSnapshot } from "../page/snapshot.ts";
import { withoutFragment } from "../page/url-parts.ts";
import { isInert, isVisible } from "../page/visibility.ts";
import type { Activation } from "./activation.ts";
import { arrive, errorPage, jumped, stateOnArrival } from "./arrival.ts";
import { invalidFields } from "./constraints.ts";
import { maySubmit, openingOf, referrerAt, stateAround } from "./frame-targets.ts";
import { close } from "./overlays.ts";
import type { HistoryEntry, Placing } from "./tab-history.ts";
import { Tabs } from "./tabs.ts";
import type { Transport, TransportContext } from "./transport.ts";

type Follow = Extract<Activation, { kind: "follow" }>;

/** Details that a link or form adds to its request. */
type SentBy = Pick<TransportContext, "referrer" | "encoding">;

/** A request, and the fragment that the loaded page shows. */
interface Address {
  request: PageRequest;
  fragment: string;
}

/** What a navigator shares with the browser around it. */
export class Navigator {
  readonly transport: Transport;
  readonly tabs: Tabs;
  readonly #origins: ReadonlySet<string>;
  /** Requests of the action in progress. */
  requests: SiteRequest[] = [];
  /** What went wrong in the action in progress. */
  problem: string | null = null;

  constructor(transport: Transport, origins: Iterable<string>, tabs = new Tabs()) {
    this.transport = transport;
    this.#origins = new Set(origins);
    this.tabs = tabs;
  }

  /** An independent copy in the same state, over another transport. */
  fork(transport: Transport): Navigator {
    const copy = new Navigator(transport, this.#origins, this.tabs.fork());
    copy.problem = this.problem;
    return copy;
  }

  setState(change: (state: FormState) => FormState): void {
    const { page } = this.tabs;
    page.state = change(page.state);
  }

  /** Opens an address that the agent wrote. */
  async goto(url: string): Promise<string | null> {
    const parsed = URL.canParse(url) ? new URL(url) : null;
    if (parsed === null || !/^https?:$/u.test(parsed.protocol)) return actionErrors.invalidUrl(url);
    if (!this.#origins.has(parsed.origin)) return actionErrors.outsideOrigins(url);
    await this.navigate(parsed.href, {}, true);
    return null;
  }

  async follow({ link, url, target, sendsReferrer, isDownload }: Follow): Promise<void> {
    const { document } = this.tabs.page;
    const sent = sendsReferrer ? referrerAt(link, document) : {};
    if (isDownload) {
      await this.#download(url, sent);
      return;
    }
    const opening = openingOf(link, target, document);
    if (opening.kind === "frame") {
      const request: PageRequest = { method: "GET", url: withoutFragment(url), fields: null };
      await this.#loadFrame(opening.frame, { request, fragment: new URL(url).hash }, sent);
    } else if (opening.kind === "tab") {
      this.tabs.activate(target);
      await this.navigate(url, sent);
    }
  }

  /** Asks for a file. The page stays, and nobody keeps the file. */
  async #download(href: string, sent: SentBy): Promise<void> {
    const url = withoutFragment(href);
    if (!this.#origins.has(new URL(url).origin)) return;
    const request: PageRequest = { method: "GET", url, fields: null };
    const context: TransportContext = { ...this.context(), ...sent, isDownload: true };
    const { hops } = await this.transport.load(request, context);
    this.requests.push(...hops);
  }

  /**
   * Opens a URL in the active tab. A jump inside the page loads nothing.
   *
   * @param isWritten whether somebody wrote the address: a jump to the same place is then an entry of its own
   */
  async navigate(href: string, sent: SentBy = {}, isWritten = false): Promise<void> {
    const url = new URL(href);
    const fragment = url.hash;
    const { entry } = this.tabs;
    url.hash = "";
    const isJump = href.includes("#") && withoutFragment(entry.url) === url.href;
    if (!isJump) {
      const how = entry.url === href ? "replace" : "push";
      await this.#load({ method: "GET", url: url.href, fields: null }, fragment, how, sent);
      return;
    }
    const { page } = entry;
    page.state = jumped(page.document, fragment, page.state);
    if (isWritten || entry.url !== href) this.tabs.active.push({ page, url: href });
  }

  async travel(by: -1 | 1): Promise<string | null> {
    const tab = this.tabs.active;
    const entry = tab.peek(by);
    if (entry === null) return by === -1 ? actionErrors.noPageBack() : actionErrors.noPageForward();
    const { page, url } = entry;
    const isHere = page === this.tabs.page;
    const { request, referrer } = page;
    if (isHere || page.isStored || request === null) {
      if (!isHere) page.state = stateOnArrival(page.document, new URL(url).hash, page);
      tab.travel(by);
      return null;
    }
    if (request.method === "POST") {
      // A browser does not resubmit a form without asking. It shows its own page instead of the answer.
      tab.travel(by);
      tab.replace(errorPage(url, request));
      return actionErrors.loadFailed(url);
    }
    await this.#load(request, new URL(url).hash, by, referrer === undefined ? {} : { referrer });
    return null;
  }

  /** Sends a form as it was when the button was pressed. */
  async submit(
    form: Element,
    submitter: Submitter | null,
    document: PageDocument,
    state: FormState,
  ): Promise<void> {
    if (!maySubmit(form, document)) return;
    if (validates(form, submitter?.element ?? null)) {
      const invalid = invalidFields(form, state);
      const shown = invalid.find(
        ({ control }) => isVisible(control, state) && !isInert(control, state),
      );
      // As in Chromium: the first field that a person sees gets the focus (and a bubble that is not part of the page).
      if (shown !== undefined && this.tabs.page.document === document)
        this.setState((now) => withFocus(now, shown.control));
      if (invalid.length > 0) return;
    }
    const submission = submit(form, submitter, document, state);
    if (submission.kind === "dialog") {
      const { dialog } = submission;
      if (dialog !== null) this.setState((now) => close(dialog, document, now));
    } else if (submission.kind === "request") {
      const { request, fragment, target, encoding } = submission;
      const sent = { ...referrerAt(form, document), ...(encoding !== null && { encoding }) };
      const opening = openingOf(form, target, document);
      if (opening.kind === "frame")
        await this.#loadFrame(opening.frame, { request, fragment }, sent);
      else if (opening.kind === "tab") {
        this.tabs.activate(target);
        await this.#load(request, fragment, "push", sent);
      }
    }
  }

  /** Loads a document into a frame. The page around it stays, and Back shows it with the frame's document before. */
  async #loadFrame(frame: Element, { request, fragment }: Address, sent: SentBy): Promise<void> {
    const { document, state } = this.tabs.page;
    const known = frameUrl(frame);
    if (request.method === "GET" && fragment !== "" && request.url === known) return;
    const context = { ...this.context(), ...sent, pageAround: document.url };
    const { html, url, encoding, hops } = await this.transport.load(request, context);
    this.requests.push(...hops);
    if (html === null) return;
    const page = withFrameReplaced(document, frame, { html, url, encoding });
    const changed = parsePage(page, document.url, document.encoding);
    const entry: HistoryEntry = {
      page: {
        ...this.tabs.page,
        document: changed,
        state: stateAround(state, frame, document, changed),
        isStored: true,
      },
      url: this.tabs.entry.url,
    };
    if (url === known) this.tabs.active.replace(entry);
    else {
      this.tabs.page.isStored = true;
      this.tabs.active.push(entry);
    }
  }

  async #load(
    request: PageRequest,
    fragment: string,
    how: Placing,
    sent: SentBy = {},
  ): Promise<void> {
    const tab = this.tabs.active;
    if (!this.#origins.has(new URL(request.url).origin)) {
      this.problem = actionErrors.outsideOrigins(request.url);
      tab.place(errorPage(request.url + fragment, request), how);
      return;
    }
    const response = await this.transport.load(request, { ...this.context(), ...sent });
    this.requests.push(...response.hops);
    if (response.html === null) return;
    if (response.failure !== undefined) this.problem = response.failure;
    const before = typeof how === "number" ? (tab.peek(how)?.page ?? null) : null;
    const { html } = response;
    const { referrer } = sent;
    tab.place(arrive({ response, html, request, fragment, referrer }, before), how);
  }

  /** The page in the active tab, as a transport may read it. */
  context(): TransportContext {
    const { document, state, request } = this.tabs.page;
    if (request === null) return { document: null, snapshot: () => null };
    let snapshot: PageSnapshot | null = null;
    return {
      document,
      snapshot: () => (snapshot ??= takeSnapshot(document, state, document.url)),
    };
  }
}
