/** Performs an agent's actions in a browser session, waits until the page has answered, and observes it. */

import type { Action } from "../../core/action.ts";
import type { Observation } from "../../core/observation.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { actionErrors } from "../../page/action-errors.ts";
import { idsInText } from "../../page/webarena-text.ts";
import type { BrowserSession } from "./browser-session.ts";
import { recordPage } from "./capture-page.ts";
import { type ObservationText, observe } from "./observe.ts";
import { perform } from "./perform.ts";

type OnPhase = (phase: "perform" | "settle" | "observe" | "end") => void;

export class SessionActor {
  readonly #onPhase: OnPhase | undefined;
  readonly #text: ObservationText | undefined;
  /** The last one. Null before the first. */
  observation: Observation | null = null;
  #knownRefs: ReadonlySet<string> = new Set();
  /** Whether the last action typed into a secret field. */
  hasTypedSecret = false;
  /** Pages that did not settle within the cap. */
  cappedSettles = 0;

  /**
   * @param options.onPhase called at the start of each part of a step
   * @param options.text also writes each page in this form
   */
  constructor(options: { onPhase?: OnPhase | undefined; text?: ObservationText | undefined } = {}) {
    this.#onPhase = options.onPhase;
    this.#text = options.text;
  }

  /** @returns what the page shows afterwards, with the reason if the action failed */
  async act(
    session: BrowserSession,
    action: Exclude<Action, { kind: "stop" }>,
  ): Promise<Observation> {
    const { tabs, requests } = session;
    this.hasTypedSecret = false;
    this.#onPhase?.("perform");
    requests.stopWaitingForScripts();
    const reusedWindow = tabs.watchReuse();
    let failure = await perform(action, {
      tabs,
      knownRefs: this.#knownRefs,
      isAllowedUrl: (url) => session.isAllowedUrl(url),
      noteTyped: (field, text) => {
        if (!session.secrets.addField(field, "")) return;
        session.secrets.addTyped(text);
        this.hasTypedSecret = true;
      },
    });
    this.#onPhase?.("settle");
    await this.settle(session);
    const reused = reusedWindow();
    if (reused !== null) {
      await tabs.activate(reused);
      await this.settle(session);
    }
    const { active } = tabs;
    if (active.failedUrl !== null) {
      failure ??= session.isAllowedUrl(active.failedUrl)
        ? actionErrors.loadFailed(active.failedUrl)
        : actionErrors.outsideOrigins(active.failedUrl);
      active.failedUrl = null;
    }
    this.#onPhase?.("observe");
    return await this.observe(session, failure);
  }

  /** @param failure why the last action failed; the messages of the page's dialogs follow it */
  async observe(session: BrowserSession, failure: string | null = null): Promise<Observation> {
    const { tabs, secrets } = session;
    const said = [...(failure === null ? [] : [failure]), ...tabs.dialogs.take()];
    const lastActionError = said.length > 0 ? said.join(" ") : null;
    let observation: Observation;
    try {
      observation = await observe(tabs, lastActionError, secrets, this.#text);
    } catch {
      // The page changed after it settled and before it was read.
      await this.settle(session);
      observation = await observe(tabs, lastActionError, secrets, this.#text);
    }
    this.observation = observation;
    const refs = observation.nodes.map((node) => node.ref);
    this.#knownRefs = new Set([...refs, ...idsInText(observation.text ?? "")]);
    return observation;
  }

  /** The current page as it was last observed. */
  async record({ tabs, secrets }: BrowserSession): Promise<PageSnapshot> {
    return await recordPage(tabs.active, secrets, this.observation);
  }

  async settle(session: BrowserSession): Promise<void> {
    if (await session.settle()) this.cappedSettles++;
  }
}
