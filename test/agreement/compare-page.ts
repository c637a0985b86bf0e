/** One generated page in Chromium, as recorded, and in the text browser: what differs in nodes and in requests. */

import { parsePage } from "../../src/page/page-document.ts";
import type { Action } from "../../src/core/action.ts";
import type { Observation, PageNode } from "../../src/core/observation.ts";
import { createRandom, type Random } from "../../src/core/random.ts";
import { commonLength } from "../support/common-length.ts";
import { lineOf, type BothWorlds } from "../support/both-worlds.ts";
import type { PageAnswer } from "../support/page-server.ts";

/** Lines that two accounts share. */
export interface Tally {
  same: number;
  total: number;
}

export interface Comparison {
  /** Nodes: Chromium against the text browser, over all steps of the walk. */
  text: Tally;
  /** Nodes: Chromium against the page that it recorded. */
  recorded: Tally;
  /** Requests of the walk. */
  sent: Tally;
  /** Where and what: `-` is Chromium, `+` the other. Empty: no difference. */
  differences: string[];
}

const STEPS = 4;

/** @param seed of the random walk */
export async function comparePage(
  worlds: BothWorlds,
  page: Buffer,
  seed: number,
): Promise<Comparison> {
  worlds.serve({ start: answerWith(page) });
  const empty = (): Tally => ({ same: 0, total: 0 });
  const found: Comparison = { text: empty(), recorded: empty(), sent: empty(), differences: [] };
  const add = (sum: Tally, where: string, wanted: string[], got: string[]): void => {
    const same = commonLength(wanted, got);
    const total = Math.max(wanted.length, got.length);
    sum.same += same;
    sum.total += total;
    if (same < total) found.differences.push(where, ...changedLines(wanted, got));
  };
  let real = await worlds.visit(worlds.real);
  let text = await worlds.visit(worlds.text);
  const snapshot = await worlds.real.snapshot();
  const recorded = parsePage(snapshot.html, snapshot.url).nodes;
  add(found.recorded, "as recorded", unfocused(real.nodes), unfocused(recorded));
  add(found.text, "at the start", linesOf(real), linesOf(text));
  const random = createRandom(seed);
  let isSame = found.text.same === found.text.total;
  for (let step = 0; step < STEPS && isSame; step++) {
    const { action, at } = chooseAction(real, random, step === STEPS - 1);
    const on = ({ nodes }: Observation): Action =>
      at === null ? action : ({ ...action, ref: nodes[at]?.ref ?? "0" } as Action);
    const where = `after ${JSON.stringify(action)} on ${at === null ? "the page" : lineOf(real.nodes[at] as PageNode).trim()}`;
    const [there, wanted] = await worlds.act(worlds.real, on(real));
    const [here, sent] = await worlds.act(worlds.text, on(text));
    [real, text] = [there, here];
    const before = found.differences.length;
    add(found.sent, `sent ${where}`, wanted, sent);
    add(found.text, where, linesOf(real), linesOf(text));
    isSame = found.differences.length === before;
  }
  if (page.includes("password")) worlds.endVisits();
  return found;
}

function changedLines(wanted: readonly string[], got: readonly string[]): string[] {
  const [known, shown] = [new Set(wanted), new Set(got)];
  const missing = wanted.filter((line) => !shown.has(line)).map((line) => `- ${line}`);
  const extra = got.filter((line) => !known.has(line)).map((line) => `+ ${line}`);
  return missing.length + extra.length === 0 ? ["other order"] : [...missing, ...extra];
}

interface Choice {
  action: Action;
  /** Place of the node that it acts on: refs differ between worlds. */
  at: number | null;
}

/**
 * Only a layout shows what a click on a container hits, so walks click on leaves.
 *
 * @param isLast the walk then rather follows a link or sends a form
 */
function chooseAction({ nodes }: Observation, random: Random, isLast: boolean): Choice {
  const all = nodes.flatMap((node, at) =>
    at > 0 && ACTIVE.has(node.role) && (nodes[at + 1]?.depth ?? 0) <= node.depth + 1 ? [at] : [],
  );
  const sending = all.filter((at) => SENDING.has((nodes[at] as PageNode).role));
  const leaves = isLast && sending.length > 0 ? sending : all;
  if (leaves.length === 0 || random.next() < 0.2)
    return { action: { kind: "press", keys: random.pick(KEYS) }, at: null };
  const at = random.pick(leaves);
  const { role } = nodes[at] as PageNode;
  const ref = "";
  if (/textbox|searchbox|spinbutton|Date|InputTime|slider/u.test(role)) {
    const text = random.pick(TEXTS);
    return { action: { kind: "type", ref, text, submit: random.next() < 0.3 }, at };
  }
  if (role === "combobox" || role === "listbox")
    return { action: { kind: "select", ref, option: random.pick(["Alpha", "gamma", "L"]) }, at };
  return { action: { kind: "click", ref }, at };
}

const ACTIVE = new Set(
  (
    "link button checkbox radio textbox searchbox spinbutton slider combobox listbox Date DateTime InputTime " +
    "DisclosureTriangle"
  ).split(" "),
);
const SENDING = new Set(["link", "button"]);
const KEYS = ["Tab", "Tab", "Shift+Tab", "Enter", "Escape", "x", "Backspace", "ArrowDown", " "];
const TEXTS = ["lamp", "7", "1.5", "a@b.test", "2024-02-30", "2024-06-07", "10:15", "é"];

function linesOf({ url, nodes, lastActionError }: Observation): string[] {
  const error = (lastActionError ?? "").replace(/\[\d+\]/gu, "[REF]");
  return [url, error, ...nodes.map(lineOf)];
}

function unfocused(nodes: readonly PageNode[]): string[] {
  return nodes.map((node) => {
    const { focused: _, ...states } = node.states;
    return lineOf({ ...node, states });
  });
}

/** Serves a page without saying its encoding, so that the page itself decides. */
export function answerWith(page: Buffer): Exclude<PageAnswer, string> {
  return (_, reply) => {
    reply.writeHead(200, { "content-type": "text/html", "cache-control": "no-store" });
    reply.end(page);
  };
}
