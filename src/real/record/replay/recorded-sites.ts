/**
 * Serves a recording instead of its sites: each recorded request gets its recorded answer, repeats in their order. Pages
 * come without scripts and styles, as recordings hold them. So a step that a script answered shows as another page.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SiteError } from "../../../core/errors.ts";
import type { PageSnapshot, SiteRequest } from "../../../core/site-request.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import { isSecretPlaceholder } from "../../../page/secret-placeholder.ts";
import { withoutFragment } from "../../../page/url-parts.ts";
import type { SiteOrigins } from "../../sites/site-origins.ts";

export interface RecordedSites extends AsyncDisposable {
  /** Every origin of the recording, at the address that serves it. */
  readonly origins: SiteOrigins;
  /** Requests without a recorded answer since the last call. */
  takeMisses(): readonly string[];
}

type Answer = { redirect: string; status: number } | { html: string; status: number };

/** A local server has no certificates, so a recording of https plays over http. */
export function withoutEncryption(recorded: Trajectory): Trajectory {
  return JSON.parse(JSON.stringify(recorded).replaceAll("https://", "http://")) as Trajectory;
}

/** @throws SiteError if the recording has no pages, or the server cannot listen */
export async function serveRecording(recorded: Trajectory): Promise<RecordedSites> {
  const answers = readAnswers(recorded);
  if (answers.isEmpty)
    throw new SiteError(
      `Expected recorded pages in ${recorded.id}, got none: it cannot be replayed offline. Replay it on its sites.`,
    );
  let misses: string[] = [];
  const server = createServer((request, reply) => {
    void readBody(request).then((body) => {
      const url = `http://${request.headers.host ?? ""}${request.url ?? "/"}`;
      const method = request.method ?? "GET";
      const answer = answers.take(method, url, body);
      const isPage = (request.headers.accept ?? "").includes("text/html");
      if (answer === undefined && isPage) misses.push(`${method} ${url}`);
      send(reply, answer);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new SiteError(`Expected to serve ${recorded.id}, got: ${error.message}.`)),
    );
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origins: Object.fromEntries(
      originsOf(recorded).map((origin, i) => [`site${i + 1}`, { origin, address }]),
    ),
    takeMisses() {
      const taken = misses;
      misses = [];
      return taken;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Origins of all pages and requests of a recording. */
export function originsOf(recorded: Trajectory): string[] {
  const { transitions, finalObservation, startRequests } = recorded;
  const observations = [...transitions.map(({ observation }) => observation), finalObservation];
  const urls = [
    ...observations.flatMap(({ url, tabs }) => [url, ...tabs.map((tab) => tab.url)]),
    ...[...startRequests, ...transitions.flatMap(({ requests }) => requests)].map(({ url }) => url),
  ];
  const origins = urls
    .filter((url) => /^https?:/u.test(url) && URL.canParse(url))
    .map((url) => new URL(url).origin);
  return [...new Set(origins)];
}

/** The recorded answers by request, in order. */
function readAnswers(recorded: Trajectory): RecordedAnswers {
  const { transitions, finalPage, startRequests } = recorded;
  const answers = new RecordedAnswers();
  const addRequests = (requests: readonly SiteRequest[], page: PageSnapshot | undefined): void => {
    for (const { kind, method, url, fields, status: given, redirect } of requests) {
      if (kind !== "document") continue;
      const body = fields === null ? "" : new URLSearchParams(fields).toString();
      const status = given ?? 200;
      if (redirect !== null) answers.add(method, url, body, { redirect, status });
      else if (page !== undefined && withoutFragment(page.url) === withoutFragment(url))
        answers.add(method, url, body, { html: page.html, status });
    }
  };
  const pages = [...transitions.map(({ page }) => page), finalPage];
  const start = pages[0];
  addRequests(startRequests, start);
  // A recorder that joined an open page saw no request for it.
  if (start !== undefined && !answers.has("GET", start.url, ""))
    answers.add("GET", start.url, "", { html: start.html, status: 200 });
  transitions.forEach(({ requests }, at) => addRequests(requests, pages[at + 1]));
  return answers;
}

interface KnownRequest {
  /** Method and address without query. */
  place: string;
  /** Of the query and of the form, in the order of their names. */
  parameters: [string, string][];
  answers: Answer[];
}

/** Requests that differ only in the order of their parameters are one. A masked value stands for any other. */
class RecordedAnswers {
  readonly #known: KnownRequest[] = [];

  get isEmpty(): boolean {
    return this.#known.length === 0;
  }

  add(method: string, url: string, body: string, answer: Answer): void {
    const known = this.#find(method, url, body);
    if (known === undefined)
      this.#known.push({ ...describeRequest(method, url, body), answers: [answer] });
    else known.answers.push(answer);
  }

  has(method: string, url: string, body: string): boolean {
    return this.#find(method, url, body) !== undefined;
  }

  /** The next answer; the last one stays. */
  take(method: string, url: string, body: string): Answer | undefined {
    const answers = this.#find(method, url, body)?.answers ?? [];
    return answers.length > 1 ? answers.shift() : answers[0];
  }

  #find(method: string, url: string, body: string): KnownRequest | undefined {
    const { place, parameters } = describeRequest(method, url, body);
    return this.#known.find(
      (known) =>
        known.place === place &&
        known.parameters.length === parameters.length &&
        known.parameters.every(([name, value], i) => {
          const [otherName, other] = parameters[i] ?? [];
          return name === otherName && (value === other || isSecretPlaceholder(value));
        }),
    );
  }
}

function describeRequest(
  method: string,
  url: string,
  body: string,
): Pick<KnownRequest, "place" | "parameters"> {
  const { origin, pathname, searchParams } = new URL(withoutFragment(url));
  const parameters = new URLSearchParams([...searchParams, ...new URLSearchParams(body)]);
  parameters.sort();
  return { place: `${method.toUpperCase()} ${origin}${pathname}`, parameters: [...parameters] };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function send(reply: ServerResponse, answer: Answer | undefined): void {
  if (answer === undefined) {
    reply.writeHead(404, { "content-type": "text/html; charset=utf-8" });
    reply.end("<!doctype html><title>Not recorded</title><h1>Not recorded</h1>");
  } else if ("redirect" in answer) {
    reply.writeHead(answer.status, { location: answer.redirect });
    reply.end();
  } else {
    reply.writeHead(answer.status, { "content-type": "text/html; charset=utf-8" });
    reply.end(answer.html);
  }
}
