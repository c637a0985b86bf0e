/** Turns a failed schema check into lines for people: which field, what was expected, what came. */

import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** `path` and message of the first issue, and the number of other issues. @param value the checked value */
export function reportIssues(error: z.ZodError, value: unknown): string {
  const [first, ...others] = error.issues;
  if (first === undefined) return error.message;
  const path = first.path.length === 0 ? "" : `\`${first.path.map(String).join(".")}\`: `;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return `${path}${describeIssue(first, value)}${more}`;
}

/** The message on one line, with the value that came if the message lacks it. @param value the checked value */
export function describeIssue(issue: Issue, value: unknown): string {
  const message = issue.message
    .replaceAll(/\s+/g, " ")
    .replace(/^Invalid input: /u, "")
    .replace(/\breceived undefined$/u, "got nothing")
    .replace(/\breceived\b/u, "got");
  if (/\bgot\b/u.test(message) || issue.code === "unrecognized_keys") return message;
  return `${message}, got ${show(valueAt(issue.path, value))}`;
}

function valueAt(path: readonly PropertyKey[], value: unknown): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<PropertyKey, unknown>)[key];
  }
  return found;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
