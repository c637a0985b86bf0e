/** Visits sites breadth first, a few pages of each kind: paths that differ only in names and numbers. */

export interface CrawlOptions {
  /** Start URLs; the crawl stays on their origins. */
  start: readonly string[];
  /** Pages of one kind. */
  perKind: number;
  /** Pages in all. */
  most: number;
}

export class Crawl {
  readonly #options: CrawlOptions;
  readonly #queue: string[];
  readonly #queued: Set<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #seen = new Map<string, number>();

  constructor(options: CrawlOptions) {
    this.#options = options;
    this.#queue = [...options.start];
    this.#queued = new Set(options.start);
    this.#origins = new Set(options.start.map((url) => new URL(url).origin));
  }

  get kinds(): number {
    return this.#seen.size;
  }

  *pages(): Generator<string> {
    for (let count = 0; count < this.#options.most;) {
      const url = this.#queue.shift();
      if (url === undefined) return;
      const kind = kindOf(url);
      const times = this.#seen.get(kind) ?? 0;
      if (times >= this.#options.perKind) continue;
      this.#seen.set(kind, times + 1);
      count++;
      yield url;
    }
  }

  /** The next URLs: those that are new, and on one of the sites. */
  found(urls: readonly string[]): void {
    for (const found of urls) {
      const [url = ""] = found.split("#");
      if (this.#queued.has(url) || !this.#origins.has(URL.parse(url)?.origin ?? "")) continue;
      this.#queued.add(url);
      this.#queue.push(url);
    }
  }
}

/** Removes names and numbers, so that two products' pages are of one kind. */
function kindOf(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  const parts = pathname
    .split("/")
    .map((part, depth) => (depth > 1 && /\d|-/u.test(part) ? "*" : part));
  return `${host}${parts.join("/")}?${[...new Set(searchParams.keys())].toSorted().join("&")}`;
}
