/**
 * Reads reasoning and action out of a reply. Models mix grammars, so the other ones count where the asked one is
 * absent.
 */

import type { Action } from "../../core/action.ts";
import { ACTION_FORMS, type ActionForm, GRAMMARS } from "./action-forms.ts";
import { readToolCall } from "./tool-call.ts";

export interface Decision {
  action: Action;
  /** The reply without the action. */
  thought: string;
}

export type DecisionReading = Decision | { problem: string; thought: string };

/** Reasoning models put their thoughts into a part of their own. One that was cut has no end. */
const THINKING = /<think(?:ing)?>(.*?)(?:<\/think(?:ing)?>|$)/gsu;
const FENCED = /```(.*?)(?:```|$)/gsu;
/** The language that some models write after the backticks. */
const LANGUAGE = /^(?:[a-z]+\n|json\s)/u;

export function readDecision(reply: string, form: ActionForm): DecisionReading {
  const thoughts = [...reply.matchAll(THINKING)].map(([, thought = ""]) => thought.trim());
  const said = reply.replace(THINKING, "").trim();
  const thoughtWith = (rest: string): string =>
    [...thoughts, rest.trim()].filter(Boolean).join("\n");
  const problems: string[] = [];
  for (const grammar of [form, ...ACTION_FORMS.filter((other) => other !== form)]) {
    for (const { text, rest } of candidatesIn(said, grammar)) {
      const parse = GRAMMARS[grammar].read(text);
      if ("action" in parse)
        return { action: parse.action, thought: thoughtWith(thoughtOf(said, rest, grammar)) };
      problems.push(parse.problem);
    }
  }
  return { problem: problemOf(said, form, problems), thought: thoughtWith(said) };
}

interface Candidate {
  text: string;
  /** The reply without it. */
  rest: string;
}

/** What may be the action, the likeliest first: the last fenced text; where none is fenced, the last line. */
function candidatesIn(said: string, form: ActionForm): Candidate[] {
  const fenced = [...said.matchAll(FENCED)].map(([whole, text = ""]) => ({
    text: text.replace(LANGUAGE, "").trim(),
    rest: said.replace(whole, " "),
  }));
  if (form === "json") {
    const hasCall = readToolCall(said) !== null;
    return hasCall ? [{ text: said, rest: said.replace(/\{.*\}/su, "") }] : [];
  }
  const pattern =
    form === "webarena"
      ? /^(?:(?:click|check|drag|type|select|hover|press|wait|goto|tab_focus|stop) ?\[.*\]|scroll ?\[?(?:up|down)\]?|new_tab|close_tab|go_back|go_forward|stop)$/u
      : /^[a-z_]+\(.*\)$/u;
  const usable = fenced.filter(
    ({ text }) => text !== "" && (form === "webarena" || /\(/u.test(text)),
  );
  if (usable.length > 0) return usable.toReversed();
  const lines = said.split("\n").flatMap((line) => {
    // Models mark the last line: "Action: click [3]", "- click [3]", "`click [3]`".
    const text = line.replace(/^\W*(?:(?:next )?action\W*:\W*)?/iu, "").replace(/[`*.\s]+$/u, "");
    return pattern.test(text) ? [{ text, rest: said.replace(line, "") }] : [];
  });
  return lines.toReversed();
}

function thoughtOf(said: string, rest: string, form: ActionForm): string {
  const own = form === "json" ? readToolCall(said)?.thought : null;
  return [rest.replaceAll(/\n{2,}/gu, "\n").trim(), own ?? ""].filter(Boolean).join("\n");
}

function problemOf(said: string, form: ActionForm, problems: readonly string[]): string {
  if (said === "") return "Expected an action, got an empty reply.";
  return problems[0] ?? `Expected ${GRAMMARS[form].ending}, got no action.`;
}
