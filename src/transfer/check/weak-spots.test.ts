import { describe, expect, it } from "vitest";
import { recordedTrajectory } from "../../../test/support/recorded-trajectory.ts";
import type { JudgedStep } from "../../synthetic/measure/change-fidelity.ts";
import { findWeakSpots, kindsOfPages } from "./weak-spots.ts";

describe("kindsOfPages", () => {
  it("puts a star where a path has a digit, or three different words", () => {
    const urls = ["/f/books/12", "/f/books/13", "/f/films/14", "/f/music/15", "/search", "/about"];
    const kinds = kindsOfPages(urls.map((path) => `http://forum.test${path}?page=2`));
    expect([...kinds.values()]).toEqual([
      "/f/*/*",
      "/f/*/*",
      "/f/*/*",
      "/f/*/*",
      "/search",
      "/about",
    ]);
  });

  it("does not mix two sites", () => {
    const kinds = kindsOfPages(["http://a.test/of/x", "http://a.test/of/y", "http://b.test/of/z"]);
    expect([...kinds.values()]).toEqual(["/of/x", "/of/y", "/of/z"]);
  });
});

describe("findWeakSpots", () => {
  const step = (path: string, templateId: number, isRight: boolean): JudgedStep => {
    const real = {
      ...recordedTrajectory("e", { url: `http://a.test${path}`, html: "" }),
      templateId,
    };
    const walk = { real, at: 0, action: { kind: "goBack" as const }, size: 1, steps: [] };
    return { walk, looksRight: true, isRight };
  };

  it("names the pages and templates with most wrong actions first, and no faultless ones", () => {
    const steps = [
      step("/a", 1, false),
      step("/a", 1, false),
      step("/b", 2, false),
      step("/b", 2, true),
      step("/c", 3, true),
    ];
    const { pages, templates } = findWeakSpots(steps, () => "shop");
    expect(pages.map(({ page, wrong }) => [page, wrong.count, wrong.of])).toEqual([
      ["/a", 2, 2],
      ["/b", 1, 2],
    ]);
    expect(templates.map(({ templateId, wrong }) => [templateId, wrong.count])).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });
});
