/** Sends one request to a site over Node's own HTTP, and reads the answer. */

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

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

/** A longer answer is cut, as is one that never ends. */
const MOST_BYTES = 64 * 2 ** 20;

export class Exchange implements Disposable {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;

  /** @param timeoutMs for a whole answer. What came of it until then counts, as in a browser */
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
          ...(this.#signal !== undefined && { signal: this.#signal }),
          headers: {
            host: url.host,
            ...headers,
            ...(body !== null && { "content-length": body.byteLength }),
          },
        },
        (response) => {
          const { statusCode: status = 0, headers } = response;
          const chunks: Buffer[] = [];
          let bytes = 0;
          const finish = (): void => resolve({ status, headers, body: Buffer.concat(chunks) });
          cut = () => {
            finish();
            sent.destroy();
          };
          response.on("data", (chunk: Buffer) => {
            chunks.push(chunk);
            bytes += chunk.byteLength;
            if (bytes > MOST_BYTES) cut();
          });
          response.once("end", finish);
          response.once("error", reject);
          response.once("close", () => clearTimeout(timer));
        },
      );
      let cut = (): void => {
        sent.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" }));
      };
      const timer = setTimeout(() => cut(), this.#timeoutMs);
      sent.once("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      sent.end(body ?? undefined);
    });
  }

  [Symbol.dispose](): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
