/**
 * A value of a known kind (number, date, currency, …), ready to be compared. WebArena-Verified reads both what a task
 * expects and what an agent gave this way. A list of two or more raw values means alternatives: any of them will do.
 */

import { isPattern } from "./pattern.ts";

/** Thrown where a raw value is not one of its kind: "soon" is not a date. */
export class UnreadableValue extends Error {}

export interface ReadContext {
  /** What a task expects is read strictly: a URL of an unknown site is a fault of the task. */
  strict: boolean;
  /** Whether a pattern or a list of alternatives may stand for a value. The reference takes both from agents, too. */
  takesPatterns: boolean;
  /** Puts `__SITE__` in the place of a site's address. Null where texts keep their addresses. */
  toPlaceholder: ((text: string, strict: boolean) => string) | null;
}

export interface ValueKind<T = never> {
  /** As messages name it. */
  readonly name: string;
  /** @throws UnreadableValue */
  read(raw: unknown, context: ReadContext): T;
  equal(expected: T, found: T): boolean;
  /** As `eval_result.json` shows it. */
  show(value: T): unknown;
  /** Whether a raw list is one value of this kind and not a list of alternatives. */
  isOneValue?(list: readonly unknown[]): boolean;
  /** Only the first alternative of each side counts: so the reference compares currencies and coordinates. */
  readonly comparesFirstOnly?: true;
}

export class TypedValue {
  readonly kind: ValueKind<unknown>;
  /** At least one. */
  readonly alternatives: readonly unknown[];

  constructor(kind: ValueKind<unknown>, alternatives: readonly unknown[]) {
    this.kind = kind;
    this.alternatives = alternatives;
  }

  /** Whether any alternative of one equals any of the other. */
  equals(found: TypedValue): boolean {
    if (found.kind.name !== this.kind.name) return false;
    const end = this.kind.comparesFirstOnly ? 1 : undefined;
    return this.alternatives
      .slice(0, end)
      .some((mine) =>
        found.alternatives.slice(0, end).some((other) => this.kind.equal(mine, other)),
      );
  }

  show(): unknown {
    return this.kind.show(this.alternatives[0]);
  }
}

/** @throws UnreadableValue */
export function readValue<T>(kind: ValueKind<T>, raw: unknown, context: ReadContext): TypedValue {
  // A typed value only ever gives its own kind's values back to the kind.
  const anyKind = kind as unknown as ValueKind<unknown>;
  const isList = Array.isArray(raw) && kind.isOneValue?.(raw) !== true;
  if (!context.takesPatterns && (isList || isPattern(raw)))
    throw new UnreadableValue("expected one value, got a pattern or a list of alternatives");
  if (!Array.isArray(raw) || kind.isOneValue?.(raw) === true)
    return new TypedValue(anyKind, [kind.read(raw, context)]);
  if (raw.length < 2)
    throw new UnreadableValue(
      `expected one value or at least two alternatives, got a list of ${raw.length}`,
    );
  return new TypedValue(
    anyKind,
    raw.map((alternative) => kind.read(alternative, context)),
  );
}
