/** The grammars in which an agent may write its action: what the prompt says about each, and how its reply is read. */

import type { Action } from "../../core/action.ts";
import { type ActionParse, parseAction, printAction } from "../../page/action-text.ts";
import { parseBrowserGymAction, printBrowserGymAction } from "../../page/browsergym-text.ts";
import { parseWebRlAction, printWebRlAction } from "../../page/webrl-text.ts";
import { printToolCall, readToolCall } from "./tool-call.ts";

export const ACTION_FORMS = ["webarena", "browsergym", "webrl", "json"] as const;
export type ActionForm = (typeof ACTION_FORMS)[number];

export interface ActionGrammar {
  /** One line for each action. */
  readonly actions: readonly string[];
  /** How a reply ends. */
  readonly ending: string;
  /** A whole reply, as an example. */
  readonly example: string;
  print(action: Action): string;
  /** Reads the text that holds one action alone. */
  read(text: string): ActionParse;
}

const fenced = (action: string): string => `\`\`\`${action}\`\`\``;

export const GRAMMARS: Readonly<Record<ActionForm, ActionGrammar>> = {
  webarena: {
    actions: [
      "click [id]: clicks the element",
      "type [id] [text] [1]: replaces a field's text and presses Enter; with [0] it does not",
      "select [id] [option]: chooses an option of a list by its label",
      "check [id] [1]: ticks a box; with [0] it clears it",
      "drag [id] [id]: drags the first element onto the second",
      "hover [id]: moves the mouse over the element",
      "press [keys]: presses keys, such as Enter or Control+a",
      "scroll [down] or scroll [up]: shows another part of the page",
      "goto [url]: opens an address",
      "go_back, go_forward: moves in the tab's history",
      "new_tab, tab_focus [index], close_tab: handles tabs",
      "wait [ms]: waits, for a page that is still working",
      "stop [answer]: ends the task; the answer is empty if none is asked for",
    ],
    ending: "the action between triple backticks",
    example: `The inbox is behind the link with the id 1164. ${fenced("click [1164]")}`,
    print: printAction,
    read: parseAction,
  },
  browsergym: {
    actions: [
      "click('id'): clicks the element",
      "fill('id', 'text'): replaces a field's text",
      "select_option('id', 'option'): chooses an option of a list by its label",
      "hover('id'): moves the mouse over the element",
      "keyboard_press('Enter'): presses keys",
      "scroll(0, 500) or scroll(0, -500): shows another part of the page",
      "goto('url'), go_back(), go_forward(): opens an address, or moves in the tab's history",
      "new_tab(), tab_focus(0), tab_close(): handles tabs",
      "noop(1000): waits, for a page that is still working",
      "send_msg_to_user('answer'): ends the task with an answer, empty if none is asked for",
      "report_infeasible('reason'): ends a task that cannot be done",
    ],
    ending: "one action between triple backticks",
    example: `The inbox is behind the link with the id 1164. ${fenced("click('1164')")}`,
    // BrowserGym has no words for some actions. The agent cannot choose them, but its history may hold them.
    print: (action) => printBrowserGymAction(action) ?? printAction(action),
    read: (text) => parseBrowserGymAction(text),
  },
  webrl: {
    actions: [
      'do(action="Click", element="id"): clicks the element',
      'do(action="Type", argument="text", element="id"): replaces a field\'s text',
      'do(action="Search", argument="text", element="id"): the same, and presses Enter',
      'do(action="Select Dropdown Option", argument="option", element="id"): chooses an option of a list by its label',
      'do(action="Hover", element="id"): moves the mouse over the element',
      'do(action="Press Enter"): presses Enter',
      'do(action="Scroll Down") or do(action="Scroll Up"): shows another part of the page',
      'do(action="Go Backward"), do(action="Go Forward"): moves in the tab\'s history',
      'exit(message="answer"): ends the task; the answer is empty if none is asked for',
    ],
    ending: "one action between triple backticks",
    example: `The inbox is behind the link with the id 1164. ${fenced('do(action="Click", element="1164")')}`,
    // As for BrowserGym: the history may hold actions that the grammar lacks.
    print: (action) => printWebRlAction(action) ?? printAction(action),
    read: parseWebRlAction,
  },
  json: {
    actions: [
      'click {"id"}: clicks the element',
      'type {"id", "text", "submit"}: replaces a field\'s text; submit presses Enter',
      'select {"id", "option"}: chooses an option of a list by its label',
      'check {"id", "checked"}: ticks a box, or clears it',
      'drag {"id", "to"}: drags the element onto the one with the id "to"',
      'hover {"id"}: moves the mouse over the element',
      'press {"keys"}: presses keys, such as Enter or Control+a',
      'scroll {"direction"}: "down" or "up" shows another part of the page',
      'wait {"ms"}: waits, for a page that is still working',
      'goto {"url"}: opens an address',
      "go_back {}, go_forward {}: moves in the tab's history",
      'new_tab {}, tab_focus {"index"}, close_tab {}: handles tabs',
      'stop {"answer"}: ends the task; the answer is empty if none is asked for',
    ],
    ending: "nothing but one JSON object with thought and action",
    example:
      '{"thought": "The inbox is behind the link with the id 1164.", "action": {"name": "click", "arguments": {"id": "1164"}}}',
    print: printToolCall,
    read: (text) => readToolCall(text)?.parse ?? { problem: "Expected a JSON object, got none." },
  },
};
