/** The effect of a recorded state change on one page. */

import type { LoadRecord } from "../../buffer/experience-records.ts";
import { parseTree, type PageTree } from "../../tree/page-tree.ts";
import { ChangeExample } from "../binding/change-example.ts";
import type { RequestFeatures } from "../binding/request-features.ts";

/** Seen as the answer to the request itself, which may show more (a notice), or when the page was opened again later. */
export type View = "response" | "revisit";

/** The effect of a state-changing request on one page. Its trees are parsed on first use. */
export interface Effect {
  readonly id: string;
  /** The request that caused it. */
  readonly mutation: LoadRecord;
  readonly features: RequestFeatures;
  readonly url: string;
  /** null: the page before was never seen. */
  readonly before: PageTree | null;
  readonly after: PageTree;
  readonly view: View;
  /** Whether the page before is known. */
  readonly isChange: boolean;
  /** `before` and `after` as one example; null without a page before. */
  readonly change: ChangeExample | null;
  /** The form was sent with the values that the page showed, and changed nothing. It shows no other effect. */
  readonly saidNothingNew: boolean;
}

export class RecordedEffect implements Effect {
  readonly id: string;
  readonly mutation: LoadRecord;
  readonly url: string;
  readonly view: View;
  readonly isChange: boolean;
  readonly #afterHtml: string;
  readonly #beforeHtml: string | null;
  readonly #describe: () => RequestFeatures;
  #change: ChangeExample | null = null;
  #saidNothingNew: boolean | null = null;

  constructor(
    record: LoadRecord,
    mutation: LoadRecord,
    beforeHtml: string | null,
    view: View,
    describe: () => RequestFeatures,
  ) {
    this.id = record.id;
    this.mutation = mutation;
    this.url = record.after.url;
    this.view = view;
    this.isChange = beforeHtml !== null;
    this.#afterHtml = record.after.html;
    this.#beforeHtml = beforeHtml;
    this.#describe = describe;
  }

  get features(): RequestFeatures {
    return this.#describe();
  }

  get before(): PageTree | null {
    return this.#beforeHtml === null ? null : parseTree(this.#beforeHtml);
  }

  get after(): PageTree {
    return parseTree(this.#afterHtml);
  }

  get change(): ChangeExample | null {
    if (this.#beforeHtml === null) return null;
    this.#change ??= new ChangeExample(
      parseTree(this.#beforeHtml),
      parseTree(this.#afterHtml),
      this.features,
    );
    return this.#change;
  }

  get saidNothingNew(): boolean {
    this.#saidNothingNew ??= repeatsPage(this);
    return this.#saidNothingNew;
  }
}

function repeatsPage({ before, after, mutation }: Effect): boolean {
  const said = (mutation.request.fields ?? []).map(([, value]) => value).filter((v) => v !== "");
  if (before === null || said.length === 0) return false;
  const [old, now] = [before, after].map((tree) => tree.strings().map(({ value }) => value));
  const shown = new Set(old);
  return (
    said.every((value) => shown.has(value)) &&
    old?.length === now?.length &&
    now?.every((value, i) => value === old?.[i]) === true
  );
}
