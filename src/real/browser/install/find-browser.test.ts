import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findBrowser } from "./find-browser.ts";
import { ensureBrowser } from "./install-browser.ts";

function executable(name: string, script: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "browser-")), name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe("a configured browser", () => {
  it("is found with its version and kind", async () => {
    const path = executable("my-headless-shell", 'echo "Chromium 150.0.1.2 built on Debian"');
    expect(await findBrowser({ configuredPath: path })).toEqual({
      path,
      source: "configured",
      version: "150.0.1.2",
      isHeadlessShell: true,
    });
  });

  it("that does not exist is an error, even if the machine has another", async () => {
    await expect(findBrowser({ configuredPath: "/no/chromium" })).rejects.toThrow(
      /^Expected a Chromium at the configured path \/no\/chromium, got: no such file\./,
    );
  });

  it("that cannot start shows the browser's own error", async () => {
    const path = executable(
      "chromium",
      'echo "error while loading shared libraries: libnss3.so" >&2; exit 127',
    );
    await expect(findBrowser({ configuredPath: path })).rejects.toThrow(
      "got: error while loading shared libraries: libnss3.so",
    );
  });

  it("that is another program is rejected", async () => {
    const path = executable("chromium", "echo 'hello'");
    await expect(findBrowser({ configuredPath: path })).rejects.toThrow('it says "hello"');
  });

  it("that does not run is not replaced by an installed one", async () => {
    const lines: string[] = [];
    const wanted = ensureBrowser({
      configuredPath: "/no/chromium",
      log: (line) => lines.push(line),
    });
    await expect(wanted).rejects.toThrow("Correct the path");
    expect(lines).toEqual([]);
  });
});
