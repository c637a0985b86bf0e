import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { findSecrets } from "./find-secrets.ts";

const SECRET = 'p4$$ "w<rd>&ö/7';
const around = (text: string): Buffer => Buffer.from(`before ${text} after`);

/** A zip archive of one member, with a local header and nothing else. */
function zipOf(name: string, content: Buffer, hasSize: boolean): Buffer {
  const packed = deflateRawSync(content);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(8, 8);
  header.writeUInt32LE(hasSize ? packed.length : 0, 18);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), packed, Buffer.from("PK\u0001\u0002")]);
}

describe("findSecrets", () => {
  const base64 = (shift: number): string =>
    Buffer.from("x".repeat(shift) + SECRET + "tail").toString("base64");
  it.each<[string, Buffer]>([
    ["plain", around(SECRET)],
    ["URL", around(encodeURIComponent(SECRET))],
    ["URL", around(encodeURIComponent(SECRET).toLowerCase())],
    ["form", around(new URLSearchParams({ v: SECRET }).toString())],
    ["HTML", around("p4$$ &quot;w&lt;rd&gt;&amp;ö/7")],
    [
      "HTML",
      around(
        SECRET.split("")
          .map((one) => `&#${one.codePointAt(0)};`)
          .join(""),
      ),
    ],
    ["JSON", around(JSON.stringify(SECRET))],
    ["hex", around(Buffer.from(SECRET).toString("hex"))],
    ["base64", around(base64(0))],
    ["base64", around(base64(1))],
    ["base64", around(base64(2))],
    ["UTF-16", Buffer.from(`x${SECRET}`, "utf16le")],
    ["UTF-16", Buffer.concat([Buffer.from([0]), Buffer.from(SECRET, "utf16le").swap16()])],
    ["plain in gzip", Buffer.concat([Buffer.from("xx"), gzipSync(around(SECRET))])],
    ["plain in deflate", Buffer.concat([Buffer.from("xx"), deflateSync(around(SECRET))])],
    ["plain in brotli", brotliCompressSync(around(SECRET))],
    ["plain in zip member a.txt", zipOf("a.txt", around(SECRET), true)],
    ["plain in zip member a.txt", zipOf("a.txt", around(SECRET), false)],
    ["plain in gzip in base64", around(gzipSync(around(SECRET)).toString("base64"))],
    ["plain in gzip in zip member a.gz", zipOf("a.gz", gzipSync(around(SECRET)), true)],
  ])("finds a value as %s", (form, bytes) => {
    expect(findSecrets(bytes, ["another", SECRET]).map((one) => one.form)).toContain(form);
    expect(findSecrets(bytes, ["another"])).toEqual([]);
  });

  it("finds nothing in other bytes", () => {
    const bytes = Buffer.concat([
      around("p4$$ word"),
      gzipSync(around("nothing")),
      Buffer.alloc(50),
    ]);
    expect(findSecrets(bytes, [SECRET])).toEqual([]);
  });
});
