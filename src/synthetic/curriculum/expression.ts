/** Texts that are made of a template's slots: literals and slot values in some form, in order. */

import { TEXT_FORMS, type TextForm } from "./text-forms.ts";
import type { SiteLexicon } from "./site-lexicon.ts";

type ExpressionPart = string | { slot: number; form: TextForm };
export type Expression = readonly ExpressionPart[];

/** A text of one task, and the values of the slots there. */
export interface Sample {
  text: string;
  values: readonly string[];
}

/** Complete parses compared at most, and steps towards them. */
const MOST_PARSES = 64;
const MOST_STEPS = 20_000;

interface Parse {
  parts: ExpressionPart[];
  /** Where each sample stands; null where the lexicon lacks a form of its value. */
  positions: (number | null)[];
}

/**
 * The expression that renders all samples. A sample whose values the lexicon does not know is passed over, as long as
 * two different ones are left.
 *
 * @returns null where the slots explain the text in no way
 */
export function induceExpression(
  samples: readonly Sample[],
  lexicon: SiteLexicon,
): Expression | null {
  const [first] = samples;
  if (first === undefined) return null;
  if (samples.every(({ text }) => text === first.text)) return [first.text];
  const forms = formsOf(samples, lexicon);
  const open: Parse[] = [{ parts: [], positions: samples.map(() => 0) }];
  let best: Parse | null = null;
  for (let parses = 0, steps = 0; parses < MOST_PARSES && steps < MOST_STEPS; steps++) {
    const parse = open.pop();
    if (parse === undefined) break;
    if (isDone(parse, samples)) {
      parses++;
      if (best === null || rank(parse) > rank(best)) best = parse;
    } else open.push(...continuations(parse, samples, forms).toReversed());
  }
  return best === null ? null : best.parts;
}

/** The text for other values. @returns null where the lexicon lacks a form of one */
export function renderExpression(
  expression: Expression,
  values: readonly string[],
  lexicon: SiteLexicon,
): string | null {
  let text = "";
  for (const part of expression) {
    const rendered =
      typeof part === "string" ? part : part.form.render(values[part.slot] ?? "", lexicon);
    if (rendered === null || (rendered === "" && typeof part !== "string")) return null;
    text += rendered;
  }
  return text;
}

interface RenderedForm {
  part: Exclude<ExpressionPart, string>;
  texts: (string | null)[];
}

function formsOf(samples: readonly Sample[], lexicon: SiteLexicon): RenderedForm[] {
  const slots = samples[0]?.values.length ?? 0;
  return TEXT_FORMS.flatMap((form) =>
    Array.from({ length: slots }, (_, slot) => ({
      part: { slot, form },
      texts: samples.map(({ values }) => form.render(values[slot] ?? "", lexicon) || null),
    })),
  );
}

/** Samples that go on, least preferred last: each form that all of them have next, then a shared character. */
function continuations(
  { parts, positions }: Parse,
  samples: readonly Sample[],
  forms: readonly RenderedForm[],
): Parse[] {
  const next: Parse[] = [];
  for (const { part, texts } of forms) {
    const moved = positions.map((position, index) => {
      const text = texts[index];
      return position === null || text === null || text === undefined
        ? null
        : (samples[index] as Sample).text.startsWith(text, position)
          ? position + text.length
          : -1;
    });
    if (moved.includes(-1) || countDifferent(moved, samples) < 2) continue;
    next.push({ parts: [...parts, part], positions: moved });
  }
  const characters = new Set(
    positions.flatMap((position, index) =>
      position === null ? [] : [(samples[index] as Sample).text[position] ?? ""],
    ),
  );
  const [character = ""] = characters;
  if (characters.size !== 1 || character === "") return next;
  const last = parts.at(-1);
  const literal = typeof last === "string" ? last + character : character;
  next.push({
    parts: [...(typeof last === "string" ? parts.slice(0, -1) : parts), literal],
    positions: positions.map((position) => (position === null ? null : position + 1)),
  });
  return next;
}

function isDone({ positions }: Parse, samples: readonly Sample[]): boolean {
  return positions.every(
    (position, index) => position === null || position === samples[index]?.text.length,
  );
}

function countDifferent(positions: readonly (number | null)[], samples: readonly Sample[]): number {
  return new Set(samples.filter((_, index) => positions[index] !== null).map(({ text }) => text))
    .size;
}

/** More samples are better, then fewer parts. Of equals, the first found has the preferred forms. */
function rank({ parts, positions }: Parse): number {
  return positions.filter((position) => position !== null).length * 1000 - parts.length;
}
