/** A failed schema check in one line for a person. */

import type { ZodError } from "zod";

/** `path: message` of the first issue, and how many more there are. */
export function reportIssues(error: ZodError): string {
  const [first, ...others] = error.issues;
  if (first === undefined) return error.message;
  const path = first.path.length === 0 ? "" : `\`${first.path.map(String).join(".")}\`: `;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return `${path}${first.message}${more}`;
}
