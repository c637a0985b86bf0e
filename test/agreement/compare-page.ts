/** One generated page in Chromium, as recorded, and in the text browser: what differs in nodes and in requests. */

import type { Action } from "../../src/core/action.ts";
import type { Observation, PageNode } from "../../src/core/observation.ts";
import { createRandom } from "../../src/core/random.ts";
import { parsePage, type PageDocument } from "../../src/page/page-document.ts";
import { commonLength } from "../support/common-length.ts";
import { lineOf, type BothWorlds } from "../support/both-worlds.ts";
import type { PageAnswer } from "../support/page-server.ts";
import { chooseAction } from "./choose-action.ts";
import {
  holdsMask,
  isRefusedByLayout,
  loads,
  withMasks,
  withoutFrameLoads,
} from "./sent-requests.ts";

/** Lines that two accounts share. */
export interface Tally {
  same: number;
  total: number;
}

export interface Comparison {
  /** Nodes: Chromium against the text browser, over all steps of the walk. */
  text: Tally;
  /** Nodes: Chromium against the page that it recorded, over all steps of the walk. */
  recorded: Tally;
  /** Requests of the walk. */
  sent: Tally;
  /** Whether Chromium's layout refused an action that the text browser took. The walk ends there. */
  isRefused: boolean;
  /** Where and what: `-` is Chromium, `+` the other. At the end: the walk until then. Empty: no difference. */
  differences: string[];
}

/** A page as Chromium recorded it, and its nodes there and in Chromium. */
interface Recorded {
  html: string;
  document: PageDocument;
  wanted: string[];
  got: string[];
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
  const found: Comparison = {
    text: empty(),
    recorded: empty(),
    sent: empty(),
    isRefused: false,
    differences: [],
  };
  const add = (sum: Tally, where: string, wanted: string[], got: string[]): void => {
    const same = commonLength(wanted, got);
    const total = Math.max(wanted.length, got.length);
    sum.same += same;
    sum.total += total;
    if (same < total) found.differences.push(where, ...changedLines(wanted, got));
  };
  const record = async ({ nodes }: Observation): Promise<Recorded> => {
    const { html, url } = await worlds.real.snapshot();
    const document = parsePage(html, url);
    return { html, document, wanted: unfocused(nodes), got: unfocused(document.nodes) };
  };
  let real = await worlds.visit(worlds.real);
  const first = await record(real);
  const isRecorded = needsBrowser(page);
  if (isRecorded) worlds.serve({ start: answerWith(page, asciiOf(first.html)) });
  let text = await worlds.visit(worlds.text);
  add(found.recorded, "as recorded", first.wanted, first.got);
  // A recording does not keep the focus that a script set. Both know it again once it moved.
  let isFocusKnown = !isRecorded || !hasFocus(real);
  const addText = (where: string): void => {
    isFocusKnown ||= hasFocus(text) || !hasFocus(real);
    const [wanted = [], got = []] = [real, text].map((shown) =>
      linesOf(isFocusKnown ? shown : withoutFocus(shown)),
    );
    add(found.text, where, wanted, got);
  };
  addText("at the start");
  const random = createRandom(seed);
  let { document } = first;
  const walk: string[] = [];
  let goesOn = found.differences.length === 0;
  for (let step = 0; step < STEPS && goesOn; step++) {
    const shown = { nodes: real.nodes, document };
    const { action, at } = chooseAction(shown, random, isFocusKnown, step === STEPS - 1);
    const on = ({ nodes }: Observation): Action =>
      at === null ? action : ({ ...action, ref: nodes[at]?.ref ?? "0" } as Action);
    const taken = `${JSON.stringify(action)} on ${at === null ? "the page" : lineOf(real.nodes[at] as PageNode).trim()}`;
    walk.push(taken);
    const where = `after ${taken}`;
    const [there, sent] = await worlds.act(worlds.real, on(real));
    // A recording sends nothing, so it is made meanwhile.
    const [recorded, [here, got]] = await Promise.all([
      record(there),
      worlds.act(worlds.text, on(text)),
    ]);
    [real, text, document] = [there, here, recorded.document];
    found.isRefused = isRefusedByLayout(real) && text.lastActionError === null;
    if (found.isRefused) break;
    const wanted = isRecorded ? withMasks(withoutFrameLoads(sent, first.document), got) : sent;
    const before = found.differences.length;
    add(found.sent, `sent ${where}`, wanted, got);
    if (isRecorded && loads(sent, first.document)) isFocusKnown = false;
    // Of a page that answers a secret, the two show what each knows of it.
    const isMasked = isRecorded && holdsMask(got);
    if (!isMasked) addText(where);
    add(found.recorded, `as recorded ${where}`, recorded.wanted, recorded.got);
    goesOn = !isMasked && found.differences.length === before;
  }
  if (walk.length > 0 && found.differences.length > 0)
    found.differences.push(`walk: ${walk.join("; ")}`);
  if (page.includes("password")) worlds.endVisits();
  return found;
}

function changedLines(wanted: readonly string[], got: readonly string[]): string[] {
  const [known, shown] = [new Set(wanted), new Set(got)];
  const missing = wanted.filter((line) => !shown.has(line)).map((line) => `- ${line}`);
  const extra = got.filter((line) => !known.has(line)).map((line) => `+ ${line}`);
  return missing.length + extra.length === 0 ? ["other order"] : [...missing, ...extra];
}

function linesOf({ url, nodes, lastActionError }: Observation): string[] {
  const error = (lastActionError ?? "").replace(/\[\d+\]/gu, "[REF]");
  return [url, error, ...nodes.map(lineOf)];
}

function unfocused(nodes: readonly PageNode[]): string[] {
  return nodes.map(withoutFocusOf).map(lineOf);
}

function hasFocus({ nodes }: Observation): boolean {
  return nodes.some(({ states }) => states.focused === true);
}

function withoutFocus(shown: Observation): Observation {
  return { ...shown, nodes: shown.nodes.map(withoutFocusOf) };
}

function withoutFocusOf(node: PageNode): PageNode {
  const { focused: _, ...states } = node.states;
  return { ...node, states };
}

/** Whether a page has parts that only a browser makes. The text browser then shows what the recording kept of them. */
function needsBrowser(page: Buffer): boolean {
  return /<(?:style|script)\b/u.test(page.toString("latin1"));
}

/** HTML that any encoding reads as the same page, so that the page's own one still holds for what it sends. */
function asciiOf(html: string): Buffer {
  return Buffer.from(
    html.replace(/[^\0-\u007F]/gu, (letter) => `&#${letter.codePointAt(0) ?? 0};`),
  );
}

/**
 * Serves a page without saying its encoding, so that the page itself decides.
 *
 * @param recorded what the text browser gets instead
 */
export function answerWith(page: Buffer, recorded = page): Exclude<PageAnswer, string> {
  return ({ headers }, reply) => {
    reply.writeHead(200, { "content-type": "text/html", "cache-control": "no-store" });
    reply.end(headers["user-agent"]?.includes("Chrome") === true ? page : recorded);
  };
}
