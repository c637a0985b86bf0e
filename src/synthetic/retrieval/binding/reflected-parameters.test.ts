import { describe, expect, it } from "vitest";
import { applyEdits } from "../../tree/page-edit.ts";
import { parseTree } from "../../tree/page-tree.ts";
import { reflectParameters } from "./reflected-parameters.ts";

const URL = "http://seeds.test/list";
const option = (value: string, chosen: string): string =>
  `<option value="${value}"${value === chosen ? ' selected=""' : ""}>${value}</option>`;
const form = (sort: string, isDescending: boolean, lot = "3"): string =>
  `<!doctype html><html><head></head><body><form><select name="sort">${option("name", sort)}${option("age", sort)}</select>` +
  `<input type="checkbox" name="down"${isDescending ? ' checked=""' : ""}>` +
  `<select name="lot">${option("3", lot)}${option("4", lot)}</select></form></body></html>`;
/** The form of one address, made from that of another. */
const reflected = (html: string, from: string, to: string): string =>
  applyEdits(html, reflectParameters(parseTree(html), { from: URL + from, to: URL + to }));

describe("reflectParameters", () => {
  it("chooses and ticks what the new address says", () => {
    const html = form("name", false);
    expect(reflected(html, "?sort=name", "?sort=age&down=on")).toBe(form("age", true));
    expect(reflected(form("age", true), "?sort=age&down=on", "?sort=name")).toBe(html);
  });

  it("leaves controls that show something else than the recorded address, and unknown values", () => {
    const html = form("name", false, "4");
    expect(reflected(html, "?sort=name&lot=3", "?sort=name&lot=4&down=on")).toBe(
      form("name", true, "4"),
    );
    expect(reflected(html, "?sort=age", "?sort=weight")).toBe(html);
    expect(reflected(form("name", true), "?sort=name", "?sort=age")).toBe(form("age", true));
    expect(reflected(html, "?sort=name", "")).toBe(html);
  });
});
