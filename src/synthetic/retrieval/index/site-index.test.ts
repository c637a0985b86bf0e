import { describe, expect, it } from "vitest";
import { recordedTrajectory } from "../../../../test/support/recorded-trajectory.ts";
import { ReplayBuffer } from "../../buffer/replay-buffer.ts";
import { SiteIndex } from "./site-index.ts";

const URL_OF_PAGE = "http://birds.test/";

const page = (text: string, token: number): string =>
  `<title>Birds</title><p>${text}</p><form><input type="hidden" name="token" value="${token}"><input name="q" value="owl"></form><img src="/seen?${token}" alt="">`;

const known = (...pages: string[]) =>
  new SiteIndex(
    new ReplayBuffer(
      pages.map((html, i) => recordedTrajectory(String(i), { url: URL_OF_PAGE, html })),
    ),
  ).known(URL_OF_PAGE);

describe("a page that several recordings saw", () => {
  it("is the same page where only invisible parts are new each time", () => {
    expect(known(page("Owl", 1), page("Owl", 2), page("Owl", 3))).toMatchObject({
      evidence: ["0#0", "1#0", "2#0"],
      sightings: 3,
      html: page("Owl", 1),
    });
  });

  it("is the page that most of them saw", () => {
    expect(known(page("Owl", 1), page("Wren", 2), page("Wren", 3))).toMatchObject({
      evidence: ["1#0", "2#0"],
      sightings: 3,
      html: page("Wren", 2),
    });
    const chosen = page("Wren", 2).replace('value="owl"', 'value="wren"');
    expect(known(page("Wren", 1), chosen, page("Wren", 3))?.evidence).toEqual(["0#0", "2#0"]);
  });
});
