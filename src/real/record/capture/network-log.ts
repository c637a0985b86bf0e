/** The requests of a recording as a HAR 1.2 file. Secrets are masked before a line is written. */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Request } from "playwright";
import type { SecretVault } from "../../../page/secret-vault.ts";
import { isSecretName, MASK } from "../../../page/secrets.ts";
import { type JsonLinesFile, openJsonLines } from "../../../store/json-lines.ts";
import { splitJsonLines } from "../../../store/json-text.ts";

const HAR_NAME = "network.har";
const LINES_NAME = "network.jsonl.unfinished";
const MOST_BODY_BYTES = 5 * 2 ** 20;
const TEXT =
  /^(?:text\/|application\/(?:json|javascript|xml|x-www-form-urlencoded|[\w.+-]*\+(?:json|xml)))/i;

type Pair = { name: string; value: string };

export class NetworkLog {
  readonly #secrets: SecretVault;
  readonly #pending = new Set<Promise<unknown>>();
  /** Entries of the start pages, which load before there is a folder. */
  #early: Entry[] = [];
  #file: JsonLinesFile | null = null;

  /** @param ready waits until the secrets of the requests so far are known */
  constructor(context: BrowserContext, secrets: SecretVault, ready: () => Promise<void>) {
    this.#secrets = secrets;
    const note = (request: Request): void => {
      const work = ready()
        .then(() => entryOf(request))
        .then((entry) => this.#append(entry))
        .catch(() => null); // its page is gone
      this.#pending.add(work);
      void work.then(() => this.#pending.delete(work));
    };
    context.on("requestfinished", note);
    context.on("requestfailed", note);
  }

  open(folder: string): void {
    this.#file = openJsonLines(join(folder, LINES_NAME));
    for (const entry of this.#early.splice(0)) this.#append(entry);
  }

  /** Writes the HAR file. */
  async finish(folder: string, version: string): Promise<void> {
    await Promise.all(this.#pending);
    this.#file?.[Symbol.dispose]();
    const path = join(folder, LINES_NAME);
    const lines = splitJsonLines(readFileSync(path, "utf8"));
    // A secret may have become known only after a request that had it.
    const entries = lines.map(({ line }) => this.#mask(JSON.parse(line) as Entry));
    const log = { version: "1.2", creator: { name: "dreamgym", version }, entries };
    writeFileSync(join(folder, HAR_NAME), `${JSON.stringify({ log }, null, 1)}\n`);
    rmSync(path);
  }

  #append(entry: Entry): void {
    if (this.#file === null) this.#early.push(entry);
    else this.#file.append(this.#mask(entry));
  }

  /** By their names where names decide, and whatever is known anywhere else. */
  #mask(entry: Entry): Entry {
    const { request, response } = entry;
    const { postData } = request;
    const { content } = response;
    return this.#secrets.maskDeep({
      ...entry,
      request: {
        ...request,
        url: this.#secrets.maskUrl(request.url),
        headers: maskHeaders(request.headers),
        queryString: request.queryString.map(({ name, value }) => ({
          name,
          value: this.#secrets.maskField(name, value),
        })),
        ...(postData && {
          postData: { ...postData, text: this.#secrets.maskBody(postData.text) },
        }),
      },
      response: {
        ...response,
        headers: maskHeaders(response.headers),
        redirectURL: this.#secrets.maskUrl(response.redirectURL),
        content: /json/i.test(content.mimeType)
          ? { ...content, ...(content.text && { text: maskJson(content.text) }) }
          : content,
      },
    });
  }
}

/** The parts of a HAR entry that can hold secrets. */
interface Entry extends Facts {
  request: Facts & {
    url: string;
    headers: Pair[];
    queryString: Pair[];
    postData?: { mimeType: string; text: string };
  };
  response: Facts & { headers: Pair[]; redirectURL: string; content: Content };
}
type Facts = Record<string, unknown>;
type Content = Facts & { mimeType: string; text?: string };

function maskHeaders(headers: readonly Pair[]): Pair[] {
  return headers.map(({ name, value }) => {
    if (/^cookie$/i.test(name)) return { name, value: value.replace(/(?<==)[^;]*/gu, MASK) };
    // The first pair of each line is the cookie.
    if (/^set-cookie$/i.test(name))
      return { name, value: value.replace(/(?<=^[^=;\n]*=)[^;\n]*/gmu, MASK) };
    return { name, value: isSecretName(name) ? MASK : value };
  });
}

/** Every text whose key names a secret. All other characters stay. */
function maskJson(text: string): string {
  return text.replace(/"([^"\\]+)"(\s*:\s*)"(?:[^"\\]|\\.)+"/gu, (pair, name: string, colon) =>
    isSecretName(name) ? `"${name}"${colon}"${MASK}"` : pair,
  );
}

async function entryOf(request: Request): Promise<Entry> {
  const response = await request.response().catch(() => null);
  const headers = await request.headersArray();
  const answered = (await response?.headersArray()) ?? [];
  const type = answered.find(({ name }) => /^content-type$/i.test(name))?.value ?? "";
  const body = await response?.body().catch(() => null);
  const { startTime, responseEnd } = request.timing();
  const post = request.postData();
  return {
    startedDateTime: new Date(startTime).toISOString(),
    time: Math.max(0, responseEnd),
    request: {
      method: request.method(),
      url: request.url(),
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers,
      queryString: queryOf(request.url()),
      ...(post !== null && {
        postData: { mimeType: request.headers()["content-type"] ?? "", text: post },
      }),
      headersSize: -1,
      bodySize: post === null ? 0 : Buffer.byteLength(post),
    },
    response: {
      status: response?.status() ?? 0,
      statusText: response?.statusText() ?? "",
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: answered,
      content: contentOf(body ?? null, type),
      redirectURL: answered.find(({ name }) => /^location$/i.test(name))?.value ?? "",
      headersSize: -1,
      bodySize: body?.length ?? -1,
      ...(response === null && { _failure: request.failure()?.errorText ?? "" }),
    },
    cache: {},
    timings: { send: 0, wait: Math.max(0, responseEnd), receive: 0 },
  };
}

function queryOf(url: string): Pair[] {
  return [...(URL.parse(url)?.searchParams ?? [])].map(([name, value]) => ({ name, value }));
}

function contentOf(body: Buffer | null, mimeType: string): Content {
  if (body === null || body.length > MOST_BODY_BYTES) return { size: body?.length ?? 0, mimeType };
  return TEXT.test(mimeType)
    ? { size: body.length, mimeType, text: body.toString("utf8") }
    : { size: body.length, mimeType, text: body.toString("base64"), encoding: "base64" };
}
