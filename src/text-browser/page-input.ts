/** What the pointer and the keyboard do on the page in the active tab: scripts first, then the browser's own effect. */

import type { Element } from "domhandler";
import type { Action } from "../core/action.ts";
import { actionErrors } from "../page/action-errors.ts";
import { closest } from "../page/dom.ts";
import { withFocus, withPicked, withValue } from "../page/edit-state.ts";
import {
  isOptionDisabled,
  optionLabel,
  selectedOptions,
  valueOf,
  type FormState,
} from "../page/form-state.ts";
import { isEditable, isFillable, isPicker, isReadOnly } from "../page/input-types.ts";
import { parseKeyCombination } from "../page/keys.ts";
import { parsePage, type PageDocument } from "../page/page-document.ts";
import { UTF_8 } from "../page/page-encoding.ts";
import { activationOf, focusAfterClick, isOff, opensPopUp, visiblePart } from "./activation.ts";
import { arriveByScript } from "./arrival.ts";
import { effectOf, effectOnChanged, optionLabelled, type InputEvent } from "./event-effect.ts";
import { keyEffect } from "./key-effect.ts";
import { check, clickWith, type Mouse } from "./mouse.ts";
import type { Navigator } from "./navigator.ts";
import { dismissedBy } from "./overlays.ts";
import type { LoadedPage } from "./tab-history.ts";
import type { Reaction } from "./transport.ts";

type ActionOf<Kind extends Action["kind"]> = Extract<Action, { kind: Kind }>;

/** Each action returns what the agent did wrong, or null. */
export class PageInput {
  readonly #navigator: Navigator;

  constructor(navigator: Navigator) {
    this.#navigator = navigator;
  }

  get #page(): LoadedPage {
    return this.#navigator.tabs.page;
  }

  click(action: ActionOf<"click">): Promise<string | null> {
    return this.#onElement(action.ref, (element) => clickWith(this.#mouse, element, action));
  }

  check(action: ActionOf<"check">): Promise<string | null> {
    return this.#onElement(action.ref, (element) => check(this.#mouse, element, action));
  }

  /** Nothing reacts to it without scripts. */
  drag({ ref, to }: ActionOf<"drag">): Promise<string | null> {
    return this.#onElement(ref, () => this.#onElement(to, async () => null));
  }

  upload({ ref }: ActionOf<"upload">): Promise<string | null> {
    return this.#onElement(ref, async () => actionErrors.noUploads());
  }

  readonly #mouse: Mouse = {
    page: () => this.#page,
    click: (element, ref) => this.#click(element, ref),
    followBehind: async (link) => {
      const { tabs } = this.#navigator;
      const behind = tabs.activeIndex;
      await this.#navigator.follow({ ...link, target: "_blank" });
      tabs.switchTo(behind);
    },
  };

  async #click(named: Element, ref: string): Promise<string | null> {
    const { document, state } = this.#page;
    const element = visiblePart(named, state);
    if (element.name === "option") {
      const select = closest(element, (e) => e.name === "select");
      if (select !== null && opensPopUp(select)) return actionErrors.optionOfSelect(ref);
    }
    this.#setState((now) => withClick(now, element, document));
    if (opensPopUp(element) || isPicker(element)) return null;
    await this.#clickOn(element, true);
    return null;
  }

  type({ ref, text, submit }: ActionOf<"type">): Promise<string | null> {
    return this.#onElement(ref, async (element) => {
      if (!isFillable(element) && !isEditable(element)) return actionErrors.notEditable(ref);
      if (isReadOnly(element)) return actionErrors.readOnly(ref);
      const { document } = this.#page;
      this.#setState((state) => {
        const focused = withFocus(state, element);
        // A date is set without the pointer.
        return isPicker(element) ? focused : dismissedBy(element, document, focused);
      });
      const { kind } = activationOf(element, document, this.#page.state);
      // The pointer goes to the field first, which may be in a link or button.
      if (!isPicker(element) && (kind === "follow" || kind === "submit")) {
        await this.#clickOn(element, true);
        if (this.#page.document !== document) return null;
      }
      const typed = withValue(this.#page.state, element, text);
      if (isPicker(element) && valueOf(element, typed) !== text.trim())
        return actionErrors.valueRefused(ref, text);
      const reaction = await this.#ask({ kind: "type", element, text });
      if (reaction?.url !== undefined) return null;
      if (this.#page.document === document && reaction?.preventDefault !== true)
        this.#setState(() => typed);
      if (submit) await this.press({ kind: "press", keys: "Enter" });
      return null;
    });
  }

  select({ ref, option }: ActionOf<"select">): Promise<string | null> {
    return this.#onElement(ref, async (element) => {
      if (element.name !== "select") return actionErrors.notSelect(ref);
      const chosen = optionLabelled(element, option);
      if (chosen === undefined) return actionErrors.unknownOption(ref, option);
      if (isOptionDisabled(chosen)) return actionErrors.disabledOption(ref, option);
      this.#setState((state) => withFocus(state, element));
      const { document, state } = this.#page;
      if (selectedOptions(element, state).includes(chosen) && opensPopUp(element)) return null;
      const reaction = await this.#ask({ kind: "select", element, text: optionLabel(chosen) });
      if (this.#page.document === document && reaction?.preventDefault !== true)
        this.#setState((now) => withPicked(now, element, chosen));
      return null;
    });
  }

  hover({ ref }: ActionOf<"hover">): Promise<string | null> {
    return this.#onElement(ref, async (element) => {
      await this.#ask({ kind: "hover", element, text: null });
      return null;
    });
  }

  async press({ keys }: ActionOf<"press">): Promise<string | null> {
    const combination = parseKeyCombination(keys);
    if (combination === null) return actionErrors.unknownKeys(keys);
    const { document, state } = this.#page;
    const reaction = await this.#ask({ kind: "press", element: state.focused, text: keys });
    if (reaction?.preventDefault === true || this.#page.document !== document) return null;
    const effect = keyEffect(combination, document, state);
    switch (effect.kind) {
      case "none":
        break;
      case "click":
        await this.#clickOn(effect.element, false);
        break;
      case "state":
        this.#setState(() => effect.state);
        break;
      case "submit":
        await this.#navigator.submit(effect.form, effect.submitter, document, state);
    }
    return null;
  }

  /** Runs `body` on the element of a ref in the current observation. */
  async #onElement(
    ref: string,
    body: (element: Element) => Promise<string | null>,
  ): Promise<string | null> {
    const { document, state } = this.#page;
    const element = document.elementOf(ref);
    if (element === null || !document.shows(ref, state)) return actionErrors.unknownRef(ref);
    if (isOff(element)) return actionErrors.disabled(ref);
    return body(element);
  }

  /** The click event and its default effect. */
  async #clickOn(element: Element, isPointed: boolean): Promise<void> {
    const { document, state } = this.#page;
    const reaction = await this.#ask({ kind: "click", element, text: null });
    if (reaction?.preventDefault === true || reaction?.url !== undefined) return;
    const activation = activationOf(element, document, state);
    switch (activation.kind) {
      case "none":
        return;
      case "state":
        // A page that a script changed already has the new state of its controls.
        if (this.#page.document === document) this.#setState(() => activation.state);
        return;
      case "follow":
        await this.#navigator.follow(activation);
        return;
      case "submit": {
        const button = activation.submitter;
        const submitter = { element: button, isPointed: isPointed && button === element };
        await this.#navigator.submit(activation.form, submitter, document, state);
      }
    }
  }

  /** Sends an event to the page's script and applies its changes. */
  async #ask(event: InputEvent): Promise<Reaction | null> {
    const { kind, element, text } = event;
    const page = this.#page;
    const { document, state } = page;
    const { transport, requests, tabs } = this.#navigator;
    const index = element === null ? null : indexOf(element, document);
    const context = this.#navigator.context();
    const reaction = await transport.react({ kind, element: index, text }, context);
    if (reaction === null) return null;
    requests.push(...reaction.requests);
    if (reaction.html === null) return reaction;
    if (reaction.url !== undefined) {
      tabs.active.push(arriveByScript(reaction.html, reaction.url));
      return reaction;
    }
    if (reaction.html === document.html) return reaction;
    const encoding = document.encoding === UTF_8 ? undefined : document.encoding;
    const changed = parsePage(reaction.html, document.url, encoding);
    const effect = reaction.preventDefault ? state : effectOf(event, document, state);
    const snapshot = context.snapshot() ?? { url: document.url, html: document.html };
    const after = effectOnChanged(effect, { document, snapshot }, changed);
    page.document = changed;
    page.state = after;
    return reaction;
  }

  #setState(change: (state: FormState) => FormState): void {
    this.#navigator.setState(change);
  }
}

/** The focus after a click, and the popovers that it closes. */
function withClick(state: FormState, hit: Element, document: PageDocument): FormState {
  const focused = focusAfterClick(hit, document);
  const { startsAt: _, ...moved } = dismissedBy(hit, document, withFocus(state, focused));
  return focused === null ? { ...moved, startsAt: hit } : moved;
}

/** null for an element inside a frame: the outer page does not count it. */
function indexOf(element: Element, document: PageDocument): number | null {
  const index = document.indexOf(element);
  return index === -1 ? null : index;
}
