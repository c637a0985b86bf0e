/** Names, states and hidden parts, in Chromium and in the text browser. */

import { click, press, type Situation } from "../support/both-worlds.ts";
import { describeAgreement } from "../support/both-worlds-agree.ts";

const form = (controls: string): string =>
  `<form action="/echo">${controls}<button>Send</button></form>`;
const send = click("button", "Send");

const SITUATIONS: Record<string, Record<string, Situation>> = {
  "what assistive technology does not see": {
    "values of aria-hidden": {
      start: `<p aria-hidden="TRUE">a</p><p aria-hidden="false">b</p><p aria-hidden>c</p><p aria-hidden="yes">d</p>`,
    },
    "the focus makes its surroundings appear": {
      start: `<section aria-hidden=true><h2>Part</h2><button>In</button></section><button>Out</button>`,
      steps: [press("Tab")],
    },
  },
  "what is inert": {
    "adds nothing to a name": {
      start: `<table border=1><tr><th>A <input value=5 inert> <input type=password value=5 inert> <input type=submit value=Go inert><td>x</table>`,
    },
    "gets no focus for its wrong value": {
      start: form(`<div inert><input type=email name=e value=5></div>`),
      steps: [send],
    },
  },
  "items of a list, a tree and tabs": {
    "outside of one": {
      start: `<div role=option>a</div><div role=treeitem>b</div><div role=listitem>c</div><div role=tab>d</div><div role=group><div role=option>e</div></div>`,
    },
    "of one choice": {
      start: `<div role=listbox aria-expanded=true aria-label=L><div role=option tabindex=0>a</div><div role=option>b</div></div>
        <div role=tree><div role=treeitem>c</div></div><div role=tablist><div role=tab>d</div></div>`,
      steps: [press("Tab")],
    },
    "of which one says that it is chosen, or of several choices": {
      start: `<div role=listbox><div role=option>a</div><div role=option aria-selected=true>b</div></div>
        <div role=listbox aria-multiselectable=true><div role=option>c</div></div>
        <div role=tree><div role=treeitem>d</div><div role=treeitem aria-selected=true>e</div></div>`,
    },
  },
  names: {
    "labels that nobody sees": {
      start: `<label for=a hidden>Gone</label><input id=a placeholder=Hint><div style="display:none"><label for=b>Away</label></div><input id=b>`,
    },
    "a label in a label": {
      start: `<label>Outer <span>x <label>inner <input></label></span> y</label><label for=a>One <label for=a>Two</label></label><input id=a>`,
    },
    "labels around several controls": {
      start: form(
        `<label><input type=radio name=r> Other: <input name=o></label><label>First <input name=f> Last <input name=l value=Doe> end</label>
         <label>Done <progress value=.5></progress> <progress value=.2></progress> <meter value=.3></meter></label>`,
      ),
      steps: [
        click("StaticText", "Other:"),
        click("StaticText", "Last"),
        press("x"),
        click("StaticText", "end"),
        press("y"),
        send,
      ],
    },
    "references to parts that nobody sees": {
      start: `<p id=p style="visibility:hidden">Still <i hidden>not</i> said</p><a href=/ aria-labelledby=p>x</a>`,
    },
    "ids on both sides of a shadow border": {
      start: `<b id=n>Out</b><x-a><template shadowrootmode=closed><b id=n>In</b><input aria-labelledby=n><label for=f>Label</label></template></x-a><input id=f aria-labelledby=n>`,
    },
    "roles that an attribute of every role keeps": {
      start: `<ul role=presentation aria-live=polite><li>x</ul><h3 role=none aria-current=page>y</h3><table role=none><tr><td>a<td>b</table>`,
    },
    "boxes by style": {
      start: `<a href=/>One<span style="display:grid">Two</span><div style="display:inline">Three</div></a>`,
    },
    "values of controls in a name": {
      start: `<label for=t>Every <span role=spinbutton aria-valuenow=3 aria-valuetext=three></span> days on <span role=listbox><span role=option aria-selected=true>Mon</span></span></label><input id=t>`,
    },
    "a summary of the browser's own": {
      start: `<details><p>Inside</p></details>`,
      steps: [click("DisclosureTriangle", "Details")],
    },
    "children by reference": {
      start: `<ul aria-owns="c a nothing"><li>Own</ul><li id=a>A</li><h2>Not twice</h2><div id=c aria-owns=c>C</div>`,
    },
  },
};

describeAgreement(SITUATIONS);
