/**
 * How fast a large replay buffer finds the experience nearest to a query, and how much memory it takes. The episodes
 * are made by a generator: their addresses are distributed as on large sites, and their pages are shared.
 */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { PageRequest } from "../src/core/experience.ts";
import { createRandom, type Random } from "../src/core/random.ts";
import type { PageSnapshot, SiteRequest } from "../src/core/site-request.ts";
import type { Trajectory, Transition } from "../src/core/trajectory.ts";
import { ReplayBuffer } from "../src/synthetic/buffer/replay-buffer.ts";

export interface BufferBenchOptions {
  transitions: number;
  queries: number;
  k: number;
  /** Milliseconds of CPU time that this process has used. */
  cpuMs: () => number;
  onProgress: (line: string) => void;
}

export interface BufferBench {
  transitions: number;
  /** Different requests among them. */
  distinctRequests: number;
  k: number;
  /** CPU time of one query. */
  topKMs: { p50: number; p95: number; greatest: number };
  /** CPU time of the first query, which builds the index. */
  buildMs: number;
  /** Heap and buffers that the transitions with their index take, without pages. */
  memoryMiB: number;
}

const STEPS = 10;
const SHOP = "http://shop.test";
const FORUM = "http://forum.test";
const CODE = "http://code.test";

export function benchBuffer(options: BufferBenchOptions): BufferBench {
  const { transitions, queries, k, cpuMs, onProgress } = options;
  onProgress(`buffer: top ${k} of ${transitions} transitions …`);
  const random = createRandom("buffer bench");
  const before = memory();
  const distinct = new Set<string>();
  const buffer = new ReplayBuffer();
  for (let i = 0; buffer.size < transitions; i++) {
    const requests = Array.from({ length: STEPS }, () => drawRequest(random));
    for (const { method, url, fields } of requests)
      distinct.add(`${method} ${url} ${fields === null ? "" : JSON.stringify(fields)}`);
    buffer.add(visit(`bench-${i}`, requests));
  }
  const distinctRequests = distinct.size;
  distinct.clear();
  const ask = (request: PageRequest): number => {
    const start = cpuMs();
    buffer.nearest({ page: null, cause: { kind: "request", request } }, k);
    return cpuMs() - start;
  };
  const buildMs = ask(drawRequest(random));
  const times = Array.from({ length: queries }, () => ask(drawRequest(random))).sort(
    (a, b) => a - b,
  );
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? 0;
  return {
    transitions: buffer.size,
    distinctRequests,
    k,
    topKMs: { p50: at(0.5), p95: at(0.95), greatest: at(1) },
    buildMs,
    memoryMiB: Math.round((memory() - before) / 2 ** 20),
  };
}

function memory(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Few entities are visited often, most of them seldom (Zipf with exponent 1). */
function popular(random: Random, count: number): number {
  return Math.floor(count ** random.next()) - 1;
}

const get = (url: string): PageRequest => ({ method: "GET", url, fields: null });
const post = (url: string, fields: [string, string][]): PageRequest => ({
  method: "POST",
  url,
  fields,
});

/** A request of a visitor. Searches and forms contain free text, so most of them are made once. */
function drawRequest(random: Random): PageRequest {
  const product = `${SHOP}/category-${popular(random, 300)}/product-${popular(random, 60_000)}`;
  const project = `${CODE}/group-${popular(random, 2000)}/project-${popular(random, 20_000)}`;
  const text = (): string => `${random.int(3000)} ${random.int(3000)}`;
  const draws: (() => PageRequest)[] = [
    () => get(`${SHOP}/`),
    () => get(product),
    () => get(product),
    () => get(product),
    () => get(`${SHOP}/category-${popular(random, 300)}?p=${1 + popular(random, 40)}&order=price`),
    () => get(`${SHOP}/search?q=${encodeURIComponent(text())}`),
    () =>
      post(`${SHOP}/cart/add`, [
        ["product", String(popular(random, 60_000))],
        ["qty", "1"],
      ]),
    () =>
      post(`${product}/review`, [
        ["title", text()],
        ["text", text()],
        ["stars", "4"],
      ]),
    () => get(`${FORUM}/f/topic-${popular(random, 5000)}/${popular(random, 200_000)}`),
    () => get(`${FORUM}/f/topic-${popular(random, 5000)}?sort=new`),
    () =>
      post(`${FORUM}/f/topic-${popular(random, 5000)}/new`, [
        ["title", text()],
        ["body", text()],
      ]),
    () => get(project),
    () => get(`${project}/-/issues/${popular(random, 500)}`),
    () => get(`${project}/-/merge_requests?state=opened&page=${1 + popular(random, 9)}`),
    () =>
      post(`${project}/-/issues`, [
        ["title", text()],
        ["description", text()],
      ]),
  ];
  return random.pick(draws)();
}

const PAGES: readonly PageSnapshot["html"][] = Array.from(
  { length: 100 },
  (_, i) => `<!doctype html><title>Page ${i}</title><main><h1>Page ${i}</h1></main>`,
);

/** One visit to the pages, in the form that a recorder keeps. */
function visit(id: string, requests: readonly PageRequest[]): Trajectory {
  const observation = (url: string): Transition["observation"] => ({
    url,
    title: "",
    nodes: [],
    tabs: [],
    lastActionError: null,
  });
  const pages = requests.map(({ url }, i) => ({
    url,
    html: PAGES[(url.length + i) % PAGES.length] as string,
  }));
  const sent = ({ method, url, fields }: PageRequest): SiteRequest => ({
    kind: "document",
    method,
    url,
    fields,
    status: 200,
    redirect: null,
  });
  const [first, ...others] = requests as [PageRequest, ...PageRequest[]];
  const last = pages.at(-1) as PageSnapshot;
  return {
    id,
    taskId: id,
    goal: "",
    templateId: 0,
    world: "",
    source: "real",
    actor: "bench",
    seed: 0,
    transitions: others.map((request, i) => ({
      observation: observation((pages[i] as PageSnapshot).url),
      action: { kind: "goto", url: request.url },
      reward: 0,
      requests: [sent(request)],
      page: pages[i] as PageSnapshot,
    })),
    finalObservation: observation(last.url),
    finalPage: last,
    startRequests: [sent(first)],
    stopReason: "terminated",
    score: null,
    error: null,
  };
}
