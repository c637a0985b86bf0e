/** A browser's mechanics by rule, without scripts and layout: tabs, history, links, forms, keys. */

import type { Element } from "domhandler";
import type { Action } from "../core/action.ts";
import type { PageRequest } from "../core/experience.ts";
import type { Observation } from "../core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import { actionErrors } from "../page/action-errors.ts";
import { activationOf, focusAfterClick, isOff, opensPopUp, visiblePart } from "./activation.ts";
import { arrive, arriveByScript, errorPage, jumpFocus, withoutFragment } from "./arrival.ts";
import { firstInvalid } from "./constraints.ts";
import { closest } from "../page/dom.ts";
import { withFocus, withOpen, withPicked, withValue } from "../page/edit-state.ts";
import {
  isEditable,
  isFillable,
  isOptionDisabled,
  isPicker,
  isReadOnly,
  optionLabel,
  selectedOptions,
  valueOf,
  type FormState,
} from "../page/form-state.ts";
import { submit, validates } from "../page/forms.ts";
import { effectOf, effectOnChanged, optionLabelled, type InputEvent } from "./event-effect.ts";
import { check, clickWith, type Mouse } from "./mouse.ts";
import { keyEffect } from "./key-effect.ts";
import { parseKeyCombination } from "../page/keys.ts";
import { parsePage, type PageDocument } from "../page/page-document.ts";
import { takeSnapshot } from "../page/snapshot.ts";
import { TabHistory, type HistoryEntry, type Placing } from "./tab-history.ts";
import type { Reaction, Transport, TransportContext } from "./transport.ts";

export interface TextBrowserOptions {
  transport: Transport;
  /** Origins that may be reached, such as `http://shopping.test`. */
  origins: readonly string[];
}

/** Details that a link or form adds to its request. */
type SentBy = Pick<TransportContext, "referrer" | "encoding">;
type ActionOf<Kind extends Action["kind"]> = Extract<Action, { kind: Kind }>;

export class TextBrowser {
  readonly #transport: Transport;
  #origins: ReadonlySet<string>;
  #tabs: TabHistory[] = [new TabHistory()];
  #active = 0;
  #lastActionError: string | null = null;
  /** Requests of the action in progress. */
  #requests: SiteRequest[] = [];

  constructor({ transport, origins }: TextBrowserOptions) {
    this.#transport = transport;
    this.#origins = new Set(origins.map((origin) => new URL(origin).origin));
  }

  /** An independent copy in the same state, over another transport. */
  fork(transport: Transport): TextBrowser {
    const copy = new TextBrowser({ transport, origins: [] });
    copy.#origins = this.#origins;
    copy.#tabs = this.#tabs.map((tab) => tab.fork());
    copy.#active = this.#active;
    copy.#lastActionError = this.#lastActionError;
    return copy;
  }

  /** Closes all tabs and opens one per URL. The first becomes active. Returns the requests of the start pages. */
  async open(urls: readonly string[]): Promise<SiteRequest[]> {
    this.#requests = [];
    this.#lastActionError = null;
    this.#tabs = [];
    for (const url of urls) {
      this.#tabs.push(new TabHistory());
      this.#active = this.#tabs.length - 1;
      await this.#navigate(url);
    }
    if (this.#tabs.length === 0) this.#tabs = [new TabHistory()];
    this.#active = 0;
    return this.#requests;
  }

  /** Performs an action and returns its requests. `stop` does nothing. A failed action sets `lastActionError`. */
  async perform(action: Action): Promise<SiteRequest[]> {
    this.#requests = [];
    this.#lastActionError = null;
    const problem = await this.#do(action);
    if (problem !== null) this.#lastActionError = problem;
    return this.#requests;
  }

  observe(): Observation {
    const { url, document, state } = this.#entry;
    return {
      url,
      title: document.title,
      nodes: document.nodesIn(state),
      tabs: this.#tabs.map(({ current }, index) => ({
        title: current.document.title,
        url: current.url,
        active: index === this.#active,
      })),
      lastActionError: this.#lastActionError,
    };
  }

  /** The active tab's page, with its form state. */
  snapshot(): PageSnapshot {
    const { document, state } = this.#entry;
    return takeSnapshot(document, state, document.url);
  }

  /** HTML of the active tab's page, without typed, ticked or chosen values. */
  get markup(): string {
    return this.#entry.document.html;
  }

  /** URL of the active tab, with fragment. */
  get url(): string {
    return this.#entry.url;
  }

  get document(): PageDocument {
    return this.#entry.document;
  }

  /** The typed, ticked and chosen values of the page. */
  get state(): FormState {
    return this.#entry.state;
  }

  get #tab(): TabHistory {
    return this.#tabs[this.#active] as TabHistory;
  }

  get #entry(): HistoryEntry {
    return this.#tab.current;
  }

  async #do(action: Action): Promise<string | null> {
    switch (action.kind) {
      case "click":
        return this.#onElement(action.ref, (element) => clickWith(this.#mouse, element, action));
      case "check":
        return this.#onElement(action.ref, (element) => check(this.#mouse, element, action));
      case "drag":
        return this.#onElement(action.ref, () => this.#onElement(action.to, async () => null));
      case "upload":
        return this.#onElement(action.ref, async () => actionErrors.noUploads());
      case "type":
        return this.#onElement(action.ref, (element) => this.#type(element, action));
      case "select":
        return this.#onElement(action.ref, (element) => this.#select(element, action));
      case "hover":
        return this.#onElement(action.ref, async (element) => {
          await this.#ask({ kind: "hover", element, text: null });
          return null;
        });
      case "press":
        return this.#press(action.keys);
      case "goto":
        return this.#goto(action.url);
      case "goBack":
        return this.#travel(-1);
      case "goForward":
        return this.#travel(1);
      case "newTab":
        this.#tabs.push(new TabHistory());
        this.#active = this.#tabs.length - 1;
        return null;
      case "switchTab":
        if (this.#tabs[action.index] === undefined) return actionErrors.unknownTab(action.index);
        this.#active = action.index;
        return null;
      case "closeTab":
        this.#closeTab();
        return null;
      // Without layout and scripts there is nothing to scroll and no dialog.
      case "scroll":
      case "answerDialog":
      case "stop":
        return null;
    }
  }

  readonly #mouse: Mouse = {
    page: () => this.#entry,
    click: (element, ref) => this.#click(element, ref),
    followBehind: async (url) => {
      const behind = this.#active;
      await this.#follow(url, "_blank");
      this.#active = behind;
    },
  };

  #closeTab(): void {
    const left = this.#tabs.filter((_, index) => index !== this.#active);
    this.#tabs = left.length === 0 ? [new TabHistory()] : left;
    this.#active = Math.max(0, this.#active - 1);
  }

  /** Runs `body` on the element of a ref in the current observation. */
  async #onElement(
    ref: string,
    body: (element: Element) => Promise<string | null>,
  ): Promise<string | null> {
    const { document, state } = this.#entry;
    const element = document.elementOf(ref);
    if (element === null || !document.shows(ref, state)) return actionErrors.unknownRef(ref);
    if (isOff(element)) return actionErrors.disabled(ref);
    return body(element);
  }

  async #click(named: Element, ref: string): Promise<string | null> {
    const element = visiblePart(named, this.#entry.state);
    if (element.name === "option") {
      const select = closest(element, (e) => e.name === "select");
      if (select !== null && opensPopUp(select)) return actionErrors.optionOfSelect(ref);
    }
    const { document } = this.#entry;
    this.#setState((state) => withFocus(state, focusAfterClick(element, document)));
    if (opensPopUp(element) || isPicker(element)) return null;
    await this.#clickOn(element);
    return null;
  }

  /** The click event and its default effect. */
  async #clickOn(element: Element): Promise<void> {
    const { document, state } = this.#entry;
    const reaction = await this.#ask({ kind: "click", element, text: null });
    if (reaction?.preventDefault === true || reaction?.url !== undefined) return;
    const activation = activationOf(element, document, state);
    switch (activation.kind) {
      case "none":
        return;
      case "state":
        // A page that a script changed already has the new state of its controls.
        if (this.#entry.document === document) this.#setState(() => activation.state);
        return;
      case "follow":
        await this.#follow(activation.url, activation.target);
        return;
      case "submit":
        await this.#submit(activation.form, activation.submitter, document, state);
    }
  }

  async #type(element: Element, { ref, text, submit }: ActionOf<"type">): Promise<string | null> {
    if (!isFillable(element) && !isEditable(element)) return actionErrors.notEditable(ref);
    if (isReadOnly(element)) return actionErrors.readOnly(ref);
    const { document } = this.#entry;
    this.#setState((state) => withFocus(state, element));
    const typed = withValue(this.#entry.state, element, text);
    if (isPicker(element) && valueOf(element, typed) !== text.trim())
      return actionErrors.valueRefused(ref, text);
    const reaction = await this.#ask({ kind: "type", element, text });
    if (reaction?.url !== undefined) return null;
    if (this.#entry.document === document && reaction?.preventDefault !== true)
      this.#setState(() => typed);
    if (submit) await this.#press("Enter");
    return null;
  }

  async #select(element: Element, { ref, option }: ActionOf<"select">): Promise<string | null> {
    if (element.name !== "select") return actionErrors.notSelect(ref);
    const chosen = optionLabelled(element, option);
    if (chosen === undefined) return actionErrors.unknownOption(ref, option);
    if (isOptionDisabled(chosen)) return actionErrors.disabledOption(ref, option);
    this.#setState((state) => withFocus(state, element));
    const { document, state } = this.#entry;
    if (selectedOptions(element, state).includes(chosen) && opensPopUp(element)) return null;
    const reaction = await this.#ask({ kind: "select", element, text: optionLabel(chosen) });
    if (this.#entry.document === document && reaction?.preventDefault !== true)
      this.#setState((now) => withPicked(now, element, chosen));
    return null;
  }

  async #press(keys: string): Promise<string | null> {
    const combination = parseKeyCombination(keys);
    if (combination === null) return actionErrors.unknownKeys(keys);
    const { document, state } = this.#entry;
    const reaction = await this.#ask({ kind: "press", element: state.focused, text: keys });
    if (reaction?.preventDefault === true || this.#entry.document !== document) return null;
    const effect = keyEffect(combination, document, state);
    switch (effect.kind) {
      case "none":
        break;
      case "click":
        await this.#clickOn(effect.element);
        break;
      case "state":
        this.#setState(() => effect.state);
        break;
      case "submit":
        await this.#submit(effect.form, effect.submitter, document, state);
    }
    return null;
  }

  async #submit(
    form: Element,
    submitter: Element | null,
    document: PageDocument,
    state: FormState,
  ): Promise<void> {
    if (validates(form, submitter)) {
      const invalid = firstInvalid(form, document, state);
      if (invalid !== null) {
        // As in Chromium: the field gets the focus (and a bubble that is not part of the page), and nothing is sent.
        if (this.#entry.document === document)
          this.#setState((now) => withFocus(now, invalid.control));
        return;
      }
    }
    const submission = submit(form, submitter, document, state);
    if (submission.kind === "dialog") {
      const { dialog } = submission;
      if (dialog !== null) this.#setState((now) => withOpen(now, dialog, false));
    } else if (submission.kind === "request") {
      const { request, fragment, target, encoding } = submission;
      this.#openTarget(target);
      await this.#load(request, fragment, "push", {
        referrer: document.url,
        ...(encoding && { encoding }),
      });
    }
  }

  async #follow(url: string, target: string): Promise<void> {
    const referrer = this.#entry.document.url;
    this.#openTarget(target);
    await this.#navigate(url, { referrer });
  }

  /** Activates the tab that a `target` names. Frames count as the whole tab. */
  #openTarget(target: string): void {
    const name = target.trim().toLowerCase();
    if (name === "" || name === "_self" || name === "_top" || name === "_parent") return;
    const named = name === "_blank" ? -1 : this.#tabs.findIndex((tab) => tab.name === target);
    if (named === -1) this.#tabs.push(new TabHistory(name === "_blank" ? "" : target));
    this.#active = named === -1 ? this.#tabs.length - 1 : named;
  }

  async #goto(url: string): Promise<string | null> {
    const parsed = URL.canParse(url) ? new URL(url) : null;
    if (parsed === null || !/^https?:$/u.test(parsed.protocol)) return actionErrors.invalidUrl(url);
    if (!this.#origins.has(parsed.origin)) return actionErrors.outsideOrigins(url);
    await this.#navigate(parsed.href);
    return null;
  }

  /** Opens a URL in the active tab. A jump inside the page loads nothing. */
  async #navigate(href: string, sent: SentBy = {}): Promise<void> {
    const url = new URL(href);
    const fragment = url.hash;
    const entry = this.#entry;
    url.hash = "";
    const isJump = href.includes("#") && withoutFragment(entry.url) === url.href;
    if (!isJump) {
      const how = entry.url === href ? "replace" : "push";
      await this.#load({ method: "GET", url: url.href, fields: null }, fragment, how, sent);
      return;
    }
    this.#setState((state) => withFocus(state, jumpFocus(entry.document, fragment)));
    if (entry.url !== href) this.#tab.push({ ...this.#entry, url: href });
  }

  async #travel(by: -1 | 1): Promise<string | null> {
    const entry = this.#tab.peek(by);
    if (entry === null) return by === -1 ? actionErrors.noPageBack() : actionErrors.noPageForward();
    const { document } = this.#entry;
    if (entry.isStored || entry.document === document || entry.request === null) {
      entry.state = withFocus(entry.state, null);
      this.#tab.travel(by);
      return null;
    }
    if (entry.request.method === "POST") {
      // A browser does not resubmit a form without asking. It shows its own page instead of the answer.
      this.#tab.travel(by);
      this.#tab.replace(errorPage(entry.url, entry.request));
      this.#lastActionError = actionErrors.loadFailed(entry.url);
      return null;
    }
    const { hash } = new URL(entry.url);
    await this.#load(entry.request, hash, by);
    return null;
  }

  async #load(
    request: PageRequest,
    fragment: string,
    how: Placing,
    sent: SentBy = {},
  ): Promise<void> {
    if (!this.#origins.has(new URL(request.url).origin)) {
      this.#lastActionError = actionErrors.outsideOrigins(request.url);
      this.#tab.place(errorPage(request.url + fragment, request), how);
      return;
    }
    const response = await this.#transport.load(request, { ...this.#context(), ...sent });
    this.#requests.push(...response.hops);
    if (response.html === null) return;
    if (response.failure !== undefined) this.#lastActionError = response.failure;
    const before = typeof how === "number" ? this.#tab.peek(how) : null;
    this.#tab.place(arrive(response, response.html, request, fragment, before), how);
  }

  /** Sends an event to the page's script and applies its changes. */
  async #ask(event: InputEvent): Promise<Reaction | null> {
    const { kind, element, text } = event;
    const { document, state, url } = this.#entry;
    const index = element === null ? null : this.#indexOf(element, document);
    const context = this.#context();
    const reaction = await this.#transport.react({ kind, element: index, text }, context);
    if (reaction === null) return null;
    this.#requests.push(...reaction.requests);
    if (reaction.html === null) return reaction;
    if (reaction.url !== undefined) {
      this.#tab.push(arriveByScript(reaction.html, reaction.url));
      return reaction;
    }
    if (reaction.html === document.html) return reaction;
    const changed = parsePage(reaction.html, document.url);
    const effect = reaction.preventDefault ? state : effectOf(event, document, state);
    const snapshot = context.snapshot() ?? { url: document.url, html: document.html };
    const after = effectOnChanged(effect, { document, snapshot }, changed);
    this.#tab.replace({ ...this.#entry, url, document: changed, state: after });
    return reaction;
  }

  /** null for an element inside a frame: the outer page does not count it. */
  #indexOf(element: Element, document: PageDocument): number | null {
    const index = document.indexOf(element);
    return index === -1 ? null : index;
  }

  #context(): TransportContext {
    const { document, state, request } = this.#entry;
    if (request === null) return { document: null, snapshot: () => null };
    let snapshot: PageSnapshot | null = null;
    return {
      document,
      snapshot: () => (snapshot ??= takeSnapshot(document, state, document.url)),
    };
  }

  #setState(change: (state: FormState) => FormState): void {
    this.#tab.setState(change(this.#entry.state));
  }
}
