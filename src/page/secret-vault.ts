/**
 * Secrets of a recording, each with a placeholder that stays the same: `<secret:password:1>`. Whoever repeats the
 * recording asks for them by that name.
 */

import type { PageSnapshot } from "../core/site-request.ts";
import { type FieldDescription, isHardToGuess, KnownSecrets } from "./known-secrets.ts";
import { SecretSpellings, spellingsOf } from "./secret-spellings.ts";
import { isSecretName, MASK } from "./secrets.ts";

/** Shorter texts also occur by chance. They are masked only where they are the whole value of a secret field. */
const LEAST_CHARACTERS = 4;

/** What kind of secret a field holds, by its attributes. */
const KINDS: readonly [kind: string, pattern: RegExp][] = [
  ["code", /one-time|otp|code|pin\b/i],
  ["card", /cc-|card|cvv|cvc|csc/i],
  ["password", /passw|pwd|pass\b/i],
  ["token", /token|csrf|xsrf|jwt|nonce|session|bearer/i],
  ["key", /key|secret/i],
];

/** A value in a form, in JSON, or in a part of a multipart body. */
const VALUE_IN_BODY = /(?<=^|=|:\s*"?|[[,]\s*"|\r?\n\r?\n)[^&=:",{}[\]\r\n]+(?=$|[&",}\]\r\n])/gu;

/** Digits and letters, as session ids have. */
const OPENS_SESSION = /^(?=.*\d)(?=.*[a-z]).{8,}$/iu;

/** Placeholders of secrets that people know by heart. All others come from the page. */
const OF_PEOPLE = /^<secret:(?:[\w-]+-)?(?:password|code|card):/u;

export class SecretVault extends KnownSecrets {
  /** Placeholders by value. */
  readonly #placeholders = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  readonly #spellings = new SecretSpellings();
  /** Values that are masked wherever they stand. */
  readonly #values: string[] = [];
  /** What the site's own pages say. A password that is one of these words hides nothing there. */
  readonly #words = new Set<string>();

  get values(): readonly string[] {
    return this.#values;
  }

  /** The secret behind a placeholder of this vault. Null if it is none of them. */
  readonly secretOf = (placeholder: string): string | null =>
    [...this.#placeholders].find(([, own]) => own === placeholder)?.[0] ?? null;

  /** A secret of a person keeps its own placeholder, so that the request of a login can be recognized. */
  override readonly maskField = (name: string, value: string): string => {
    const masked = this.maskFieldValue(name, value);
    const own = this.#placeholders.get(value) ?? "";
    return masked === MASK && OF_PEOPLE.test(own) ? own : masked;
  };

  override maskPage(page: PageSnapshot): PageSnapshot {
    for (const [word] of page.html.matchAll(/[\p{L}\d]+/gu)) this.#words.add(word);
    return super.maskPage(page);
  }

  /**
   * Masks the value wherever it stands, unless it is short, or easy to guess and a word of the site: `password` is
   * then masked only where it is a whole value.
   *
   * @param kind a word, such as `cookie`
   */
  add(kind: string, value: string): string {
    const known = this.#placeholders.get(value);
    if (known !== undefined || value === "" || value === MASK || value.startsWith("<secret:"))
      return known ?? value;
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    const placeholder = `<secret:${kind}:${number}>`;
    this.#placeholders.set(value, placeholder);
    const isOfSite = !isHardToGuess(value) && this.#words.has(value);
    if (value.length >= LEAST_CHARACTERS && !isOfSite) {
      this.#values.push(value);
      this.#spellings.add(value, placeholder);
    }
    return placeholder;
  }

  override addField(field: FieldDescription, value: string): boolean {
    const isKnown = value !== "" && !/^[•●]+$/u.test(value);
    // The first to name a secret decides its kind.
    if (isKnown && this.isSecretField(field)) this.add(kindOf(field), value);
    return super.addField(field, value);
  }

  /** Every known secret gets its placeholder. In an address, secrets that are hard to guess get the mask. */
  override maskText(text: string, mask = MASK): string {
    return super.maskText(mask === MASK ? this.#spellings.maskIn(text) : text, mask);
  }

  override addValue(value: string): void {
    super.addValue(value);
    if (value.length >= LEAST_CHARACTERS && /[^\p{L}]/u.test(value)) this.add("value", value);
  }

  /** The text that somebody typed, in the form that may be stored. */
  maskTyped(field: FieldDescription, text: string): string {
    if (!this.isSecretField(field)) return this.maskText(text);
    const placeholder = this.add(kindOf(field), text);
    this.addField(field, text);
    this.addTyped(text);
    return placeholder;
  }

  /** Notes the secrets of headers. */
  addHeaders(headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) {
      if (/^(?:proxy-)?authorization$/i.test(name)) {
        this.add("authorization", value);
        const credentials = value.replace(/^\w+\s+/, "");
        this.add("authorization", credentials);
        if (/^basic /i.test(value))
          for (const part of decode(credentials).split(":")) this.add("authorization", part);
      } else if (isSecretName(name)) this.add("header", value);
      else if (/^cookie$/i.test(name)) for (const pair of value.split(/;\s*/)) this.#addPair(pair);
      else if (/^set-cookie$/i.test(name))
        for (const line of value.split("\n")) this.#addPair(line.split(";")[0] ?? "");
    }
  }

  #addPair(pair: string): void {
    const end = pair.indexOf("=");
    this.addCookie(pair.slice(0, Math.max(end, 0)).trim(), pair.slice(end + 1));
  }

  /** Notes what opens a session. A cookie may also hold a setting, such as `theme=light`. */
  addCookie(name: string, value: string): void {
    if (isSecretName(name) || OPENS_SESSION.test(value)) this.add("cookie", value);
  }

  /** `maskText` on the body of a request, and on secrets that are a whole value in it. */
  maskBody(body: string): string {
    const values = new Map(
      [...this.#placeholders].flatMap(([value, placeholder]) =>
        spellingsOf(value).map((spelling) => [spelling, placeholder]),
      ),
    );
    return this.maskText(body).replace(VALUE_IN_BODY, (value) => values.get(value) ?? value);
  }
}

function kindOf({ attributes }: FieldDescription): string {
  const { type, autocomplete = "", name = "", id = "" } = attributes;
  if (type === "password" && !/cvv|cvc|csc|otp|code|pin/i.test(`${name} ${id}`)) return "password";
  const words = `${autocomplete} ${name} ${id}`;
  return KINDS.find(([, pattern]) => pattern.test(words))?.[0] ?? "value";
}

function decode(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return "";
  }
}
