/**
 * The answer about an address that nothing recorded resembles: the frame that the site's pages have in common, such as
 * its header and its menu, around a text that says so. Visitors leave such a page as they leave any other.
 */

import type { ExperienceQuery, PageRequest } from "../../core/experience.ts";
import { applyEdits, type PageEdit } from "../tree/page-edit.ts";
import { parseTree, type PageTree } from "../tree/page-tree.ts";
import { bindPage, type PageExample } from "./binding/page-binding.ts";
import { featuresOf } from "./binding/request-features.ts";
import type { SiteIndex } from "./index/site-index.ts";
import type { RetrievalPrediction } from "./retrieval-prediction.ts";

/** Kinds of pages that are compared, the most recorded ones. */
const KINDS = 8;
/** What fewer kinds of pages have in common may be their content. */
const FEWEST_KINDS = 3;

const TITLE = "Unknown page";
const CONTENT = `<main><h1>${TITLE}</h1><p>Nothing is known about this address.</p></main>`;
const WITHOUT_FRAME = `<!doctype html><html><head><title>${TITLE}</title></head><body>${CONTENT}</body></html>`;

export class UnknownPages {
  readonly #index: SiteIndex;
  /** By origin: a page of each kind. */
  readonly #kinds = new Map<string, readonly PageExample[]>();

  constructor(index: SiteIndex) {
    this.#index = index;
  }

  answer(request: PageRequest, { page }: Pick<ExperienceQuery, "page">): RetrievalPrediction {
    const { method, url } = request;
    return {
      reasoning: `no recording of a request like ${method} ${url}`,
      next: { kind: "page", url, status: 404, redirectStatus: null, html: this.#html(url, page) },
      evidence: [],
      certainty: 0,
      basis: "nothing",
      support: 0,
    };
  }

  #html(url: string, from: ExperienceQuery["page"]): string {
    const { origin } = new URL(url);
    const kinds = this.#kindsOf(origin);
    if (kinds.length < FEWEST_KINDS) return WITHOUT_FRAME;
    const isOfSite = from !== null && new URL(from.url).origin === origin;
    // The page that the visitor comes from shows the frame as it is now.
    const skeleton = isOfSite ? this.#exampleAt(from) : (kinds[0] as PageExample);
    const peers = kinds.filter(({ tree }) => tree !== skeleton.tree);
    const { edits } = bindPage(skeleton, peers, this.#featuresAt(url));
    const html = applyEdits(skeleton.tree.html, edits);
    return applyEdits(html, contentEdits(parseTree(html)));
  }

  #kindsOf(origin: string): readonly PageExample[] {
    let kinds = this.#kinds.get(origin);
    if (kinds === undefined) this.#kinds.set(origin, (kinds = this.#findKinds(origin)));
    return kinds;
  }

  #findKinds(origin: string): PageExample[] {
    const shapes = new Set<string>();
    for (const [url] of this.#index.seenPages()) {
      const key = new URL(url).origin === origin ? this.#index.shapeKey("GET", url) : null;
      if (key !== null) shapes.add(key);
    }
    return [...shapes]
      .map((key) => this.#index.examplesOf(key))
      .toSorted((a, b) => b.length - a.length)
      .flatMap(([first]) => (first === undefined ? [] : this.#index.example(first.record)))
      .slice(0, KINDS);
  }

  #exampleAt({ url, html }: { url: string; html: string }): PageExample {
    return { id: url, tree: parseTree(html), features: this.#featuresAt(url) };
  }

  #featuresAt(url: string): PageExample["features"] {
    return featuresOf({ method: "GET", url, fields: null }, null, null);
  }
}

function contentEdits(tree: PageTree): PageEdit[] {
  const [title, body] = ["title", "body"].map((tag) =>
    tree.elements.find((element) => element.tag === tag),
  );
  const [text] = title?.children ?? [];
  return [
    ...(text === undefined
      ? []
      : [{ kind: "text" as const, path: tree.pathOf(text), text: TITLE }]),
    ...(body === undefined
      ? []
      : [
          {
            kind: "insert" as const,
            path: [...tree.pathOf(body), body.children.length],
            html: CONTENT,
          },
        ]),
  ];
}
