/** The body of a POST, in each of the three ways in which forms write their fields. */

import { encodeFields, encodeText, UTF_8 } from "../../page/page-encoding.ts";
import type { FormEncoding } from "../../page/forms.ts";

export interface FormBody {
  /** The `Content-Type` header. */
  type: string;
  bytes: Buffer;
}

const USUAL: FormEncoding = {
  type: "application/x-www-form-urlencoded",
  letters: UTF_8,
  files: [],
};

export function encodeForm(
  fields: readonly (readonly [string, string])[],
  { type, letters, files }: FormEncoding = USUAL,
): FormBody {
  switch (type) {
    case "application/x-www-form-urlencoded":
      return { type, bytes: Buffer.from(encodeFields(fields, letters)) };
    case "text/plain": {
      const lines = fields.map(([name, value]) => `${name}=${value}\r\n`);
      return { type, bytes: encodeText(lines.join(""), letters) };
    }
    case "multipart/form-data": {
      const mark = markOutside(fields);
      const parts = fields.map(
        ([name, value], place) =>
          `--${mark}\r\nContent-Disposition: form-data; name="${quoted(name)}"` +
          `${files.includes(place) ? EMPTY_FILE : ""}\r\n\r\n${value}\r\n`,
      );
      const bytes = encodeText(`${parts.join("")}--${mark}--\r\n`, letters);
      return { type: `${type}; boundary=${mark}`, bytes };
    }
  }
}

const EMPTY_FILE = `; filename=""\r\nContent-Type: application/octet-stream`;

/** A line that no field contains. */
function markOutside(fields: readonly (readonly [string, string])[]): string {
  const all = fields.flat().join("\n");
  let mark = "----FormBoundary";
  while (all.includes(mark)) mark += "x";
  return mark;
}

/** HTML escapes the characters that would end a name. */
function quoted(name: string): string {
  return name.replace(/"|\r|\n/gu, (character) => encodeURIComponent(character));
}
