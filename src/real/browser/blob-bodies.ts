/**
 * Bodies that hold files or blobs. Playwright does not hand them over, and the protocol does so only when it is asked
 * at once.
 */

import type { CDPSession } from "playwright";
import { pushTo } from "../../core/group-by.ts";

/** The body as text. Null if Chromium does not hand it over either. */
type Body = Promise<string | null>;

export class BlobBodies {
  /** In the order of sending, by method and address: the protocol's ids do not reach Playwright's requests. */
  readonly #bodies = new Map<string, Body[]>();

  /** Reads the bodies that pages of this session send. The session must report its requests. */
  watch(session: CDPSession): void {
    session.on("Network.requestWillBeSent", ({ requestId, request }) => {
      const { hasPostData, postDataEntries, method, url } = request;
      // Playwright has read a body with entries.
      if (hasPostData !== true || postDataEntries !== undefined) return;
      const body = session.send("Network.getRequestPostData", { requestId }).then(
        ({ postData, base64Encoded }) =>
          base64Encoded ? Buffer.from(postData, "base64").toString() : postData,
        () => null,
      );
      pushTo(this.#bodies, keyOf(method, url), body);
    });
  }

  /** The body of the earliest such request that nobody has taken yet. Undefined: there is none. */
  take(method: string, url: string): Body | undefined {
    return this.#bodies.get(keyOf(method, url))?.shift();
  }

  clear(): void {
    this.#bodies.clear();
  }
}

function keyOf(method: string, url: string): string {
  return `${method} ${url}`;
}
