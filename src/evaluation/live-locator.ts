/**
 * Locators that run in a live page as they are written. Only those pass that our parser reads and that call nothing but
 * methods which read, so that a task file cannot make a page do anything else.
 */

import { EvaluatorError } from "../core/errors.ts";
import { type Locator, parseLocator } from "./locator.ts";

const READING = new Set(
  "querySelector querySelectorAll getAttribute hasAttribute closest map join toString trim".split(
    " ",
  ),
);

/** The expression itself. @throws EvaluatorError for one that may do more than read */
export function admitLocator(text: string): string {
  return admit(text, READING);
}

/** A click before the check: WebArena's `prep_actions`. @throws EvaluatorError for anything else */
export function admitPreparation(text: string): string {
  return admit(text, new Set([...READING, "click"]));
}

function admit(text: string, methods: ReadonlySet<string>): string {
  for (const method of methodsOf(parseLocator(text)))
    if (!methods.has(method))
      throw new EvaluatorError(
        `Expected a locator that only reads, got ${method}() in ${text}. Use ${[...methods].join(", ")}.`,
      );
  return text.trim().replace(/;$/, "");
}

function methodsOf(locator: Locator): string[] {
  switch (locator.kind) {
    case "text":
    case "number":
    case "name":
      return [];
    case "property":
    case "spread":
      return methodsOf(locator.object);
    case "call":
      return [
        locator.method,
        ...methodsOf(locator.object),
        ...locator.arguments.flatMap((argument) => methodsOf(argument)),
      ];
    case "index":
      return [...methodsOf(locator.object), ...methodsOf(locator.index)];
    case "arrow":
      return methodsOf(locator.body);
    case "add":
    case "or":
      return [...methodsOf(locator.left), ...methodsOf(locator.right)];
  }
}
