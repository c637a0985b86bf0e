/**
 * State changes earlier in a recording, and whether they may show on a page seen after them. Such a page is not
 * evidence of how the untouched site looks.
 */

import { pushTo } from "../../../core/group-by.ts";
import { isMutation } from "../../../core/site-request.ts";
import { plainerUrls } from "../../../page/url-parts.ts";
import { type LoadRecord } from "../../buffer/experience-records.ts";
import { parseTree } from "../../tree/page-tree.ts";

interface Change {
  step: number;
  /** Where it was sent to and from, and where it led. */
  urls: ReadonlySet<string>;
  /** What the visitor entered. */
  entered: readonly string[];
}

/** Shorter texts occur on a page by chance. */
const MIN_LENGTH = 4;

export class EarlierChanges {
  readonly #changes = new Map<string, Change[]>();

  constructor(loads: readonly LoadRecord[]) {
    for (const record of loads)
      if (isMutation(record.request)) pushTo(this.#changes, record.trajectory, changeOf(record));
  }

  /** Whether a page may look as it does because of an earlier change: it was part of it, or shows what was entered. */
  mayShowOn({ trajectory, step, after }: LoadRecord): boolean {
    const earlier = (this.#changes.get(trajectory) ?? []).filter((change) => change.step < step);
    if (earlier.some(({ urls }) => urls.has(after.url))) return true;
    const entered = earlier.flatMap((change) => change.entered);
    return (
      entered.length > 0 &&
      parseTree(after.html)
        .strings()
        .some(({ value }) => entered.some((text) => value.includes(text)))
    );
  }
}

function changeOf({ step, request, before, after }: LoadRecord): Change {
  const urls = [request.url, after.url, ...(before === null ? [] : [before.url])];
  const offered = before === null ? [] : parseTree(before.html).strings().map(valueOf);
  return {
    step,
    urls: new Set(urls.flatMap(plainerUrls)),
    entered: (request.fields ?? [])
      .map(([, value]) => value.trim().replaceAll(/\s+/gu, " "))
      .filter((text) => isTelling(text) && !offered.some((value) => value.includes(text))),
  };
}

const valueOf = ({ value }: { value: string }): string => value;

function isTelling(text: string): boolean {
  return text.length >= MIN_LENGTH && /\p{L}/u.test(text);
}
