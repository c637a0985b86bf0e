import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { parseTrace, readTraceBytes } from "./read-trace.ts";

const folder = mkdtempSync(join(tmpdir(), "read-trace-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENTRY = {
  startedDateTime: "2025-10-18T19:54:47.896Z",
  request: {
    method: "GET",
    url: "http://a.example/b",
    headers: [{ name: "Accept", value: "*/*" }],
  },
  response: { status: 200, content: { mimeType: "text/html" } },
};
const NETWORK = `${JSON.stringify({ type: "context-options" })}\n${JSON.stringify({ type: "resource-snapshot", snapshot: ENTRY })}\n`;

/** A ZIP archive with these files, deflated. */
function zip(files: Record<string, string>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = deflateRawSync(text);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04_03_4b_50, 0);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02_01_4b_50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    local.push(head, Buffer.from(name), data);
    central.push(entry, Buffer.from(name));
    at += 30 + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06_05_4b_50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, ...central, end]);
}

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const read = (path: string): string[] =>
  parseTrace(readTraceBytes(path), path).map(({ request }) => request.url);

describe("parseTrace", () => {
  it("reads a HAR file, a packed trace, an unpacked one, and its network part alone", () => {
    mkdirSync(join(folder, "trace"));
    write("trace/trace.network", NETWORK);
    const paths = [
      write("a.har", JSON.stringify({ log: { entries: [ENTRY] } })),
      write("a.zip", zip({ "trace.trace": "{}", "trace.network": NETWORK })),
      join(folder, "trace"),
      write("b.har", NETWORK),
    ];
    for (const path of paths) expect(read(path), path).toEqual(["http://a.example/b"]);
  });

  it("says what is wrong with a file that it cannot read", () => {
    expect(() => read(write("cut.har", '{"log": {"entries": ['))).toThrow(
      /cut\.har, got text that is not JSON/u,
    );
    expect(() => read(write("none.har", '{"log": {}}'))).toThrow(
      /none\.har: `log\.entries`: expected array/u,
    );
    expect(() => read(write("other.zip", "hello"))).toThrow(
      /Expected a ZIP archive at .*other\.zip/u,
    );
    expect(() => read(write("empty.zip", zip({ "a.txt": "" })))).toThrow(
      /archive without it\. Record with snapshots on/u,
    );
  });
});
