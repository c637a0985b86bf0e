/**
 * Decides what is a secret, by a field's `type` and `autocomplete`, and by whole words of names. This file holds the
 * only word list. `known-secrets.ts` masks the secrets. Every room that stores something uses it.
 */

export const MASK = "[masked]";

/** Whether the value of a field or parameter is a secret. */
export type SecretTest = (name: string, value: string) => boolean;

/** Reads an attribute of an element. Undefined if the element does not have it. */
type ReadAttribute = (name: string) => string | null | undefined;

export interface SecretRules {
  isSecretName: (name: string) => boolean;
  /** By its name, or by both: `sid=3` is a number, and a `sid` of 20 random characters opens a session. */
  isSecretParameter: SecretTest;
  /** Whether an element's value (for a `meta`, its content) is a secret. */
  isSecretField: (tag: string, read: ReadAttribute) => boolean;
  /** Masks secret parameters of an absolute or relative address, and drops user name and password. */
  maskAddress: (address: string, isSecret: SecretTest, mask: string) => string;
}

/**
 * The rules. The function is self-contained, because pages get it as text.
 *
 * It splits a name into words at case changes, digits and punctuation. A name is secret if it ends in a phrase of
 * `ENDINGS`, or is one of `ALONE`. The last words decide, as in English: `reset_password_token` is a token,
 * `token_count` a count, `secret_santa` a Santa. Words that
 * only say which copy of the value it is (`password_confirmation`, `password2`, `newPassword`) do not count.
 * Personal data, such as a passport number, is not a secret here: tasks ask agents to fill it in.
 */
export function createSecretRules(): SecretRules {
  const words = (text: string): string[] => text.split(" ");
  const pairs = (kinds: string, head: string): string[] =>
    words(kinds).map((kind) => `${kind} ${head}`);
  /** A page may also write a phrase as one word. */
  const spellings = (phrases: string[]): Set<string> =>
    new Set([...phrases, ...phrases.map((phrase) => phrase.replaceAll(" ", ""))]);
  const ENDINGS = spellings([
    ...words("password passwd passphrase passcode pwd otp totp cvv cvc csrf xsrf jwt wpnonce"),
    ...words("csrfmiddlewaretoken phpsessid jsessionid"),
    ...pairs("user login account admin old new current confirm", "password"),
    ...pairs("user login account admin db old new current confirm", "pass"),
    ...pairs("csrf xsrf auth authenticity authentication authorization access refresh id", "token"),
    ...pairs("session login createaccount api bearer user account personal private", "token"),
    ...pairs("secret security verification password remember device client oauth jwt", "token"),
    ...pairs("edit form antiforgery invite invitation confirmation activation reset", "token"),
    ...pairs("client app api shared consumer oauth totp mfa signing webhook session", "secret"),
    ...pairs("api access secret private csrf form session signing encryption", "key"),
    ...pairs("user login api client", "credential"),
    ...pairs("user login api client", "credentials"),
    ...pairs("otp mfa totp authorization auth login recovery backup", "code"),
    "one time code",
    "two factor code",
    "session id",
    "proxy authorization",
    "card csc",
  ]);
  const ALONE = spellings([
    ...words("token secret pass credential credentials auth authorization bearer nonce csc"),
    "security code",
    "cc number",
    "card number",
    "credit card number",
  ]);
  /** Names of session ids and signatures. Ordinary values have these names, too: a signature under a letter. */
  const GRANTS = spellings([
    ...words("sid sessid sig signature"),
    ...pairs("amz goog", "signature"),
    "connect sid",
  ]);
  /** Words that say which copy of a value it is. */
  const COPIES = new Set(
    words("confirm confirmation repeat again retype verify value input field text hash new old"),
  );
  /** Words that name an owner, or a technical prefix of the page. */
  const OWNERS = new Set(words("x http my the your wp input field form hidden"));
  /** Words that ask whether a value exists. */
  const QUESTIONS = new Set(words("is has show hide"));
  const AUTOCOMPLETE = new Set(
    words("current-password new-password one-time-code cc-number cc-csc"),
  );
  /** Inputs without text from a person or the page. */
  const TEXTLESS = new Set([
    ...words("button checkbox color date datetime-local file image month radio range reset"),
    ...words("submit time week"),
  ]);
  /** Cache: names return on every page. */
  const known = new Map<string, boolean>();
  const MOST_KNOWN = 5_000;

  const splitWords = (name: string): string[] =>
    name
      .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
      .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];

  const decide = (name: string): boolean => {
    const all = splitWords(name);
    if (QUESTIONS.has(all[0] ?? "")) return false;
    while (all.length > 1 && COPIES.has(all.at(-1) ?? "")) all.pop();
    for (const length of [1, 2, 3])
      if (all.length >= length && ENDINGS.has(all.slice(-length).join(" "))) return true;
    return ALONE.has(ownWords(name).join(" "));
  };
  /** Without its owner, which comes first: `user[token]`, `form.token`. */
  const ownWords = (name: string): string[] => {
    const own = splitWords(name.split(/[[\].:/]+/u).findLast((part) => /\p{L}/u.test(part)) ?? "");
    while (own.length > 1 && COPIES.has(own.at(-1) ?? "")) own.pop();
    while (own.length > 1 && OWNERS.has(own[0] ?? "")) own.shift();
    return own;
  };
  const isSecretName = (name: string): boolean => {
    let answer = known.get(name);
    if (answer === undefined) {
      answer = decide(name);
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(name, answer);
    }
    return answer;
  };

  const looksRandom = (value: string): boolean =>
    /^(?=.*\d)(?=.*[a-z])[\w.~+/=%-]{20,}$/iu.test(value);
  const isSecretParameter: SecretTest = (name, value) =>
    isSecretName(name) || (looksRandom(value) && GRANTS.has(ownWords(name).join(" ")));

  const isSecretField = (tag: string, read: ReadAttribute): boolean => {
    if (tag === "meta") return isSecretName(read("name") ?? read("property") ?? "");
    if (tag !== "input" && tag !== "textarea") return false;
    const type = tag === "input" ? (read("type") ?? "text").toLowerCase() : "text";
    if (type === "password") return true;
    if (TEXTLESS.has(type)) return false;
    const isMarked = (read("autocomplete") ?? "")
      .toLowerCase()
      .split(/\s+/u)
      .some((token) => AUTOCOMPLETE.has(token));
    const value = read("value") ?? "";
    return isMarked || ["name", "id"].some((name) => isSecretParameter(read(name) ?? "", value));
  };

  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text.replaceAll("+", " "));
    } catch {
      return text;
    }
  };
  const maskAddress = (address: string, isSecret: SecretTest, mask: string): string => {
    if (!/[?#;@]/u.test(address)) return address;
    const maskPair = (pair: string, before: string, name: string, written: string): string => {
      const value = decode(written);
      if (value === "" || value === mask) return pair;
      if (isSecret(decode(name), value)) return `${before}${name}=${encodeURIComponent(mask)}`;
      // A nested address, such as the page to open after login.
      const inner = /[?&#;][^=]+=/u.test(value) ? maskAddress(value, isSecret, mask) : value;
      return inner === value ? pair : `${before}${name}=${encodeURIComponent(inner)}`;
    };
    return address
      .replace(/^([a-z][\w+.-]*:\/\/)[^/?#]*@/iu, "$1")
      .replace(/(;)([^=;?#/&]+)=([^;?#/&]+)/gu, maskPair)
      .replace(/([?&#])([^=&#?]+)=([^&#]+)/gu, maskPair);
  };

  return { isSecretName, isSecretParameter, isSecretField, maskAddress };
}

const rules = createSecretRules();

export const { isSecretName, isSecretParameter, isSecretField } = rules;

/** Masks the values of secret parameters and drops user name and password. Every other character stays. */
export function maskUrl(url: string, isSecret: SecretTest = isSecretParameter): string {
  return rules.maskAddress(url, isSecret, MASK);
}

/** Tokens that issuers mark as such, so that nobody leaks them: JWT (RFC 7519), PEM keys (RFC 7468), vendors' prefixes. */
const CREDENTIALS = new RegExp(
  [
    String.raw`\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*`,
    String.raw`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----`,
    String.raw`\b(?:gh[oprsu]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|npm_\w{36}|pypi-AgE[\w-]{50,})`,
    String.raw`\b(?:xox[abeoprs]-\d[\w-]{20,}|[rs]k_(?:live|test)_\w{16,}|sk-(?:[a-z]+-)?(?=\w*\d)\w{20,})`,
    String.raw`\b(?:A[KS]IA[A-Z\d]{16}\b|AIza[\w-]{35})`,
  ].join("|"),
  "gu",
);

/** Masks the credentials in a text that anybody recognizes by their form. */
export function maskCredentials(text: string, mask: string): string {
  return text.replace(CREDENTIALS, mask);
}
