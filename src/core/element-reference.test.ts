import { describe, expect, it } from "vitest";
import { actionKey, findElement, referTo, transferAction } from "./element-reference.ts";
import type { Observation, PageNode } from "./observation.ts";

/** Nodes as `role name url`. Each page numbers its own refs. */
let lastRef = 0;
function page(...lines: string[]): Observation {
  const nodes = lines.map((line): PageNode => {
    const [role = "", name = "", url] = line.split(" ");
    return { ref: String(++lastRef), role, name, states: {}, depth: 1, ...(url && { url }) };
  });
  return { url: "http://a.test/", title: "", nodes, tabs: [], lastActionError: null };
}

/** The place on `to` of the node at a given place on `from`. */
function found(from: Observation, place: number, to: Observation): number {
  const reference = referTo(from, from.nodes[place]?.ref ?? "");
  const node = reference === null ? null : findElement(reference, to);
  return node === null ? -1 : to.nodes.indexOf(node);
}

describe("findElement", () => {
  it("finds every element of a page that looks the same, at its own place", () => {
    const lines = ["link Edit /1", "button Save", "link Edit /1", "button Save", "link Edit /2"];
    const [from, to] = [page(...lines), page(...lines)];
    expect(lines.map((_, place) => found(from, place, to))).toEqual([0, 1, 2, 3, 4]);
  });

  it("follows a link's address before its number", () => {
    const from = page("link Edit /1", "link Edit /2");
    const to = page("heading New", "link Edit /0", "link Edit /1", "link Edit /2");
    expect(found(from, 0, to)).toBe(2);
    expect(found(from, 1, to)).toBe(3);
  });

  it("picks the link with the same number when several have the same address", () => {
    const from = page("link Edit /1", "link Edit /1");
    expect(found(from, 1, page("heading New", "link Edit /1", "link Edit /1"))).toBe(2);
  });

  it("counts among elements of the same role and name, and takes the first if there are fewer", () => {
    const from = page("button Save", "button Other", "button Save");
    expect(found(from, 2, page("button Save", "heading New", "button Save", "button Other"))).toBe(
      2,
    );
    expect(found(from, 2, page("heading New", "button Save"))).toBe(1);
  });

  it("does not find an element with another role or name", () => {
    expect(found(page("button Save"), 0, page("link Save"))).toBe(-1);
    expect(referTo(page("button Save"), "0")).toBeNull();
  });
});

describe("transferAction", () => {
  it("keeps arguments, and leaves actions without an element unchanged", () => {
    const [from, to] = [page("textbox Name"), page("heading New", "textbox Name")];
    const action = {
      kind: "type",
      ref: from.nodes[0]?.ref ?? "",
      text: "x",
      submit: true,
    } as const;
    expect(transferAction(action, from, to)).toEqual({ ...action, ref: to.nodes[1]?.ref });
    expect(transferAction({ kind: "goBack" }, from, to)).toEqual({ kind: "goBack" });
    expect(transferAction(action, from, page("heading New"))).toBeNull();
  });
});

describe("actionKey", () => {
  it("stays the same on a later visit, and differs for another address, element or argument", () => {
    const [first, second] = [page("button Save", "button Other"), page("button Save")];
    const click = ({ nodes }: Observation, place = 0) =>
      ({ kind: "click", ref: nodes[place]?.ref ?? "" }) as const;
    expect(actionKey(first, click(first))).toBe(actionKey(second, click(second)));
    expect(actionKey(first, click(first))).not.toBe(actionKey(first, click(first, 1)));
    const elsewhere = { ...second, url: "http://a.test/b" };
    expect(actionKey(first, click(first))).not.toBe(actionKey(elsewhere, click(second)));
    expect(actionKey(first, { kind: "goBack" })).not.toBe(actionKey(first, { kind: "goForward" }));
  });
});
