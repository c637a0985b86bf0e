import { describe, expect, it } from "vitest";
import { isAssetAnswer } from "./asset-answer.ts";

describe("isAssetAnswer", () => {
  it.each([
    "text/css",
    "text/javascript; charset=utf-8",
    "application/x-javascript",
    "image/svg+xml",
  ])("treats %s as an asset", (type) => expect(isAssetAnswer(200, type)).toBe(true));

  it.each(["application/font-ttf", "font/woff2", "application/vnd.ms-fontobject", "video/mp4"])(
    "treats %s as an asset",
    (type) => expect(isAssetAnswer(200, type)).toBe(true),
  );

  it.each(["text/html", "application/json", "application/atom+xml", "text/plain", undefined])(
    "treats %s as a page or data",
    (type) => expect(isAssetAnswer(200, type)).toBe(false),
  );

  it("treats a cached answer as an asset, and a missing asset as a page", () => {
    expect(isAssetAnswer(304, undefined)).toBe(true);
    expect(isAssetAnswer(404, "text/html")).toBe(false);
  });
});
