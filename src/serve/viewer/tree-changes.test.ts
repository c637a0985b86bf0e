import { describe, expect, it } from "vitest";
import type { PageNode } from "../../core/observation.ts";
import { compareTrees } from "./tree-changes.ts";

const node = (ref: string, role: string, name: string, more: Partial<PageNode> = {}): PageNode => ({
  ref,
  role,
  name,
  states: {},
  depth: 0,
  ...more,
});

describe("compareTrees", () => {
  it("marks what came, what went and what has another value, and keeps the order of the pages", () => {
    const before = [
      node("1", "textbox", "Name"),
      node("2", "button", "Send"),
      node("3", "link", "Help"),
    ];
    const after = [
      node("1", "textbox", "Name", { value: "Ann" }),
      node("3", "link", "Help"),
      node("4", "alert", "Sent"),
    ];
    expect(compareTrees({ nodes: before }, { nodes: after }, "2")).toEqual({
      lines: [
        ["~", 0, 'textbox "Name" = "Ann"', 'textbox "Name"'],
        ["-", 0, 'button "Send"'],
        [" ", 0, 'link "Help"'],
        ["+", 0, 'alert "Sent"'],
      ],
      target: 1,
    });
  });

  it("does not call another element at a like place a change", () => {
    const { lines } = compareTrees(
      { nodes: [node("1", "button", "Save", { depth: 1 })] },
      { nodes: [node("9", "button", "Remove", { depth: 1 })] },
      "1",
    );
    expect(lines).toEqual([
      ["-", 1, 'button "Save"'],
      ["+", 1, 'button "Remove"'],
    ]);
  });

  it("knows a link with another name by its address", () => {
    const cart = (name: string) =>
      node(name, "link", name, { depth: 1, url: "http://shop.test/cart" });
    const { lines } = compareTrees(
      { nodes: [cart("Cart (0)")] },
      { nodes: [cart("Cart (1)")] },
      null,
    );
    expect(lines.map(([mark]) => mark)).toEqual(["~"]);
  });

  it("leaves out the focus, and texts that their parent's name holds", () => {
    const nodes = [
      node("1", "link", "Cart (2)"),
      node("2", "StaticText", "Cart", { depth: 1 }),
      node("3", "textbox", "Search"),
    ];
    const focused = nodes.map((own) =>
      own.ref === "3" ? { ...own, states: { focused: true as const } } : own,
    );
    expect(compareTrees({ nodes }, { nodes: focused }, null).lines.map(([mark]) => mark)).toEqual([
      " ",
      " ",
    ]);
  });
});
