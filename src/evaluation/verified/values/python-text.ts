/** Values as Python sees them. The reference compares Python's texts, and what Python counts as empty is empty. */

/** A number as JSON wrote it (`5.0`), where JavaScript would forget how: Python's text of it is not `5`. */
export class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get value(): number {
    return Number(this.text);
  }
}

/** None, false, zero, and empty texts, lists and objects. */
export function isEmpty(value: unknown): boolean {
  if (value instanceof WrittenNumber) return value.value === 0;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return !value;
}

/** A boolean counts as a number in Python. */
export function toNumber(value: unknown): number | null {
  if (value instanceof WrittenNumber) return value.value;
  if (typeof value === "number") return value;
  return typeof value === "boolean" ? Number(value) : null;
}

/** Python's `str(value)`. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof WrittenNumber) return floatText(value);
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(quoted).join(", ")}]`;
  if (typeof value === "object") {
    const fields = Object.entries(value).map(([name, held]) => `${quoted(name)}: ${quoted(held)}`);
    return `{${fields.join(", ")}}`;
  }
  return typeof value === "number" ? String(value) : "";
}

/** Integers keep all their digits; others are printed as the shortest decimal, with `.0` where they are whole. */
function floatText({ text, value }: WrittenNumber): string {
  if (/^-?\d+$/.test(text)) return text;
  if (Math.abs(value) >= 1e16 || (value !== 0 && Math.abs(value) < 1e-4))
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  const shortest = String(value);
  return Number.isInteger(value) ? `${shortest}.0` : shortest;
}

function quoted(value: unknown): string {
  if (typeof value !== "string") return toText(value);
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  return `${quote}${value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}${quote}`;
}

/** Python's `==` on values of JSON: true equals 1. */
export function sameValue(one: unknown, other: unknown): boolean {
  const number = toNumber(one);
  if (number !== null) return number === toNumber(other);
  if (Array.isArray(one))
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => sameValue(item, other[index]))
    );
  if (typeof one === "object" && one !== null) {
    if (typeof other !== "object" || other === null || Array.isArray(other)) return false;
    const names = Object.keys(one);
    return (
      names.length === Object.keys(other).length &&
      names.every(
        (name) =>
          Object.hasOwn(other, name) &&
          sameValue(
            (one as Record<string, unknown>)[name],
            (other as Record<string, unknown>)[name],
          ),
      )
    );
  }
  return one === other;
}
