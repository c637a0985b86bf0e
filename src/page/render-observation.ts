/** Text forms of an observation. Both are pure, keep within a token budget, and say what they left out. */

import type { NodeStates, Observation, PageNode } from "../core/observation.ts";
import { pythonQuote } from "./python-quote.ts";

export interface RenderOptions {
  /** Absent: no limit. WebArena's own runs cut at 1,920. */
  maxTokens?: number;
  /** Counts a text's tokens. Default: four characters each, close to the mean of English in GPT-like tokenisers. */
  countTokens?: (text: string) => number;
}

const CHARACTERS_PER_TOKEN = 4;
const estimateTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

/**
 * WebArena's accessibility-tree text: a line of tabs, a blank line, then `[ref] role 'name' property: value`, with one
 * TAB per level and names quoted as in Python. It works in every world. WebArena's own output, from a live browser, is
 * `webarena-text.ts`. This one differs in two ways. A control's value is a property, not a text below the control.
 * Texts that repeat one of the three previous lines stay.
 */
export function renderWebArenaText(observation: Observation, options: RenderOptions = {}): string {
  const tabs = observation.tabs.map(
    ({ title, active }, index) => `Tab ${index}${active ? " (current)" : ""}: ${title}`,
  );
  const lines = observation.nodes.map((node) => "\t".repeat(node.depth) + webArenaLine(node));
  return withinBudget([tabs.join(" | "), ""], lines, options);
}

function webArenaLine({ ref, role, name, value, states }: PageNode): string {
  const parts = [`[${ref}] ${role} ${pythonQuote(name)}`];
  if (states.focused) parts.push("focused: True");
  if (value !== undefined) parts.push(`value: ${pythonQuote(value)}`);
  if (states.checked !== undefined) parts.push(`checked: ${states.checked}`);
  if (states.pressed !== undefined) parts.push(`pressed: ${states.pressed}`);
  for (const name of ["clickable", "disabled", "expanded", "required", "selected"] as const) {
    const state = states[name];
    if (state !== undefined) parts.push(`${name}: ${state ? "True" : "False"}`);
  }
  return parts.join(" ");
}

/** Playwright's aria snapshot format: YAML, one item per node, refs and states in brackets, URLs below links. */
export function renderAriaSnapshot(observation: Observation, options: RenderOptions = {}): string {
  const { nodes } = observation;
  // The root is the page itself. Its title and URL replace it.
  const [first] = nodes;
  const isRooted = first?.role === "RootWebArea";
  const lines: string[] = [];
  const start = isRooted ? 1 : 0;
  for (let at = start; at < nodes.length; at++) {
    const node = nodes[at] as PageNode;
    const next = nodes[at + 1];
    lines.push(ariaItem(node, node.depth - start, next !== undefined && next.depth > node.depth));
  }
  const head = [`# ${observation.title.replace(/\s+/gu, " ")} (${observation.url})`];
  return withinBudget(head, lines, options);
}

function ariaItem(node: PageNode, level: number, hasChildren: boolean): string {
  const indent = "  ".repeat(Math.max(0, level));
  if (node.role === "StaticText") return `${indent}- text: ${yamlText(node.name)}`;
  const name = node.name === "" ? "" : ` ${JSON.stringify(node.name)}`;
  const item = `${indent}- ${node.role}${name}${ariaStates(node.states)} [ref=${node.ref}]`;
  if (node.url !== undefined) return `${item}:\n${indent}  - /url: ${yamlText(node.url)}`;
  if (node.value === undefined) return hasChildren ? `${item}:` : item;
  return hasChildren
    ? `${item}:\n${indent}  - /value: ${yamlText(node.value)}`
    : `${item}: ${yamlText(node.value)}`;
}

function ariaStates(states: NodeStates): string {
  let text = "";
  for (const name of ["checked", "pressed"] as const) {
    if (states[name] === "mixed") text += ` [${name}=mixed]`;
    else if (states[name] === true) text += ` [${name}]`;
  }
  for (const name of ["disabled", "expanded", "required", "selected"] as const)
    if (states[name] === true) text += ` [${name}]`;
  if (states.level !== undefined) text += ` [level=${states.level}]`;
  if (states.focused === true) text += " [active]";
  if (states.clickable === true) text += " [cursor=pointer]";
  return text;
}

/** Plain if YAML reads the same text back, otherwise quoted. */
function yamlText(text: string): string {
  const isPlain =
    /^[\p{L}(/$€£][^:#\n\t"'\\{}[\],&*!|>%@`]*$/u.test(text) &&
    text === text.trim() &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/iu.test(text);
  return isPlain || /^https?:\/\/[^\s#]+$/u.test(text) ? text : JSON.stringify(text);
}

/** As many lines as fit, from the top. The last line says how many nodes are missing. */
function withinBudget(
  head: readonly string[],
  lines: readonly string[],
  { maxTokens, countTokens = estimateTokens }: RenderOptions,
): string {
  const whole = [...head, ...lines].join("\n");
  if (maxTokens === undefined || countTokens(whole) <= maxTokens) return whole;
  const cut = (shown: number): string =>
    [...head, ...lines.slice(0, shown), `… ${lines.length - shown} more nodes not shown`].join(
      "\n",
    );
  let fits = 0;
  for (let low = 0, high = lines.length - 1; low <= high;) {
    const middle = (low + high) >> 1;
    if (countTokens(cut(middle)) <= maxTokens) {
      fits = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  return cut(fits);
}
