import { describe, expect, it } from "vitest";
import { type AxTextNode, type Box, idsInText, writeWebArenaText } from "./webarena-text.ts";

type Tree = [role: string, name: string, ...more: (Tree | Partial<AxTextNode> | Box)[]];

/** Numbers the nodes from 1 on; a box is in view unless another is given. */
function flatten(tree: Tree): { nodes: AxTextNode[]; boxes: Map<number, Box> } {
  const nodes: AxTextNode[] = [];
  const boxes = new Map<number, Box>();
  const add = ([role, name, ...more]: Tree): string => {
    const id = nodes.length + 1;
    const node: AxTextNode = {
      nodeId: String(id),
      backendDOMNodeId: id,
      role: { value: role },
      name: { value: name },
    };
    nodes.push(node);
    boxes.set(id, { x: 0, y: 0, width: 100, height: 20 });
    const childIds: string[] = [];
    for (const part of more) {
      if (Array.isArray(part)) childIds.push(add(part));
      else if ("width" in part) boxes.set(id, part);
      else Object.assign(node, part);
    }
    node.childIds = childIds;
    return node.nodeId;
  };
  add(tree);
  return { nodes, boxes };
}

const write = (tree: Tree): string[] =>
  writeWebArenaText({
    ...flatten(tree),
    window: { width: 1280, height: 720 },
    tabs: [{ title: "Shop", active: true }],
  })
    .split("\n")
    .slice(2);
const property = (name: string, value?: unknown) => ({ name, value: { value } });

describe("writeWebArenaText", () => {
  it("prints the tabs first, then a blank line", () => {
    const text = writeWebArenaText({
      ...flatten(["RootWebArea", "Shop"]),
      window: { width: 1280, height: 720 },
      tabs: [
        { title: "A", active: false },
        { title: "B", active: true },
      ],
    });
    expect(text).toBe("Tab 0: A | Tab 1 (current): B\n\n[1] RootWebArea 'Shop'");
  });

  it("quotes names as Python does, and prints properties but the dropped ones", () => {
    const dropped = ["focusable", "editable", "readonly", "level", "settable", "multiline"];
    expect(
      write([
        "RootWebArea",
        "it's",
        { properties: [property("focused", true), property("url", "http://a.test/")] },
        [
          "textbox",
          'a"b\u00a0c',
          {
            properties: [
              ...[...dropped, "invalid"].map((name) => property(name, true)),
              property("required", false),
              property("hasPopup", "menu"),
              property("controls"),
              property("checked", "mixed"),
            ],
          },
        ],
      ]),
    ).toEqual([
      `[1] RootWebArea "it's" focused: True`,
      `\t[2] textbox 'a"b\\xa0c' required: False hasPopup: menu checked: mixed`,
    ]);
  });

  it("leaves out blank nodes without meaning, whose children keep their level", () => {
    expect(
      write([
        "RootWebArea",
        "Shop",
        ["generic", "", ["image", "", ["link", "in"]]],
        ["generic", "", { properties: [property("focused", true)] }],
        ["listitem", " ", { properties: [property("focused", true)] }],
        ["image", "Logo"],
        ["button", ""],
      ]),
    ).toEqual([
      "[1] RootWebArea 'Shop'",
      "\t[4] link 'in'",
      "\t[5] generic '' focused: True",
      "\t[7] img 'Logo'",
      "\t[8] button ''",
    ]);
  });

  it("leaves out what is out of the window, and keeps the children of what it leaves out", () => {
    const below = { x: 0, y: 720, width: 100, height: 20 };
    expect(
      write([
        "RootWebArea",
        "Shop",
        ["link", "below", below],
        ["link", "empty", { x: 0, y: 0, width: 0, height: 20 }],
        ["list", "outer", below, ["link", "inner"]],
        // WebArena's fault: one pixel in view is enough for anything higher than a pixel.
        ["link", "nearly below", { ...below, y: 719 }],
        ["link", "thin", { ...below, y: 719.5, height: 1 }],
        ["link", "no box", { backendDOMNodeId: 99 }],
      ]),
    ).toEqual(["[1] RootWebArea 'Shop'", "\t[5] link 'inner'", "\t[6] link 'nearly below'"]);
  });

  it("drops texts that one of the three previous lines contains, empty texts, and parts of lines", () => {
    expect(
      write([
        "RootWebArea",
        "Shop",
        ["link", "Red lamp", ["StaticText", "Red", ["InlineTextBox", "Red"]]],
        ["StaticText", "lamp"],
        ["StaticText", ""],
        ["StaticText", "new"],
        ["button", "a"],
        ["button", "b"],
        ["button", "c"],
        ["StaticText", "new"],
      ]),
    ).toEqual([
      "[1] RootWebArea 'Shop'",
      "\t[2] link 'Red lamp'",
      "\t[7] StaticText 'new'",
      "\t[8] button 'a'",
      "\t[9] button 'b'",
      "\t[10] button 'c'",
      "\t[11] StaticText 'new'",
    ]);
  });

  it("prints nothing for a node without a name, as Chromium gives ignored ones", () => {
    const { nodes, boxes } = flatten(["RootWebArea", "Shop", ["none", "x", ["link", "in"]]]);
    const unnamed = nodes.map(({ name, ...node }) =>
      node.role?.value === "none" ? node : { ...node, ...(name && { name }) },
    );
    const text = writeWebArenaText({
      nodes: unnamed,
      boxes,
      window: { width: 1280, height: 720 },
      tabs: [],
    });
    expect(text).toBe("\n\n[1] RootWebArea 'Shop'\n\t[3] link 'in'");
    expect(idsInText(text)).toEqual(["1", "3"]);
  });
});
