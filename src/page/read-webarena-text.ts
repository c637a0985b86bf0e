/** Reads WebArena's accessibility-tree text back into nodes: `[12] link 'Cart' focused: True`, a TAB for each level. */

import type { NodeStates, Observation, PageNode } from "../core/observation.ts";

/** Nodes and tab titles. A line of another form is left out. */
export function readWebArenaText(text: string): Pick<Observation, "nodes"> & { titles: string[] } {
  const lines = text.split("\n");
  const tabs = lines.find((line) => line.startsWith("Tab 0")) ?? "";
  const titles =
    tabs === ""
      ? []
      : tabs.split(" | ").map((tab) => tab.replace(/^Tab \d+(?: \(current\))?: /u, ""));
  const nodes = lines.flatMap((line) => readLine(line) ?? []);
  return { nodes, titles };
}

function readLine(line: string): PageNode | null {
  const [, tabs = "", ref = "", role = "", rest = ""] =
    /^(\t*)\[(\d+)\] (\S+)(?: (.*))?$/u.exec(line) ?? [];
  if (ref === "") return null;
  const { text: name, end } = readQuoted(rest);
  const properties = rest.slice(end);
  const value = /(?:^| )value: (.*?)(?= \w+: |$)/u.exec(properties)?.[1];
  const url = /(?:^| )url: (\S+)/u.exec(properties)?.[1];
  return {
    ref,
    role,
    name: name.trim(),
    states: readStates(properties),
    depth: tabs.length,
    ...(value !== undefined && { value: readQuoted(value).text || value }),
    ...(url !== undefined && { url }),
  };
}

/** A text in Python's quotes at the start of another. */
function readQuoted(text: string): { text: string; end: number } {
  const quote = text[0];
  if (quote !== "'" && quote !== '"') return { text: "", end: 0 };
  let content = "";
  for (let at = 1; at < text.length; at++) {
    if (text[at] === quote) return { text: content, end: at + 1 };
    if (text[at] === "\\" && at + 1 < text.length) {
      at++;
      content += text[at] === "n" ? "\n" : text[at] === "t" ? "\t" : (text[at] ?? "");
    } else content += text[at];
  }
  return { text: content, end: text.length };
}

function readStates(properties: string): NodeStates {
  const read = (name: string): string | undefined =>
    new RegExp(`(?:^| )${name}: '?(\\w+)'?`, "u").exec(properties)?.[1]?.toLowerCase();
  const flag = (name: string): boolean | undefined => {
    const found = read(name);
    return found === undefined ? undefined : found === "true";
  };
  const [checked, pressed, expanded, selected] = [
    read("checked"),
    read("pressed"),
    flag("expanded"),
    flag("selected"),
  ];
  const threeWay = (found: string): boolean | "mixed" =>
    found === "mixed" ? found : found === "true";
  const level = Number(read("level"));
  return {
    ...(checked !== undefined && { checked: threeWay(checked) }),
    ...(pressed !== undefined && { pressed: threeWay(pressed) }),
    ...(expanded !== undefined && { expanded }),
    ...(selected !== undefined && { selected }),
    ...(flag("focused") === true && { focused: true }),
    ...(flag("disabled") === true && { disabled: true }),
    ...(flag("required") === true && { required: true }),
    ...(Number.isInteger(level) && { level }),
  };
}
