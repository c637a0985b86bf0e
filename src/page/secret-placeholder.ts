/** What stands for a secret in a recording, and the variable that holds its value where somebody repeats it. */

import { MASK } from "./secrets.ts";

const NUMBERED = /^<secret:([\w-]+):(\d+)>$/u;

export function isSecretPlaceholder(text: string): boolean {
  return text === MASK || NUMBERED.test(text);
}

/** `SECRET_PASSWORD_1` for `<secret:password:1>`, `SECRET` for the mask. Null for a text that is not a placeholder. */
export function secretVariable(text: string): string | null {
  if (text === MASK) return "SECRET";
  const [, kind, number = "1"] = NUMBERED.exec(text) ?? [];
  return kind === undefined ? null : `SECRET_${kind.replaceAll("-", "_").toUpperCase()}_${number}`;
}
