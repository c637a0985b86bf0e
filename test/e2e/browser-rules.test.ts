/** The text browser follows HTML's rules: it shows and sends what Chromium shows and sends. */

import { click, goto, press, type as write, type Situation } from "../support/both-worlds.ts";
import { describeAgreement } from "../support/both-worlds-agree.ts";
import type { PageAnswer } from "../support/page-server.ts";

/** An answer with headers and bytes of its own. */
const answer =
  (headers: Record<string, string>, body: string | Buffer = "", status = 200): PageAnswer =>
  (_, reply) => {
    reply.writeHead(status, { "cache-control": "no-store", ...headers }).end(body);
  };
const latin = (text: string, type = "text/html"): PageAnswer =>
  answer({ "content-type": type }, Buffer.from(text, "latin1"));
const form = (controls: string, attributes = ""): string =>
  `<form action="/echo" ${attributes}>${controls}<button>Send</button></form>`;
const send = click("button", "Send");
const page = (html: string): PageAnswer => `<!doctype html><title>Other</title>${html}`;

const SITUATIONS: Record<string, Record<string, Situation | Exclude<PageAnswer, string>>> = {
  "the content of a template is not part of the page": {
    "radio buttons, ids and autofocus": {
      start: `<template><input type=radio name=r checked required><b id=t>Ghost</b><input autofocus></template>
        ${form("<label><input type=radio name=r value=1>One</label><input aria-labelledby=t name=x>")}<i id=t>Real</i>`,
      steps: [click("radio", "One"), send],
    },
    "a template in a template, and a select": {
      start: form(
        `<template><template><input name=a value=1></template></template><select name=s><option>x</select>`,
      ),
      steps: [send],
    },
    "a control in a shadow root does not belong to the form around it": {
      start: form(
        `<x-y><template shadowrootmode=open><input name=in value=1 aria-label=In></template></x-y>`,
      ),
      steps: [send],
    },
  },
  "the form of a control outside of it": {
    "a form that its table empties": {
      start: `<table><form action=/echo><tr><td><input name=a value=1></td></tr><tr><td><button>Send</button></td></tr></form></table><input name=z value=9>`,
      steps: [send],
    },
    "two forms in one table": {
      start: `<table><form action=/echo?one><tr><td><input name=a value=1></td></tr></form><form action=/echo><tr><td><input name=b value=2><button>Send</button></td></tr></form></table>`,
      steps: [send],
    },
    "a form that ends with the box around it": {
      start: `<div><form action=/echo><input name=a value=1></div><p><input name=b value=2><button>Send</button></form><input name=c value=3>`,
      steps: [send],
    },
    "a form in a form": {
      start: `<form action=/echo><input name=a value=1><form action=/other><input name=b value=2></form><input name=c value=3><button>Send</button></form>`,
      steps: [send],
    },
    "a button in a form in a button": {
      start: `<button>Outer<form action=/echo><input name=a value=1><button>Send</button></form></button>`,
      steps: [send],
    },
    "an attribute goes before the open form": {
      start: `<form action=/echo id=f></form><div><form action=/other></div><input name=b value=2 form=f><button form=f>Send</button>`,
      steps: [send],
    },
  },
  "the encoding of a page": {
    "a declared one": latin(`<meta charset=iso-8859-2><h1>\u00b1</h1>`) as never,
    "the header before the declaration": latin(
      `<meta charset=utf-8><h1>\u00e4</h1>`,
      "text/html;charset=latin1",
    ) as never,
    "a description that ends in the word": latin(
      `<meta name=description content="What is a charset"><meta charset=iso-8859-2><h1>\u00b1</h1>`,
    ) as never,
    "an unknown label": latin(`<meta charset=nonsense><p>na\u00efve</p>`) as never,
    "a link and a form of a page in another alphabet": {
      start: latin(
        `<meta charset=koi8-r><form action=/echo method=post><input name=q value="\u00f0"><button>Send</button></form>`,
      ) as never,
      steps: [send],
    },
  },
  "how forms are encoded": {
    "characters that the encoding lacks": {
      start: form(
        `<input name="n\u00e4me" value="\u65e5 \u20ac + &">`,
        `accept-charset="bogus windows-1252"`,
      ),
      steps: [send],
    },
    "several files, a name with a quote": {
      start: form(
        `<input name='a"b' value=1><input type=file name=f multiple><input type=submit name=s value=v>`,
        "method=post enctype=multipart/form-data",
      ),
      steps: [click("button", "v")],
    },
    "plain text from a button of its own": {
      start: form(
        `<input name=a value="x=y"><button formenctype="text/plain" name=b value=1>Plain</button>`,
        "method=post",
      ),
      steps: [click("button", "Plain")],
    },
    "a picture without a name, pressed by a key": {
      start: `<form action=/echo><input name=a aria-label=A><input type=image alt=Go width=30 height=10></form>`,
      steps: [write("textbox", "A", "x", true)],
    },
    "the direction of a textarea": {
      start: form(`<div dir=auto>\u05d0<textarea name=t dirname=t.dir></textarea></div>`),
      steps: [send],
    },
  },
  "fields of numbers and times": {
    "a sign alone keeps the form from being sent": {
      start: form("<input type=number name=n aria-label=N>"),
      steps: [write("spinbutton", "N", "-"), send],
    },
    "a dot at the end": {
      start: form("<input type=number name=n aria-label=N step=any>"),
      steps: [write("spinbutton", "N", "-2."), send],
    },
    "days and weeks that do not exist": {
      start: form(
        `<input type=date name=d value=2023-02-29><input type=week name=w value=2021-W53><input type=month name=m value=2023-13>
         <input type=time name=t value=24:00><input type=datetime-local name=l value="2023-04-01 09:30:00.500">`,
      ),
      steps: [send],
    },
    "a date between its steps": {
      start: form("<input type=date name=d min=2024-01-01 step=7 value=2024-01-09>"),
      steps: [send],
    },
    "a time in a range over midnight": {
      start: form("<input type=time name=t min=22:00 max=06:00 value=23:15>"),
      steps: [send],
    },
    "a slider that starts at a fraction": {
      start: form("<input type=range name=r min=0.25 max=2 step=0.25 value=1.1 aria-label=R>"),
      steps: [write("slider", "R", "1.75"), send],
    },
    "a slider whose end is between its steps": {
      start: form("<input type=range name=r min=0 max=10 step=4 value=9>"),
      steps: [send],
    },
  },
  "what is required": {
    "a first option that is disabled": {
      start: form(
        `<select name=s required><option value="" disabled selected>Pick<option>a</select>`,
      ),
      steps: [send],
    },
    "a list with nothing chosen": {
      start: form(`<select name=s required size=2><option value="">Any<option value=a>A</select>`),
      steps: [send],
    },
  },
  redirects: {
    "a refresh after a redirect, with the page as referrer": {
      start: `<a href=/a>Go</a>`,
      steps: [click("link", "Go")],
      pages: {
        "/a": answer({ location: "/b#here" }, "", 302),
        "/b": answer({ refresh: "0;URL='/echo?c'", "content-type": "text/html" }, "<h1>B</h1>"),
      },
    },
    "a refresh in a second that never comes first": {
      start: `<a href=/a>Go</a>`,
      steps: [click("link", "Go")],
      pages: { "/a": page(`<meta http-equiv=refresh content="90;url=/echo"><h1>Stays</h1>`) },
    },
    "an address in other letters": {
      start: `<a href=/a>Go</a>`,
      steps: [click("link", "Go")],
      pages: { "/a": answer({ location: "/echo?\u00e9\u00e8" }, "", 301) },
    },
    "a redirect to a telephone": {
      start: `<a href=/a>Go</a>`,
      steps: [click("link", "Go")],
      pages: { "/a": answer({ location: "tel:+123" }, "", 303) },
    },
  },
  "answers that are not HTML": {
    "a table of values is stored as a file": {
      start: `<a href=/a>Go</a>`,
      steps: [click("link", "Go")],
      pages: { "/a": answer({ "content-type": "text/csv; charset=utf-8" }, "a,b") },
    },
    XHTML: {
      start: `<a href=/a>Go</a>`,
      steps: [click("link", "Go")],
      pages: {
        "/a": answer(
          { "content-type": "application/xhtml+xml" },
          `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head><body><p/><textarea/><h2>Still &amp; here</h2></body></html>`,
        ),
      },
    },
    "a type that does not exist": {
      start: `<a href=/a>Go</a>`,
      steps: [click("link", "Go")],
      pages: { "/a": answer({ "content-type": "page" }, "<title>T</title><h1>Read</h1>") },
    },
    "data in JSON": {
      start: `<a href=/a>Go</a>`,
      steps: [click("link", "Go")],
      pages: { "/a": answer({ "content-type": "application/problem+json" }, `{"a":"ä"}`) },
    },
  },
  "popovers and dialogs": {
    "one in another, and Escape": {
      start: `<button popovertarget=o>Outer</button><div popover id=o>First<button popovertarget=i>Inner</button><div popover id=i>Second</div></div>`,
      steps: [click("button", "Outer"), click("button", "Inner"), press("Escape")],
    },
    "a manual one stays, another one closes": {
      start: `<button popovertarget=m>Manual</button><button popovertarget=a>Auto</button><p>Text</p><div popover=manual id=m>M</div><div popover id=a>A</div>`,
      steps: [click("button", "Manual"), click("button", "Auto"), click("StaticText", "Text")],
    },
    "the focus goes in and comes back": {
      start: `<button popovertarget=a>Open</button><ul popover id=a><li><input autofocus aria-label=In></ul>`,
      steps: [click("button", "Open"), press("Escape")],
    },
    "a button of a form sends it instead": {
      start: form(`<button popovertarget=a name=b value=1>Both</button><div popover id=a>A</div>`),
      steps: [click("button", "Both")],
    },
    "a dialog covers the page until its form closes it": {
      start: `<button command=show-modal commandfor=d>Ask</button><p>Behind</p><dialog id=d><form method=dialog><input aria-label=Why><button>Done</button></form></dialog>`,
      steps: [click("button", "Ask"), press("Tab"), click("button", "Done")],
    },
  },
  "keys in fields": {
    "a choice that grows to the left": {
      start: `<input aria-label=A value=abcd>`,
      steps: [
        click("textbox", "A"),
        press("Shift+ArrowLeft"),
        press("Shift+ArrowLeft"),
        press("x"),
      ],
    },
    "lines of a textarea": {
      start: `<textarea aria-label=A>one\ntwo</textarea>`,
      steps: [write("textbox", "A", "ab\ncd"), press("Home"), press("z"), press("Enter")],
    },
    "a full field takes no more": {
      start: `<input aria-label=A maxlength=3>`,
      steps: [write("textbox", "A", "abc"), press("Home"), press("x"), press("Delete"), press("y")],
    },
    "a number between its steps": {
      start: `<input type=number aria-label=N value=4 min=1 step=2 max=6>`,
      steps: [write("spinbutton", "N", "4"), press("ArrowUp"), press("ArrowUp")],
    },
    "the ends of a slider": {
      start: `<input type=range aria-label=R min=-2 max=2 step=0.5>`,
      steps: [press("Tab"), press("End"), press("ArrowLeft")],
    },
    "letters in a list": {
      start: `<select aria-label=S><option>Ash<option>Elm<option disabled>Elder<option>Fir</select>`,
      steps: [press("Tab"), press("f"), press("Home"), press("ArrowDown")],
    },
  },
  focus: {
    "the first that can take it": {
      start: `<fieldset disabled><input autofocus></fieldset><p hidden><input autofocus></p><a autofocus>no</a><a href=/ autofocus>yes</a>`,
    },
    "groups of radio buttons": {
      start: `<form><input type=radio name=r aria-label=1><input type=radio name=r aria-label=2 checked></form><input type=radio name=r aria-label=3><button>B</button>`,
      steps: [press("Tab"), press("Tab")],
    },
    "the order of tabindex, and parts of a time": {
      start: `<a href=/>z</a><input type=time aria-label=T tabindex=2><button tabindex=1>f</button>`,
      steps: [press("Tab"), press("Tab"), press("Tab")],
    },
    "from where the pointer was": {
      start: `<a href=/>a</a><p>here</p><a href=/>b</a>`,
      steps: [click("StaticText", "here"), press("Shift+Tab")],
    },
    "Enter in a box of a form without a button": {
      start: `<form action=/echo><input type=checkbox name=c aria-label=C><input name=t></form>`,
      steps: [press("Tab"), press("Enter")],
    },
    "Enter in a box of a form with a button": {
      start: form(`<input type=checkbox name=c aria-label=C>`),
      steps: [press("Tab"), press("Enter")],
    },
    "Enter with a date as the second field": {
      start: `<form action=/echo><input name=t aria-label=T><input type=time name=c></form>`,
      steps: [write("textbox", "T", "x", true)],
    },
  },
  cookies: {
    "prefixes, secure ones, ones without a name": {
      start: answer({
        "content-type": "text/html",
        "set-cookie": "a=1; path=/echo",
      }) as never,
      steps: [goto("http://site.test/set"), goto("http://site.test/echo")],
      pages: {
        "/set": (_, reply) => {
          reply.setHeader("set-cookie", [
            "plain=1",
            "secret=1; Secure",
            "__Host-x=1; Path=/; Secure",
            "lonely",
            'q="a b"; path=/',
            "gone=1; Max-Age=0",
            "kept=1; Max-Age=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=90",
            "far=1; Domain=partner.test",
            "none=1; SameSite=None",
          ]);
          reply.writeHead(200, { "content-type": "text/html" }).end("<title>Set</title>");
        },
      },
    },
    "from another site: strict ones stay at home, lax ones come along unless it posts": {
      start: `<a href="http://partner.test/form">Away</a>`,
      steps: [
        goto("http://site.test/set"),
        goto("http://partner.test/form"),
        click("button", "Get"),
        goto("http://partner.test/form"),
        click("button", "Post"),
      ],
      pages: {
        "/set": (_, reply) => {
          reply.setHeader("set-cookie", ["s=1; SameSite=Strict", "l=1; SameSite=Lax"]);
          reply.writeHead(200, { "content-type": "text/html" }).end("<title>Set</title>");
        },
        "/form": `<form action="http://site.test/echo"><button>Get</button><button formmethod=post>Post</button></form>`,
      },
    },
  },
};

describeAgreement(SITUATIONS);
