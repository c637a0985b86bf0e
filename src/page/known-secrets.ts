/** The secrets of one episode: names and values found in fields. They are masked in everything that is stored. */

import type { Observation, PageNode } from "../core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import { SecretSpellings } from "./secret-spellings.ts";
import {
  isSecretField,
  isSecretName,
  isSecretParameter,
  MASK,
  maskCredentials,
  maskUrl,
} from "./secrets.ts";

/** The parts of a field that decide whether its value is a secret. */
export interface FieldDescription {
  tag: string;
  attributes: Readonly<Record<string, string>>;
}

/** Shorter values, and ordinary words, also occur on pages by chance. */
const LEAST_CHARACTERS = 6;
const LEAST_LETTERS = 20;

/** Whether a value is hard to guess. Only such values are masked inside other texts. */
export function isHardToGuess(value: string): boolean {
  if (value.length < LEAST_CHARACTERS) return false;
  return value.length >= LEAST_LETTERS || !/^\p{L}+$/u.test(value);
}

export class KnownSecrets {
  /** Names of fields with secret values, even if the name does not say so. */
  readonly #names = new Set<string>();
  /** Texts typed as secrets. A field of any name is masked if its whole value is one of them. */
  readonly #typed = new Set<string>();
  /** Values that are hard to guess. They are masked everywhere. */
  readonly #values = new Set<string>();
  readonly #spellings = new SecretSpellings();
  /** Cache: the same links return with every step. */
  readonly #maskedUrls = new Map<string, string>();

  clear(): void {
    this.#names.clear();
    this.#typed.clear();
    this.#values.clear();
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

  /** Notes a value that a secret field of a page holds. */
  addValue(value: string): void {
    if (value === MASK || this.#values.has(value) || !isHardToGuess(value)) return;
    this.#values.add(value);
    this.#spellings.add(value, MASK);
    this.#maskedUrls.clear();
  }

  /** Notes a text that somebody types into a secret field. */
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

  /** Notes a field's name and value if they are secret. @returns whether they are */
  addField(field: FieldDescription, value: string): boolean {
    if (!this.isSecretField(field)) return false;
    // A name that needs the value to be a secret is none elsewhere.
    const attributes = { ...field.attributes, value: "" };
    if (this.isSecretField({ ...field, attributes })) this.addName(fieldName(attributes));
    this.addValue(value);
    return true;
  }

  readonly isSecret = (name: string, value: string): boolean =>
    isSecretParameter(name, value) || this.#names.has(name) || this.#typed.has(value);

  /** The value of a field or parameter in the form that may be stored. */
  readonly maskField = (name: string, value: string): string => this.maskFieldValue(name, value);

  protected maskFieldValue(name: string, value: string): string {
    if (value === "") return value;
    return this.isSecret(name, value) ? MASK : this.maskText(value);
  }

  maskUrl(url: string): string {
    let masked = this.#maskedUrls.get(url);
    if (masked === undefined) {
      masked = this.maskText(maskUrl(url, this.isSecret), encodeURIComponent(MASK));
      this.#maskedUrls.set(url, masked);
    }
    return masked;
  }

  maskText(text: string, mask = MASK): string {
    return maskCredentials(this.#spellings.maskIn(text, mask), mask);
  }

  /** `maskText` on every text in a JSON value. What needs no mask stays the same object. */
  readonly maskDeep = <T>(value: T): T => {
    if (typeof value === "string") return this.maskText(value) as T;
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value as Record<string, unknown>);
    const changes = entries.flatMap(([name, inner]): [string, unknown][] => {
      const masked = this.maskDeep(inner);
      return masked === inner ? [] : [[name, masked]];
    });
    if (changes.length === 0) return value;
    const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
    return Object.assign(copy, Object.fromEntries(changes)) as T;
  };

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

  /** Returns the same array if nothing needs a mask: readers of pages cache by array. */
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
