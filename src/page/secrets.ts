/** What must never reach a log, a recording or a policy: masked where it is read. */

export const MASK = "[masked]";

/** Names of fields, parameters and meta tags whose values are secrets. A source text, since pages use it too. */
export const SECRET_NAME_SOURCE =
  "(^|[^a-z])(pass|pwd|otp|cvv|cvc)([^a-z]|$)|passw|passphrase|token|csrf|xsrf|secret|authori[sz]ation|api[-_]?key|session[-_]?id|credential";

const SECRET_NAME = new RegExp(SECRET_NAME_SOURCE, "i");

/** Whether the value of a field or parameter is a secret. */
export type SecretTest = (name: string, value: string) => boolean;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Masks the values of secret parameters and drops user name and password. Not a URL: given back as it is. */
export function maskUrl(url: string, isSecret: SecretTest = isSecretName): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  parsed.username = "";
  parsed.password = "";
  for (const [name, value] of new Map(parsed.searchParams))
    if (value !== "" && isSecret(name, value)) parsed.searchParams.set(name, MASK);
  return parsed.href;
}
