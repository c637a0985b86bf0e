/**
 * The named values of a request: the parts of its URL, its fields, the texts next to the link or form that sent it, and
 * the known facts about the thing it asks for. The text of an answer is constructed from these.
 */

import type { PageRequest } from "../../../core/experience.ts";
import { collapseSpace } from "../../../page/dom.ts";
import type { KnownFacts } from "./known-facts.ts";
import { itemAround, itemStrings, linksByUrl, resolveUrl } from "../../tree/page-items.ts";
import {
  elementsBelow,
  textOf,
  type PageString,
  type PageTree,
  type TreeElement,
} from "../../tree/page-tree.ts";
import { splitUrl } from "../../../page/url-parts.ts";

/** Named values. A name means the same in every request of one shape. */
export type RequestFeatures = ReadonlyMap<string, string>;

const NUMBER = /\d+(?:,\d{3})*(?:\.\d+)?/gu;

/** Longer texts are carried only by fields. */
const MAX_SOURCE_LENGTH = 600;

export interface SourcePage {
  tree: PageTree;
  url: string;
}

/** The names that can distinguish one item of a list from another. */
export function isIdentifying(name: string): boolean {
  return /^(segment|param|field|from|item|acted|target)/u.test(name);
}

export function featuresOf(
  request: PageRequest,
  from: SourcePage | null,
  facts: KnownFacts | null,
): RequestFeatures {
  const features = new Map<string, string>();
  const put = (name: string, value: string): void => {
    const text = collapseSpace(value);
    if (text === "" || text.length > MAX_SOURCE_LENGTH || features.has(name)) return;
    features.set(name, text);
    // `19 acorns` also gives 19.
    const [number, another] = text.length < 60 ? (text.match(NUMBER) ?? []) : [];
    if (number !== undefined && another === undefined && number !== text)
      features.set(`${name}#`, number);
  };
  const { segments, params } = splitUrl(request.url);
  segments.forEach((segment, i) => put(`segment:${i}`, segment));
  for (const [name, value] of params) put(`param:${name}`, value);
  for (const [name, value] of request.fields ?? [])
    if (value !== "") features.set(`field:${name}`, value);
  put("target", new URL(request.url).pathname);
  if (from !== null) describeSourcePage(request, from, put);
  if (facts !== null && request.method === "GET")
    for (const [name, value] of facts.about(request.url)) put(name, value);
  return features;
}

type Put = (name: string, value: string) => void;

function describeSourcePage(request: PageRequest, from: SourcePage, put: Put): void {
  splitUrl(from.url).segments.forEach((segment, i) => put(`from:segment:${i}`, segment));
  put("from:path", new URL(from.url).pathname);
  const acted = findActed(request, from);
  if (acted !== null) {
    put("acted:text", textOf(acted));
    for (const [name, label] of chosenLabels(acted, request)) put(`label:${name}`, label);
    const item = itemAround(from.tree, acted);
    if (item !== null)
      for (const { key, value } of itemStrings(item))
        put(`item:${from.tree.looseKeyOf(item)}:${key}`, value);
  }
  for (const { key, value } of from.tree.derived(stringsOutsideItems)) put(`page:${key}`, value);
}

function stringsOutsideItems(tree: PageTree): PageString[] {
  return tree.strings().filter(({ node }) => itemAround(tree, node) === null);
}

/** The link or form on a page that sends a request; null without one, as for a typed address. */
function findActed(request: PageRequest, from: SourcePage): TreeElement | null {
  if (request.method === "GET") {
    const links = linksByUrl(from.tree, from.url).get(request.url);
    const inItem = links?.find(
      (link) => itemAround(from.tree, link) !== null && textOf(link) !== "",
    );
    const link = inItem ?? links?.[0];
    if (link !== undefined) return link;
  }
  const sent = request.fields ?? splitUrl(request.url).params;
  let best: TreeElement | null = null;
  let bestScore = 0;
  for (const form of from.tree.elements) {
    if (form.tag !== "form") continue;
    if ((form.attributes["method"] ?? "get").toUpperCase() !== request.method) continue;
    const action = resolveUrl(form.attributes["action"] ?? from.url, from.url);
    if (action === null || !sameAddress(action, request)) continue;
    let score = 1;
    for (const control of elementsBelow(form)) {
      const { name, value } = control.attributes;
      if (name === undefined) continue;
      const fixed = control.attributes["type"] === "hidden" || control.tag === "button";
      if (!fixed) continue;
      const given = sent.find(([other]) => other === name)?.[1];
      if (given === (value ?? "")) score += 1;
      else if (control.tag !== "button") score -= 2;
    }
    if (score > bestScore) [best, bestScore] = [form, score];
  }
  return best;
}

function sameAddress(action: string, request: PageRequest): boolean {
  if (request.method === "POST") return action === request.url;
  return action.split("?")[0] === request.url.split("?")[0];
}

/** Visible labels of the options whose values were sent. */
function chosenLabels(form: TreeElement, request: PageRequest): [string, string][] {
  const labels: [string, string][] = [];
  const sent = new Map(request.fields ?? splitUrl(request.url).params);
  for (const control of elementsBelow(form)) {
    const name = control.attributes["name"];
    if (control.tag !== "select" || name === undefined) continue;
    for (const option of elementsBelow(control)) {
      if (option.tag !== "option") continue;
      if ((option.attributes["value"] ?? textOf(option)) === sent.get(name))
        labels.push([name, textOf(option)]);
    }
  }
  return labels;
}
