/**
 * Secrets of a recording, each with a placeholder that stays the same: `<secret:password:1>`. Whoever repeats the
 * recording asks for them by that name.
 */

import { type FieldDescription, KnownSecrets } from "./known-secrets.ts";
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

/** Placeholders of secrets that people know by heart. All others come from the page. */
const OF_PEOPLE = /^<secret:(?:[\w-]+-)?(?:password|code|card):/u;

export class SecretVault extends KnownSecrets {
  /** Placeholders by value. */
  readonly #placeholders = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** Spellings of values with their placeholders, longest first. */
  #spellings: [spelling: string, placeholder: string][] = [];

  /** Values that are masked wherever they stand. */
  get values(): readonly string[] {
    return [...this.#placeholders.keys()].filter(({ length }) => length >= LEAST_CHARACTERS);
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

  /** @param kind a word, such as `cookie` */
  add(kind: string, value: string): string {
    const known = this.#placeholders.get(value);
    if (known !== undefined || value === "" || value === MASK || value.startsWith("<secret:"))
      return known ?? value;
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    const placeholder = `<secret:${kind}:${number}>`;
    this.#placeholders.set(value, placeholder);
    if (value.length >= LEAST_CHARACTERS)
      this.#spellings = [
        ...this.#spellings,
        ...spellingsOf(value).map((spelling): [string, string] => [spelling, placeholder]),
      ].toSorted(([a], [b]) => b.length - a.length);
    return placeholder;
  }

  override addField(field: FieldDescription, value: string): boolean {
    const isKnown = value !== "" && !/^[•●]+$/u.test(value);
    // The first to name a secret decides its kind.
    if (isKnown && this.isSecretField(field)) this.add(kindOf(field), value);
    return super.addField(field, value);
  }

  override maskText(text: string, mask = MASK): string {
    return mask === MASK ? this.maskAll(text) : super.maskText(text, mask);
  }

  override addValue(value: string): void {
    super.addValue(value);
    if (value.length >= LEAST_CHARACTERS && /[^\p{L}]/u.test(value)) this.add("value", value);
  }

  /** The text that somebody typed, in the form that may be stored. */
  maskTyped(field: FieldDescription, text: string): string {
    if (!this.isSecretField(field)) return this.maskAll(text);
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
      else if (/^cookie$/i.test(name))
        for (const pair of value.split(/;\s*/))
          this.add("cookie", pair.slice(pair.indexOf("=") + 1));
      else if (/^set-cookie$/i.test(name))
        for (const line of value.split("\n"))
          this.add("cookie", (line.split(";")[0] ?? "").replace(/^[^=]*=/, ""));
    }
  }

  /** Replaces every known secret, in every usual spelling, by its placeholder. */
  maskAll(text: string): string {
    let masked = text;
    for (const [spelling, placeholder] of this.#spellings)
      if (masked.includes(spelling)) masked = masked.replaceAll(spelling, placeholder);
    return masked;
  }

  /** `maskAll` on every text in a value. */
  readonly maskDeep = <T>(value: T): T => {
    if (typeof value === "string") return this.maskAll(value) as T;
    if (Array.isArray(value)) return value.map((item: unknown) => this.maskDeep(item)) as T;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, this.maskDeep(inner as unknown)]),
    ) as T;
  };
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

/** Plain, in addresses, forms, markup, JSON, base64 and hexadecimal. */
function spellingsOf(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const uri = encodeURIComponent(value);
  return [
    ...new Set([
      value,
      uri,
      uri.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
      new URLSearchParams({ v: value }).toString().slice("v=".length),
      html,
      html.replaceAll('"', "&quot;"),
      JSON.stringify(value).slice(1, -1),
      btoa(String.fromCodePoint(...bytes)),
      hex,
    ]),
  ];
}
