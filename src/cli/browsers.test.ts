import { describe, expect, it } from "vitest";
import { countBrowsers } from "./browsers.ts";

const machine = { cores: 2, memoryBytes: 8 * 2 ** 30 };

describe("countBrowsers", () => {
  it("starts no more browsers than there are episodes", () => {
    expect(countBrowsers(12, 1, machine)).toBe(1);
    expect(countBrowsers(2, 60, machine)).toBe(2);
  });

  it("refuses more than the cores can use, and says why", () => {
    expect(countBrowsers(8, 60, machine)).toBe(8);
    expect(() => countBrowsers(1000, 60, machine)).toThrow(
      /up to 8, got 1000.*2 cores.*8 GiB of memory/,
    );
  });

  it("refuses more than the memory can hold", () => {
    expect(() => countBrowsers(4, 60, { cores: 8, memoryBytes: 2 ** 30 })).toThrow(
      /up to 2, got 4/,
    );
  });
});
