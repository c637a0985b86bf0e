/** Jumps in a page, and Back and Forward, in Chromium and in the text browser. */

import {
  click,
  goto,
  press,
  type as write,
  type Situation,
  type Step,
} from "../support/both-worlds.ts";
import { describeAgreement } from "../support/both-worlds-agree.ts";

const back: Step = () => ({ kind: "goBack" });
const forward: Step = () => ({ kind: "goForward" });
const HISTORY = `<a href=#x>Jump</a><input aria-label=F><p id=x>Part</p><a href=/echo?away>Away</a>
  <a href=/echo rel=noreferrer>Quiet</a><details><summary>Sum</summary>in</details>`;
const OPEN = click("DisclosureTriangle", "Sum");

const SITUATIONS: Record<string, Record<string, Situation>> = {
  "Tab after a jump": {
    "continues from there": {
      start: `<a href=#main>Skip</a><a href=/echo?one>One</a><main id=main><a href=/echo?two>Two</a></main>`,
      steps: [click("link", "Skip"), press("Tab"), press("Enter")],
    },
    "continues from there, backwards": {
      start: `<a href=/echo?one>One</a><a href=#end>Skip</a><p id=end>End</p><a href=/echo?two>Two</a>`,
      steps: [click("link", "Skip"), press("Shift+Tab"), press("Shift+Tab"), press("Enter")],
    },
  },
  "Back and Forward": {
    "over a jump keep all that was done": {
      start: HISTORY,
      steps: [click("link", "Jump"), write("textbox", "F", "typed"), OPEN, back],
    },
    "over a jump ask for no page": {
      start: HISTORY,
      steps: [click("link", "Jump"), OPEN, back, press("Tab"), forward],
    },
    "from another page restore fields, not what was open": {
      start: HISTORY,
      steps: [write("textbox", "F", "typed"), OPEN, click("link", "Away"), back],
    },
    "from another page load once for all jumps": {
      start: HISTORY,
      steps: [click("link", "Jump"), click("link", "Away"), back, back, forward],
    },
    "name the page that the request first came from": {
      start: HISTORY,
      steps: [click("link", "Away"), back, forward],
    },
    "name none where a link named none": {
      start: HISTORY,
      steps: [click("link", "Quiet"), back, forward],
    },
    "give the focus to what asks for it": {
      start: `<input aria-label=F autofocus><a href=/echo>Away</a>`,
      steps: [click("link", "Away"), back],
    },
    "have an entry for each address that somebody writes": {
      start: HISTORY,
      steps: [click("link", "Jump"), goto("http://site.test/#x"), back],
    },
  },
};

describeAgreement(SITUATIONS);
