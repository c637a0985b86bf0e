/** Notes the secrets of a parsed page, and writes the page without them. */

import { load } from "cheerio";
import type { Element } from "domhandler";
import type { PageSnapshot } from "../core/site-request.ts";
import { allDescendants, attribute } from "./dom.ts";
import { isSecretElement, valueOf, type FormState } from "./form-state.ts";
import type { FieldDescription, KnownSecrets } from "./known-secrets.ts";
import type { PageDocument } from "./page-document.ts";
import { parseHtml } from "./parse-html.ts";
import { isSecretName, MASK, maskUrl } from "./secrets.ts";

export function describeField({ name, attribs }: Element): FieldDescription {
  return { tag: name, attributes: attribs };
}

export function noteSecrets(document: PageDocument, state: FormState, secrets: KnownSecrets): void {
  for (const element of document.elements) {
    if (element.name === "meta" && isSecretElement(element))
      secrets.addValue(attribute(element, "content") ?? "");
    else if (element.name === "input" || element.name === "textarea")
      secrets.addField(describeField(element), valueOf(element, state));
  }
}

/** A page in the form that may be stored. */
export function maskPage({ url, html }: PageSnapshot, secrets: KnownSecrets): PageSnapshot {
  return secrets.maskPage({ url, html: maskHtml(html, secrets) });
}

/** Returns the HTML unchanged if nothing needs a mask. */
function maskHtml(html: string, secrets: KnownSecrets): string {
  const page = load(parseHtml(html));
  let isMasked = false;
  for (const element of [...page.root()].flatMap((root) => [...allDescendants(root)])) {
    if (element.name === "textarea" && secrets.isSecretField(describeField(element))) {
      if (page(element).text() !== "") isMasked = true;
      page(element).text(MASK);
    }
    for (const [name, value] of Object.entries(element.attribs)) {
      const masked = maskAttribute(element, name, value, secrets);
      if (masked === value) continue;
      element.attribs[name] = masked;
      isMasked = true;
    }
  }
  return isMasked ? page.html() : html;
}

const ADDRESSES = new Set("action cite data formaction href longdesc poster src".split(" "));

function maskAttribute(
  element: Element,
  name: string,
  value: string,
  secrets: KnownSecrets,
): string {
  if (value === "") return value;
  if (name === "value" || name === "content")
    return secrets.isSecretField(describeField(element)) ? MASK : value;
  if (name.startsWith("data-")) return isSecretName(name.slice("data-".length)) ? MASK : value;
  if (name === "srcdoc") return maskHtml(value, secrets);
  return ADDRESSES.has(name) ? maskUrl(value, secrets.isSecret) : value;
}
