/** What clicks hit and do, what keys do to dates, and what names say of controls, in Chromium and in the text browser. */

import { click, press, type, type Situation } from "../support/both-worlds.ts";
import { describeAgreement } from "../support/both-worlds-agree.ts";

const CLICKS: Record<string, Situation> = {
  "a link that a host around its shadow root calls disabled": {
    start: `<div aria-disabled=true><x-a><template shadowrootmode=open><a href=/echo>In</a></template></x-a></div>`,
    steps: [click("link", "In")],
  },
  "a link that starts with the mark of a quotation": {
    start: `<a href=/echo><q>Said</q></a>`,
    steps: [click("link", "Said")],
  },
  "a field in a button": {
    start: `<form action=/echo><button name=b value=1 aria-label=B><input name=a aria-label=A></button></form>`,
    steps: [click("textbox", "A")],
  },
  "a field in a button, before its text is typed": {
    start: `<form action=/echo><button aria-label=B><textarea name=a aria-label=A>old</textarea></button></form>`,
    steps: [type("textbox", "A", "new")],
  },
  "a button in the shadow root of a button": {
    start: `<form action=/echo><button aria-label=B><x-a><template shadowrootmode=open><button>In</button></template></x-a></button></form>`,
    steps: [click("button", "In")],
  },
  "a box in a button": {
    start: `<form action=/echo><button aria-label=B><input type=checkbox aria-label=C></button></form>`,
    steps: [click("checkbox", "C")],
  },
  "a button with a command in a link and a form": {
    start: `<a href=/echo aria-label=L><form><button commandfor=p command=show-popover>Show</button></form></a><p popover id=p>P</p>`,
    steps: [click("button", "Show")],
  },
  "a link that stores a page with frames": {
    start: `<a href="/?again" download>Store</a><iframe src=/frame></iframe>`,
    steps: [click("link", "Store")],
  },
  "a text behind everything that takes the focus, before Tab": {
    start: `<a href=/>a</a><a href=/>b</a><p>here</p>`,
    steps: [click("StaticText", "here"), press("Tab")],
  },
  "a button that opens a dialog with a shadow root": {
    start: `<button command=show-modal commandfor=d>Ask</button><dialog id=d><x-a><template shadowrootmode=open><a href=/>In</a><slot></slot></template><input aria-label=Slotted></x-a></dialog>`,
    steps: [click("button", "Ask")],
  },
  "a button that opens a dialog with folded details": {
    start: `<button command=show-modal commandfor=d>Ask</button><dialog id=d><details><a href=/>In</a></details><a href=/>Next</a></dialog>`,
    steps: [click("button", "Ask")],
  },
  "a color, before Enter": {
    start: `<form action=/echo><input type=color name=c><button>Send</button></form>`,
    steps: [press("Tab"), press("Enter")],
  },
  "a page whose inert part holds a frame with fields, by keys": {
    start: `<div inert><iframe src=/frame></iframe><input autofocus></div><iframe inert srcdoc="<button autofocus>In"></iframe><button>Out</button>`,
    steps: [press("Tab"), press("Tab"), press("Enter")],
  },
};

const date = (attributes: string, ...keys: string[]): Situation => ({
  start: `<form action=/echo><input ${attributes} name=d aria-label=D><button>Send</button></form>`,
  steps: [press("Tab"), ...keys.map(press), click("button", "Send")],
});

const DATES: Record<string, Situation> = {
  "the month of a date": date("type=date value=2024-02-29", "ArrowDown"),
  "months around the end of a year": date("type=month value=2024-12", "ArrowUp"),
  "a day that its month lacks": date("type=date value=2024-02-29", "Tab", "ArrowUp"),
  "a day that its month has again": date(
    "type=date value=2024-02-29",
    "Tab",
    "ArrowUp",
    "ArrowDown",
  ),
  "a date with a month alone": date("type=date", "ArrowDown"),
  "a month set and cleared": date("type=date", "ArrowDown", "Backspace"),
  "a date without its month": date("type=date value=2024-02-29", "Backspace"),
  "the year of a week": date("type=week value=2024-W06", "Tab", "ArrowDown"),
  "the half of a day": date("type=time value=00:05", "Tab", "Tab", "ArrowUp"),
  "an hour before noon": date("type=time value=12:05", "ArrowDown"),
  "an hour after midnight": date("type=time value=23:05", "ArrowUp"),
  "the hour after twelve": date("type=time value=12:05", "ArrowUp"),
  "a moment": date(
    "type=datetime-local value=2024-05-06T07:59",
    "ArrowUp",
    "Tab",
    "Tab",
    "Tab",
    "Tab",
    "ArrowUp",
  ),
  "a field that may not change": date("type=date value=2024-02-29 readonly", "ArrowDown"),
};

const NAMES: Record<string, Situation> = {
  "a label whose title names its field": {
    start: `<label title=Note><textarea>text</textarea></label>`,
  },
  "references to dates and times": {
    start: `<p id=p>From <input type=date value=2024-02-09> at <input type=time value=13:05 step=1> in <input type=month> or <input type=week value=2024-W06></p><input aria-labelledby=p><input id=s aria-labelledby=s type=datetime-local value=2024-05-06T00:08:07.5 readonly>`,
  },
  "a frame that claims to own a part of the page": {
    start: `<form id=f aria-label=F><button>Send</button></form><iframe srcdoc="<p>In" aria-owns=f></iframe>`,
  },
  "a text that is not a number": {
    start: `<h2>Take <input type=number aria-label=N></h2>`,
    steps: [type("spinbutton", "N", "-e")],
  },
};

describeAgreement({ clicks: CLICKS, dates: DATES, names: NAMES });
