import { expect, it } from "vitest";
import { isCacheable } from "./cacheable-answer.ts";

it.each([
  [{}, false],
  [{ etag: '"1"' }, false],
  [{ "cache-control": "no-store" }, false],
  [
    { "cache-control": "private, no-cache", "last-modified": "Mon, 23 Nov 2026 08:00:00 GMT" },
    false,
  ],
  [{ "cache-control": "max-age=0, must-revalidate" }, false],
  [{ "cache-control": "Public, Max-Age=86400, immutable" }, false],
  [{ "cache-control": "private, max-age=60" }, true],
  [{ expires: "Mon, 23 Nov 2026 09:00:00 GMT" }, true],
  [{ "last-modified": "Mon, 23 Nov 2026 08:00:00 GMT" }, true],
])("an answer with %j may be shown again without a request: %s", (headers, kept) => {
  expect(isCacheable(headers as Record<string, string>)).toBe(kept);
});
