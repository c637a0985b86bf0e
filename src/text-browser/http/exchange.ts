/** Sends one request to a site over Node's own HTTP, and reads the whole answer. */

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { buffer } from "node:stream/consumers";

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export interface SentRequest {
  method: string;
  /** Of the site, without fragment. */
  url: URL;
  /** Where the site really listens: `host:port`. Absent: at the URL's own host. */
  address: string | undefined;
  headers: Record<string, string>;
  body: Buffer | null;
}

export class Exchange implements Disposable {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
  }

  send({ method, url, address, headers, body }: SentRequest): Promise<Answer> {
    const isSecure = url.protocol === "https:";
    const place = new URL(`${url.protocol}//${address ?? url.host}`);
    return new Promise<Answer>((resolve, reject) => {
      const sent = (isSecure ? httpsRequest : httpRequest)(
        {
          agent: isSecure ? this.#https : this.#http,
          host: place.hostname,
          port: place.port === "" ? (isSecure ? 443 : 80) : Number(place.port),
          servername: url.hostname,
          method,
          // Not `pathname + search`: those drop a bare question mark.
          path: url.href.slice(url.origin.length),
          timeout: this.#timeoutMs,
          ...(this.#signal !== undefined && { signal: this.#signal }),
          headers: {
            host: url.host,
            ...headers,
            ...(body !== null && { "content-length": body.byteLength }),
          },
        },
        (response) => {
          buffer(response).then((received) => {
            const { statusCode = 0, headers } = response;
            resolve({ status: statusCode, headers, body: received });
          }, reject);
        },
      );
      sent.once("timeout", () => {
        sent.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" }));
      });
      sent.once("error", reject);
      sent.end(body ?? undefined);
    });
  }

  [Symbol.dispose](): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
