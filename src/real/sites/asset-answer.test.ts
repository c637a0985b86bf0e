import { describe, expect, it } from "vitest";
import { isAssetAnswer } from "./asset-answer.ts";

describe("isAssetAnswer", () => {
  it.each([
    "text/css",
    "text/javascript; charset=utf-8",
    "application/x-javascript",
    "image/svg+xml",
  ])("knows %s as a part of a page", (type) => expect(isAssetAnswer(200, type)).toBe(true));

  it.each(["application/font-ttf", "font/woff2", "application/vnd.ms-fontobject", "video/mp4"])(
    "and %s, however servers call it",
    (type) => expect(isAssetAnswer(200, type)).toBe(true),
  );

  it.each(["text/html", "application/json", "application/atom+xml", "text/plain", undefined])(
    "takes %s for a page, or data",
    (type) => expect(isAssetAnswer(200, type)).toBe(false),
  );

  it("takes what the browser holds already for a part, and a missing part for a page", () => {
    expect(isAssetAnswer(304, undefined)).toBe(true);
    expect(isAssetAnswer(404, "text/html")).toBe(false);
  });
});
