/** Values that are masked wherever they stand in a text, in every usual spelling. */

const PLACEHOLDER = /(<secret:[\w-]+:\d+>)/u;

export class SecretSpellings {
  /** Longest first: a secret that is a part of another one leaves nothing of it. */
  #masks: [spelling: string, mask: string][] = [];

  /** @param mask what stands in the place of the value */
  add(value: string, mask: string): void {
    const own = spellingsOf(value).map((spelling): [string, string] => [spelling, mask]);
    this.#masks = [...this.#masks, ...own].toSorted(([a], [b]) => b.length - a.length);
  }

  clear(): void {
    this.#masks = [];
  }

  /**
   * The text with masks. A placeholder in it stays as it is.
   *
   * @param mask for all values. Absent: each has its own
   */
  maskIn(text: string, mask?: string): string {
    let masked = text;
    for (const [spelling, own] of this.#masks)
      if (masked.includes(spelling))
        masked = masked
          .split(PLACEHOLDER)
          .map((part, i) => (i % 2 === 0 ? part.replaceAll(spelling, mask ?? own) : part))
          .join("");
    return masked;
  }
}

/**
 * The spellings of a value in a text: plain, collapsed, in addresses, forms, markup, JSON, base64 and hexadecimal. None of a
 * blank value.
 */
export function spellingsOf(value: string): string[] {
  if (value.trim() === "") return [];
  const bytes = new TextEncoder().encode(value);
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const whole = html.replaceAll(">", "&gt;");
  const uri = encodeURIComponent(value);
  return [
    ...new Set([
      value,
      value.replaceAll(/\s+/gu, " ").trim(),
      uri,
      uri.replaceAll(/%[0-9A-F]{2}/gu, (code) => code.toLowerCase()),
      new URLSearchParams({ v: value }).toString().slice("v=".length),
      html,
      html.replaceAll('"', "&quot;"),
      whole,
      whole.replaceAll('"', "&quot;"),
      JSON.stringify(value).slice(1, -1),
      btoa(String.fromCodePoint(...bytes)),
      [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    ]),
  ];
}
