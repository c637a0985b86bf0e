import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Appends records of 600 bytes until one fails. */
const PROGRAM = `
import { openSync } from "node:fs";
import { appendWhole } from "./write-bytes.ts";
process.on("SIGXFSZ", () => {});
const file = openSync(process.argv[1], "a+");
for (let n = 0; n < 10; n++)
  try {
    appendWhole(file, Buffer.alloc(600, String(n)));
  } catch (error) {
    console.log(error.code);
    break;
  }
`;

it.skipIf(process.platform === "win32")("leaves no half record where the disk is full", () => {
  const path = join(mkdtempSync(join(tmpdir(), "full-")), "records");
  // A limit of one or two KiB for a file, depending on the shell, is as good as a full disk.
  const said = execFileSync(
    "sh",
    [
      "-c",
      'ulimit -f 2 && exec "$0" --import tsx --input-type module --eval "$1" "$2"',
      process.execPath,
      PROGRAM,
      path,
    ],
    { cwd: import.meta.dirname, encoding: "utf8" },
  );
  expect(said.trim()).toBe("EFBIG");
  const bytes = readFileSync(path);
  expect(bytes.length).toBeGreaterThan(0);
  expect(bytes.length % 600).toBe(0);
});
