import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { openJsonLines, readJsonLines } from "./json-lines.ts";

const LineSchema = z.strictObject({ n: z.int() });
let path: string;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "json-lines-")), "lines.jsonl");
});

function append(...values: unknown[]): void {
  using file = openJsonLines(path);
  for (const value of values) file.append(value);
}

describe("JSON lines", () => {
  it("come back in the order of their appends, across several openings", async () => {
    append({ n: 1 }, { n: 2 });
    append({ n: 3 });
    expect(await readJsonLines(path, LineSchema)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it("are empty if the file does not exist", async () => {
    expect(await readJsonLines(path, LineSchema)).toEqual([]);
  });

  it("skip a line that a killed writer did not finish", async () => {
    append({ n: 1 });
    appendFileSync(path, '{"n":');
    expect(await readJsonLines(path, LineSchema)).toEqual([{ n: 1 }]);
  });

  it("continue after a torn line of any length as if it had never been written", async () => {
    append({ n: 1 });
    appendFileSync(path, `{"n": 2, "text": "${"x".repeat(200_000)}`);
    append({ n: 3 });
    expect(readFileSync(path, "utf8")).toBe('{"n":1}\n{"n":3}\n');
  });

  it("name file, line and key of an invalid value", async () => {
    append({ n: 1 }, { n: "two" });
    await expect(readJsonLines(path, LineSchema)).rejects.toThrow(`${path}:2: \`n\``);
  });

  it("name a whole line that is not JSON", async () => {
    writeFileSync(path, '{"n":1}\n{"n":\n{"n":3}\n');
    await expect(readJsonLines(path, LineSchema)).rejects.toThrow(`${path}:2: expected one JSON`);
  });

  it("are read as editors leave them: a byte order mark, CRLF, blank lines", async () => {
    writeFileSync(path, '\ufeff{"n":1}\r\n\r\n{"n":2}\r\n');
    expect(await readJsonLines(path, LineSchema)).toEqual([{ n: 1 }, { n: 2 }]);
    append({ n: 3 });
    expect(await readJsonLines(path, LineSchema)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it("count blank lines in line numbers", async () => {
    writeFileSync(path, '\n{"n":1}\n\n{"n":"two"}\n');
    await expect(readJsonLines(path, LineSchema)).rejects.toThrow(`${path}:4: \`n\``);
  });

  it.each([
    ["NaN", { loss: { policy: Number.NaN } }, "`loss.policy`", "NaN"],
    ["infinity", [1, Number.NEGATIVE_INFINITY], "`1`", "-Infinity"],
    ["nothing in a list", [undefined], "`0`", "undefined"],
    ["nothing at all", undefined, "the value", "undefined"],
  ])("reject %s, which would come back as another value", (_name, value, key, got) => {
    append({ n: 1 });
    expect(() => append(value)).toThrow(
      `${path}: expected ${key} to be a value that JSON can hold, got ${got}.`,
    );
    expect(readFileSync(path, "utf8")).toBe('{"n":1}\n');
  });

  it("omit a key without a value", () => {
    append({ n: 1, note: undefined });
    expect(readFileSync(path, "utf8")).toBe('{"n":1}\n');
  });

  it("cannot be appended to a closed file", () => {
    const file = openJsonLines(path);
    file[Symbol.dispose]();
    file[Symbol.dispose]();
    expect(() => file.append({ n: 1 })).toThrow("closed file");
  });

  it("give a one-line error if the file cannot be opened", () => {
    expect(() => openJsonLines(join(path, "below", "a-file.jsonl"))).toThrow(
      /^Expected to write .*ENOENT/,
    );
  });
});
