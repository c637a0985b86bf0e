/** The requests that change something, as far as they are the same in every play. */

import { isMutation, type SiteRequest } from "../../../core/site-request.ts";
import type { NetworkExpectation } from "../../../core/task.ts";
import { isMasked } from "./hand-words.ts";
import { stableFields } from "./stable-url.ts";

export interface StableRequest {
  event: NetworkExpectation;
  /** Names of fields that differ from play to play, and of those that a clock made or that hold a secret. */
  leftOut: string[];
  /** Names of fields that stay the same because nobody touched them. */
  untouched: string[];
  /** It sent a secret that was typed: somebody logged in. */
  hasTypedSecret: boolean;
}

/** In their order. `lacking`: those that some play lacks, or that failed in one. */
export function stableRequests(
  recorded: readonly SiteRequest[],
  others: readonly (readonly SiteRequest[])[],
  given: readonly string[],
  typedSecrets: ReadonlySet<string>,
  untouchedIn: (request: SiteRequest) => ReadonlySet<string>,
): { stable: StableRequest[]; lacking: SiteRequest[] } {
  const left = others.map((requests) => requests.filter(isSuccess));
  const stable: StableRequest[] = [];
  const lacking: SiteRequest[] = [];
  for (const request of recorded.filter(isSuccess)) {
    const partners = left.map((requests) => takePartner(request, requests));
    if (partners.some((partner) => partner === null)) {
      lacking.push(request);
      continue;
    }
    const described = describe(request, partners as SiteRequest[], given, untouchedIn(request));
    const hasTypedSecret = (request.fields ?? []).some(([, value]) => typedSecrets.has(value));
    stable.push({ ...described, hasTypedSecret });
  }
  return { stable: withoutRepeats(stable), lacking };
}

const isSuccess = (request: SiteRequest): boolean =>
  isMutation(request) && request.status !== null && request.status < 400;

/** Removes and returns the request of another play that means the same: at the same path, or else at one of its form. */
function takePartner(request: SiteRequest, others: SiteRequest[]): SiteRequest | null {
  const path = new URL(request.url).pathname;
  const alike = (other: SiteRequest): boolean =>
    other.method === request.method && new URL(other.url).origin === new URL(request.url).origin;
  let index = others.findIndex((other) => alike(other) && new URL(other.url).pathname === path);
  if (index === -1)
    index = others.findIndex(
      (other) => alike(other) && differingSegments(path, new URL(other.url).pathname) <= 1,
    );
  return index === -1 ? null : (others.splice(index, 1)[0] ?? null);
}

function differingSegments(a: string, b: string): number {
  const [own, other] = [a.split("/"), b.split("/")];
  if (own.length !== other.length) return Infinity;
  const pairs = own.map((segment, i) => [segment, other[i] ?? ""] as const);
  // Words say what is done: adding is not removing.
  if (pairs.some(([one, another]) => one !== another && isWord(one) && isWord(another)))
    return Infinity;
  const differing = pairs.filter(([one, another]) => one !== another).length;
  // A path of numbers alone names nothing.
  return own.filter((segment) => segment !== "").length > differing ? differing : Infinity;
}

const isWord = (segment: string): boolean => /^[a-z]+(?:[-_][a-z]+)*$/u.test(segment);

function describe(
  request: SiteRequest,
  partners: readonly SiteRequest[],
  given: readonly string[],
  untouched: ReadonlySet<string>,
): Omit<StableRequest, "hasTypedSecret"> {
  const { origin, pathname, searchParams } = new URL(request.url);
  const paths = partners.map(({ url }) => new URL(url).pathname.split("/"));
  const path = pathname
    .split("/")
    .map((part, i) => (paths.every((other) => other[i] === part) && !isMasked(part) ? part : "*"))
    .join("/");
  const query = stableFields(
    [...searchParams],
    partners.map(({ url }) => [...new URL(url).searchParams]),
    given,
  );
  const fields = request.fields ?? [];
  const stable = stableFields(
    fields,
    partners.map((partner) => partner.fields ?? []),
    given,
  );
  const postData = Object.fromEntries(
    Object.entries(stable).filter(([name]) => !untouched.has(name)),
  );
  const all = [...searchParams, ...fields];
  const kept = new Set([...Object.keys(query), ...Object.keys(stable)]);
  return {
    event: {
      present: true,
      method: request.method,
      url: `${origin}${path}`,
      ...(Object.keys(query).length > 0 && { query }),
      ...(Object.keys(postData).length > 0 && { postData }),
    },
    leftOut: [...new Set(all.map(([name]) => name))].filter((name) => !kept.has(name)),
    untouched: Object.keys(stable).filter((name) => untouched.has(name)),
  };
}

function withoutRepeats(requests: readonly StableRequest[]): StableRequest[] {
  const byText = new Map(requests.map((one) => [JSON.stringify(one.event), one]));
  return [...byText.values()];
}
