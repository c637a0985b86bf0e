/** Our isolated worlds, one in each frame's document, where the page cannot change the built-ins. */

import type { CDPSession } from "playwright";

export class IsolatedWorlds {
  readonly #session: CDPSession;
  /** Execution contexts by frame. A world lives as long as its document. */
  readonly #worlds = new Map<string, Promise<number>>();

  constructor(session: CDPSession) {
    this.#session = session;
    session.on("Page.frameNavigated", ({ frame }) => this.#worlds.delete(frame.id));
    session.on("Page.frameDetached", ({ frameId }) => this.#worlds.delete(frameId));
  }

  /** The world in a frame's document: created once, then reused. */
  of(frameId: string): Promise<number> {
    const known = this.#worlds.get(frameId);
    if (known !== undefined) return known;
    const created = this.#session
      .send("Page.createIsolatedWorld", { frameId, worldName: "dreamgym" })
      .then(({ executionContextId }) => executionContextId);
    this.#worlds.set(frameId, created);
    created.catch(() => {
      if (this.#worlds.get(frameId) === created) this.#worlds.delete(frameId);
    });
    return created;
  }
}
