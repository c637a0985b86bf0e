import { describe, expect, it } from "vitest";
import { parsePage } from "../../../page/page-document.ts";
import { type SoughtElement, findAgain } from "./find-again.ts";

const URL = "http://stock.test/";
const NAMES = ["Lamp", "Chair", "Desk", "Shelf"];
const table = (names: readonly string[]): string =>
  `<!doctype html><title>Stock</title><table><thead><tr><th>Name</th><th>Left</th><th>Actions</th></tr></thead><tbody>${names
    .map(
      (name) =>
        `<tr><td>${name}</td><td>${name.length}</td><td><button>Edit</button><button>…</button></td></tr>`,
    )
    .join("")}</tbody></table><p>In all: ${names.length}</p>`;
const list = (names: readonly string[]): string =>
  `<!doctype html><title>Stock</title><ul>${names.map((name) => `<li>${name} <a href="/more">More</a></li>`).join("")}</ul>`;

const observe = (html: string) => {
  const { nodes, title } = parsePage(html, URL);
  return { url: URL, title, nodes: [...nodes], tabs: [], lastActionError: null };
};

/** The texts of the row in which the element of a row is found on a changed page. */
async function rowOfFound(role: string, name: string, row: string, before: string, after: string) {
  const [observation, now] = [observe(before), observe(after)];
  const start = observation.nodes.findIndex((node) => node.name === row);
  const node = observation.nodes.find(
    (one, at) => at > start && one.role === role && one.name === name,
  );
  const sought: SoughtElement = { observation, ref: node?.ref ?? "", element: undefined };
  const found = await findAgain(sought, now, () => Promise.resolve({ url: URL, html: after }));
  const at = now.nodes.findIndex(({ ref }) => ref === found?.ref);
  return now.nodes.slice(0, at).findLast((one) => NAMES.includes(one.name))?.name;
}

describe("the same button of many rows", () => {
  const orders: readonly (readonly string[])[] = [
    NAMES.toReversed(),
    ["Sofa", ...NAMES],
    NAMES.toSorted(),
    ["Shelf", "Lamp"],
  ];
  for (const order of orders)
    it(`stays in its row: ${order.join(", ")}`, async () => {
      for (const row of ["Lamp", "Shelf"]) {
        expect(await rowOfFound("button", "…", row, table(NAMES), table(order))).toBe(row);
        expect(await rowOfFound("link", "More", row, list(NAMES), list(order))).toBe(row);
      }
    });
});

describe("an entry that has gone from its list", () => {
  const entries = (names: readonly string[], tag: (name: string) => string): string =>
    `<!doctype html><title>Stock</title><ul>${names.map((name) => `<li>${tag(name)}</li>`).join("")}</ul>`;
  const link = (name: string): string => `<a href="/${name.toLowerCase()}">${name}</a>`;
  const remove = (name: string): string => `<button>Remove ${name}</button>`;
  /** The name of what is found instead of the second entry. */
  const found = async (role: string, tag: typeof link, names: readonly string[], rename = tag) => {
    const [before, after] = [entries(NAMES, tag), entries(names, rename)];
    const [observation, now] = [observe(before), observe(after)];
    const node = observation.nodes.filter((one) => one.role === role)[1];
    const selector = `html > body > ul > li:nth-of-type(2) > ${role === "link" ? "a" : role}`;
    const element = {
      frames: [],
      references: [{ by: "css" as const, selector, unique: true, index: 0 }],
    };
    const sought = { observation, ref: node?.ref ?? "", element };
    const again = await findAgain(sought, now, () => Promise.resolve({ url: URL, html: after }));
    return now.nodes.find(({ ref }) => ref === again?.ref)?.name ?? null;
  };

  it("is not the entry that took its place", async () => {
    expect(await found("link", link, ["Lamp", "Desk", "Shelf"])).toBeNull();
    expect(await found("link", link, ["Lamp", "Sofa", "Desk", "Shelf"])).toBeNull();
    expect(await found("button", remove, ["Lamp", "Desk", "Shelf"])).toBeNull();
  });

  it("is found by its place under another name, where the address is the same", async () => {
    const counted = (name: string): string => `<a href="/${name.toLowerCase()}">${name} (4)</a>`;
    expect(await found("link", link, NAMES, counted)).toBe("Chair (4)");
  });
});
