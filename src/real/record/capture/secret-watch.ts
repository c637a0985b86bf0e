/** Notes the secrets that travel with a page's requests and lie in its storage, before anything is written. */

import type { BrowserContext, Frame, Request, Response } from "playwright";
import { isSecretName } from "../../../page/secrets.ts";
import type { SecretVault } from "../../../page/secret-vault.ts";
import { parseFormFields } from "../../browser/form-fields.ts";

export class SecretWatch {
  readonly #context: BrowserContext;
  readonly #secrets: SecretVault;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(context: BrowserContext, secrets: SecretVault) {
    this.#context = context;
    this.#secrets = secrets;
    context.on("request", (request) => this.#await(this.#noteRequest(request)));
    context.on("response", (response) => this.#await(this.#noteResponse(response)));
  }

  /** Waits for what is being read, and reads cookies and storage. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending);
    for (const { name, value } of await this.#context.cookies())
      this.#secrets.addCookie(name, value);
    const frames = this.#context.pages().flatMap((page) => page.frames());
    await Promise.all(frames.map((frame) => this.#noteStorage(frame)));
  }

  #await(work: Promise<unknown>): void {
    // A request of a page that is gone has nothing to say.
    const done = work.catch(() => null);
    this.#pending.add(done);
    void done.then(() => this.#pending.delete(done));
  }

  async #noteRequest(request: Request): Promise<void> {
    this.#noteAddress(request.url());
    this.#secrets.addHeaders(request.headers());
    const note = (name: string, value: string): string => {
      if (isSecretName(name)) this.#secrets.add(wordFor(name), value);
      return value;
    };
    parseFormFields(request.headers()["content-type"] ?? "", request.postData() ?? "", note);
    this.#secrets.addHeaders(await request.allHeaders());
  }

  async #noteResponse(response: Response): Promise<void> {
    const headers = await response.allHeaders();
    this.#secrets.addHeaders(headers);
    if (headers["location"] !== undefined) this.#noteAddress(headers["location"]);
    if (/json/i.test(headers["content-type"] ?? "")) this.#noteJson(await response.text());
  }

  #noteAddress(url: string): void {
    const [, query = ""] = url.split("?");
    for (const [name, value] of new URLSearchParams(query.split("#")[0]))
      if (isSecretName(name)) this.#secrets.add(wordFor(name), value);
    const hash = url.split("#")[1] ?? "";
    for (const [name, value] of new URLSearchParams(hash.replace(/^[!/]*\??/, "")))
      if (isSecretName(name)) this.#secrets.add(wordFor(name), value);
  }

  #noteJson(text: string): void {
    try {
      JSON.parse(text, (name, value: unknown) => {
        if (typeof value === "string" && isSecretName(name))
          this.#secrets.add(wordFor(name), value);
        return value;
      });
    } catch {
      // Not JSON after all.
    }
  }

  async #noteStorage(frame: Frame): Promise<void> {
    const read = frame.evaluate<[string, string][]>(
      "(() => { try { return [...Object.entries(localStorage), ...Object.entries(sessionStorage)]; } catch { return []; } })()",
    );
    const late = new Promise<[string, string][]>((resolve) => setTimeout(resolve, LATEST_MS, []));
    for (const [name, value] of await Promise.race([read.catch(() => []), late])) {
      if (isSecretName(name)) this.#secrets.add("storage", value);
      if (value.startsWith("{")) this.#noteJson(value);
    }
  }
}

/** A frame that shows a dialog does not answer. */
const LATEST_MS = 500;

/** `user[api_key]` → `api-key`: a word for the placeholder. */
function wordFor(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.slice(-2).join("-") || "value";
}
