/**
 * Names of fields that are paths: `$.note.note`, `$.actions[0].content`, `$['rows'][?(@.isNew == 1)].title`, and
 * patterns of names: `$.^file_path|file_name$`. No more of JSONPath occurs in the tasks, and another path is a fault.
 */

import { isPattern } from "./values/pattern.ts";
import { isRecord } from "./read-by-schema.ts";
import { UnreadableValue } from "./values/typed-value.ts";

export function isPath(name: string): boolean {
  return name.startsWith("$") || isPattern(name);
}

/**
 * The value at the path; null without one. A pattern or a filter may find several, which then come as a list.
 *
 * @throws UnreadableValue for a path of another form
 */
export function valueAt(data: Record<string, unknown>, path: string): unknown {
  const pattern = path.startsWith("$.^") ? path.slice(2) : path;
  if (isPattern(pattern)) {
    const name = new RegExp(`^(?:${pattern})`, "u");
    return oneOrAll(
      Object.entries(data)
        .filter(([key]) => name.test(key))
        .map(([, value]) => value),
    );
  }
  const steps = readSteps(path);
  const found = follow(data, steps);
  const values = found.length > 0 ? found : follow(parseTexts(data), steps);
  return path.includes("?(") && values.length > 0 ? values : oneOrAll(values);
}

function oneOrAll(values: readonly unknown[]): unknown {
  return values.length > 1 ? values : (values[0] ?? null);
}

type Step = (value: unknown) => unknown[];

const STEP = /\.([\p{L}_][\p{L}\p{N}_-]*)|\['([^']*)'\]|\[(\d+)\]|\[\?\(@\.(\w+) == (\d+)\)\]/uy;

function readSteps(path: string): Step[] {
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const found = STEP.exec(path);
    if (found === null)
      throw new UnreadableValue(`expected a path such as $.note.note, got ${path}`);
    const [, name, quoted, index, field, value] = found;
    const key = name ?? quoted;
    if (key !== undefined) steps.push((held) => fieldOf(held, key));
    else if (index !== undefined)
      steps.push((held) => itemsOf(held).slice(Number(index), Number(index) + 1));
    else
      steps.push((held) =>
        itemsOf(held).filter((item) =>
          fieldOf(item, field as string).some((one) => Number(one) === Number(value)),
        ),
      );
  }
  return steps;
}

function follow(data: unknown, steps: readonly Step[]): unknown[] {
  return steps.reduce((values, step) => values.flatMap(step), [data]);
}

function fieldOf(value: unknown, name: string): unknown[] {
  return isRecord(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}

function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Forms hold JSON in single fields. */
function parseTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(parseTexts);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      typeof held === "string" ? parseText(held) : parseTexts(held),
    ]),
  );
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
