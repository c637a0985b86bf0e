import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkUrl } from "./url-match.ts";

const strictly = (references: string[], url: string): boolean | null =>
  checkUrl(references, url).passed;
const likeWebArena = (references: string[], url: string): boolean | null =>
  checkUrl(references, url, "webarena").passed;

const url = fc
  .tuple(
    fc.stringMatching(/^[a-z]{1,8}$/),
    fc.array(fc.stringMatching(/^[a-zA-Z0-9-]{1,6}$/), { maxLength: 3 }),
    fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,4}$/), fc.stringMatching(/^[a-z0-9 ]{1,5}$/)), {
      maxLength: 3,
    }),
  )
  .map(([host, path, query]) => {
    const parameters = new URLSearchParams(query).toString();
    return `http://${host}.test/${path.join("/")}${parameters === "" ? "" : `?${parameters}`}`;
  });

describe("checkUrl, strict", () => {
  it("wants equal host and path, and ignores a trailing slash, encoding and fragment", () => {
    expect(strictly(["http://a.test/f/books"], "http://a.test/f/books/#top")).toBe(true);
    expect(strictly(["http://a.test/a b"], "http://a.test/a%20b")).toBe(true);
    expect(strictly(["http://a.test/a%2Fb"], "http://a.test/a%2fb")).toBe(true);
    expect(strictly(["http://a.test/a/b"], "http://a.test/a%2Fb")).toBe(false);
    expect(strictly(["http://a.test/issues/7"], "http://a.test/issues/71")).toBe(false);
    expect(strictly(["http://a.test/x"], "http://b.test/x")).toBe(false);
    expect(strictly(["http://a.test"], "http://a.test/x")).toBe(false);
  });

  it("wants the reference's query parameters among the page's", () => {
    const reference = "http://a.test/search?q=blue%20kettle";
    expect(strictly([reference], "http://a.test/search?page=2&q=blue+kettle")).toBe(true);
    expect(strictly([reference], "http://a.test/search?q=blue")).toBe(false);
    expect(strictly([reference], "http://a.test/search")).toBe(false);
  });

  it("never mixes the queries of two alternatives", () => {
    const references = ["http://a.test/x?i=1&j=1", "http://a.test/x?i=2&j=2"];
    expect(strictly(references, "http://a.test/x?i=2&j=2")).toBe(true);
    expect(strictly(references, "http://a.test/x?i=1&j=2")).toBe(false);
    expect(likeWebArena(references, "http://a.test/x?i=1&j=2")).toBe(true);
  });

  it("fails, and does not throw, for a text that is not a URL", () => {
    expect(strictly(["about:blank"], "")).toBe(false);
    expect(strictly(["nonsense"], "http://a.test/")).toBe(false);
    expect(strictly(["http://a.test/%E0%A4%A"], "http://a.test/%E0%A4%A")).toBe(true);
  });
});

/** Changes of a URL that the strict rule may accept, or refuse. */
const variation = fc.constantFrom<(url: string) => string>(
  (url) => url,
  (url) => `${url}#part`,
  (url) => url.replace(/(\?|$)/, "/$1"),
  (url) => url.replace(/(\?|$)/, "?zzzzz=1&"),
  (url) => url.replace(/(\?|$)/, "/deeper$1"),
  (url) => url.replace(/\?.*/, ""),
  (url) => url.replace(/\/[^/?]*(\?|$)/, "/$1"),
  (url) => url.replace("://", "://other."),
);

describe("both rules", () => {
  it("accept a URL as its own reference, also with further parameters and a slash", () => {
    fc.assert(
      fc.property(url, (reference) => {
        for (const matches of [strictly, likeWebArena]) {
          expect(matches([reference], reference)).toBe(true);
          const extended = `${reference}${reference.includes("?") ? "&" : "?"}zzzzz=1`;
          expect(matches([reference], extended)).toBe(true);
        }
      }),
    );
  });

  it("agree that strict accepts nothing that WebArena's rule refuses, for one plain reference", () => {
    let accepted = 0;
    fc.assert(
      fc.property(url, variation, (reference, vary) => {
        fc.pre(!/\/(\?|$)/.test(reference));
        const candidate = vary(reference);
        const isAccepted = strictly([reference], candidate);
        if (isAccepted) accepted++;
        expect(isAccepted && !likeWebArena([reference], candidate), candidate).toBe(false);
      }),
    );
    expect(accepted).toBeGreaterThan(10);
  });

  it("differ on longer paths, which WebArena's rule accepts", () => {
    expect(likeWebArena(["http://a.test/issues/7"], "http://a.test/issues/71")).toBe(true);
    expect(likeWebArena(["http://a.test/f/books"], "http://a.test/f/cooks")).toBe(false);
  });
});
