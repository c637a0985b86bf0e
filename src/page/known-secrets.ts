/** The secrets of one episode: names and values that were met in fields, masked in whatever is written down. */

import type { Observation, PageNode } from "../core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import { isSecretField, isSecretName, MASK, maskUrl } from "./secrets.ts";

/** A field as far as it decides whether its value is a secret. */
export interface FieldDescription {
  tag: string;
  attributes: Readonly<Record<string, string>>;
}

/** Shorter values, and words of a language, stand on pages by accident too. */
const LEAST_CHARACTERS = 6;
const LEAST_LETTERS = 20;

/** Whether a value is hard to guess: only then is it masked inside of other texts. */
function isHardToGuess(value: string): boolean {
  if (value.length < LEAST_CHARACTERS) return false;
  return value.length >= LEAST_LETTERS || !/^\p{L}+$/u.test(value);
}

export class KnownSecrets {
  /** Names of fields whose values are secrets although the name does not say so. */
  readonly #names = new Set<string>();
  /** What was typed as a secret: a field of any name that holds just this is masked. */
  readonly #typed = new Set<string>();
  /** Ways to write values that are hard to guess: masked wherever they stand. */
  readonly #spellings = new Set<string>();
  /** Links come again with every step. */
  readonly #maskedUrls = new Map<string, string>();

  clear(): void {
    this.#names.clear();
    this.#typed.clear();
    this.#spellings.clear();
    this.#maskedUrls.clear();
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  addName(name: string): void {
    if (name === "" || isSecretName(name) || this.#names.has(name)) return;
    this.#names.add(name);
    this.#maskedUrls.clear();
  }

  /** A value that a secret field of a page holds. */
  addValue(value: string): void {
    if (value === MASK || this.#spellings.has(value) || !isHardToGuess(value)) return;
    for (const spelling of spellingsOf(value)) this.#spellings.add(spelling);
    this.#maskedUrls.clear();
  }

  /** A text that somebody types into a secret field. */
  addTyped(text: string): void {
    if (text === "") return;
    this.#typed.add(text);
    this.#maskedUrls.clear();
    this.addValue(text);
  }

  isSecretField({ tag, attributes }: FieldDescription): boolean {
    const read = (name: string): string | undefined => attributes[name];
    const holdsText = tag === "input" || tag === "textarea";
    return isSecretField(tag, read) || (holdsText && this.#names.has(fieldName(attributes)));
  }

  /** Notes name and value of a field if they are a secret's. @returns whether they are */
  addField(field: FieldDescription, value: string): boolean {
    if (!this.isSecretField(field)) return false;
    this.addName(fieldName(field.attributes));
    this.addValue(value);
    return true;
  }

  readonly isSecret = (name: string, value: string): boolean =>
    isSecretName(name) || this.#names.has(name) || this.#typed.has(value);

  /** The value of a field or parameter as it may be written down. */
  readonly maskField = (name: string, value: string): string => {
    if (value === "") return value;
    return this.isSecret(name, value) ? MASK : this.maskText(value);
  };

  maskUrl(url: string): string {
    let masked = this.#maskedUrls.get(url);
    if (masked === undefined) {
      masked = this.maskText(maskUrl(url, this.isSecret), encodeURIComponent(MASK));
      this.#maskedUrls.set(url, masked);
    }
    return masked;
  }

  maskText(text: string, mask = MASK): string {
    let masked = text;
    for (const spelling of this.#spellings)
      if (masked.includes(spelling)) masked = masked.replaceAll(spelling, mask);
    return masked;
  }

  maskRequest(request: SiteRequest): SiteRequest {
    return {
      ...request,
      url: this.maskUrl(request.url),
      fields: request.fields?.map(([name, value]) => [name, this.maskField(name, value)]) ?? null,
      redirect: request.redirect === null ? null : this.maskUrl(request.redirect),
    };
  }

  maskPage({ url, html }: PageSnapshot): PageSnapshot {
    return { url: this.maskUrl(url), html: this.maskText(html) };
  }

  /** The same nodes where there is nothing to mask: what reads pages remembers them by their array. */
  maskObservation(observation: Observation): Observation {
    const { nodes, tabs, title, lastActionError } = observation;
    return {
      ...observation,
      url: this.maskUrl(observation.url),
      title: this.maskText(title),
      nodes: this.#maskNodes(nodes),
      tabs: tabs.map((tab) => ({
        ...tab,
        title: this.maskText(tab.title),
        url: this.maskUrl(tab.url),
      })),
      lastActionError: lastActionError === null ? null : this.maskText(lastActionError),
    };
  }

  #maskNodes(nodes: PageNode[]): PageNode[] {
    let isSame = true;
    const texts = nodes.map(({ name, value = "" }) => `${name}\n${value}`).join("\n");
    const hasSecret = this.maskText(texts) !== texts;
    const maskText = (text: string): string => (hasSecret ? this.maskText(text) : text);
    const masked = nodes.map((node) => {
      const name = maskText(node.name);
      const value = node.value === undefined ? undefined : maskText(node.value);
      const url = node.url === undefined ? undefined : this.maskUrl(node.url);
      if (name === node.name && value === node.value && url === node.url) return node;
      isSame = false;
      return {
        ...node,
        name,
        ...(value !== undefined && { value }),
        ...(url !== undefined && { url }),
      };
    });
    return isSame ? nodes : masked;
  }
}

function fieldName(attributes: Readonly<Record<string, string>>): string {
  return attributes["name"] || (attributes["id"] ?? "");
}

/** As a text may hold it: plain, collapsed, in an address, a form's body, markup, JSON, base64. */
function spellingsOf(value: string): string[] {
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const bytes = new TextEncoder().encode(value);
  return [
    value,
    value.replaceAll(/\s+/gu, " ").trim(),
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString().slice("v=".length),
    html,
    html.replaceAll(">", "&gt;"),
    html.replaceAll('"', "&quot;"),
    JSON.stringify(value).slice(1, -1),
    btoa(String.fromCodePoint(...bytes)),
  ];
}
