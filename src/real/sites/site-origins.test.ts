import { describe, expect, it } from "vitest";
import { originAllowlist, hostResolverRules, isAllowedUrl } from "./site-origins.ts";

const SITES = [
  { origin: "http://shop.test", address: "127.0.0.1:4000" },
  { origin: "https://[::1]:8443" },
];

describe("site origins", () => {
  it("allow their own scheme, host and port, and nothing else", () => {
    const allowed = (url: string): boolean => isAllowedUrl(url, SITES);
    expect(allowed("http://shop.test/a?b#c")).toBe(true);
    expect(allowed("http://SHOP.test:80/")).toBe(true);
    expect(allowed("https://[::1]:8443/")).toBe(true);
    for (const url of [
      "https://shop.test/",
      "http://shop.test:81/",
      "http://sub.shop.test/",
      "http://shop.test.evil.example/",
      "http://shop.test@evil.example/",
      "blob:http://shop.test/1",
      "view-source:http://shop.test/",
      "file:///shop.test",
      "/relative",
    ])
      expect(allowed(url), url).toBe(false);
  });

  it("become resolver rules that name the port, before the catch-all rule", () => {
    expect(hostResolverRules(SITES)).toBe(
      "MAP shop.test:80 127.0.0.1:4000, MAP [::1]:8443 [::1]:8443, MAP * ~NOTFOUND",
    );
  });

  it("are distinguished from invalid origins before a browser sees them", () => {
    for (const origin of ["shop.test", "127.0.0.1:4000", "file:///shop", ""])
      expect(() => hostResolverRules([{ origin }]), origin).toThrow(`got "${origin}"`);
  });

  it("become the only exceptions to a missing proxy, including loopback", () => {
    expect(originAllowlist(SITES).bypass).toBe(
      "<-loopback>,http://shop.test:80,ws://shop.test:80,https://[::1]:8443,wss://[::1]:8443",
    );
  });
});
