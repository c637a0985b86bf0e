/** Where a script leads after an input event: the address of recorded events with parts from the new one. */

import type { PageEvent } from "../../core/experience.ts";
import { splitUrl } from "../../page/url-parts.ts";
import type { LoadRecord } from "../buffer/experience-records.ts";
import { itemAround, itemStrings } from "../tree/page-items.ts";
import { elementsBelow, textOf, type PageTree, type TreeElement } from "../tree/page-tree.ts";
import type { RequestFeatures } from "./binding/request-features.ts";
import { bindAddress, type AddressExample } from "./redirect-binding.ts";

/** An event on a page. */
export interface EventPlace {
  event: PageEvent;
  page: PageTree;
  url: string;
  acted: TreeElement;
}

/** A recorded event whose script opened a page. */
export interface NavigationExample extends EventPlace {
  load: LoadRecord;
}

/**
 * The address that the event leads to, explained by the recorded event whose explanation holds on most others: only
 * some words show how a script writes spaces.
 *
 * @param recorded the most similar first
 */
export function bindNavigation(
  recorded: readonly NavigationExample[],
  place: EventPlace,
): { url: string; support: number } | null {
  const examples = recorded.map((navigation): AddressExample => ({
    url: navigation.load.request.url,
    features: featuresOfPlace(navigation),
  }));
  const target = featuresOfPlace(place);
  const bound = examples.map((example) => {
    const others = examples.filter((other) => other !== example);
    return bindAddress(example, others, target, place.url);
  });
  return bound.toSorted((a, b) => b.support - a.support)[0] ?? null;
}

/** The values that a script can make an address from: the typed or chosen text, the page, the element and its item. */
export function featuresOfPlace({ event, page, url, acted }: EventPlace): RequestFeatures {
  const features = new Map<string, string>();
  const put = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== "") features.set(name, value);
  };
  const typed = event.kind === "press" ? contentOf(acted) : event.text;
  put("field:typed", typed ?? undefined);
  if (event.kind === "select") put("field:value", valueOfOption(acted, event.text));
  const { segments, params } = splitUrl(url);
  segments.forEach((segment, i) => put(`from:segment:${i}`, segment));
  for (const [name, value] of params) put(`from:param:${name}`, value);
  if (event.kind === "click") put("acted:text", textOf(acted));
  for (const [name, value] of Object.entries(acted.attributes))
    if (name.startsWith("data-")) put(`acted:${name}`, value);
  const item = itemAround(page, acted);
  if (item !== null) for (const { key, value } of itemStrings(item)) put(`item:${key}`, value);
  return features;
}

/** The text in a field. */
function contentOf(field: TreeElement): string {
  return field.tag === "input" ? (field.attributes["value"] ?? "") : textOf(field);
}

function valueOfOption(select: TreeElement, label: string | null): string | undefined {
  for (const option of elementsBelow(select))
    if (option.tag === "option" && textOf(option) === label)
      return option.attributes["value"] ?? textOf(option);
  return undefined;
}
