/** Breaks a page the way servers, templates and networks do: tags, attributes, nesting, bytes. */

import type { Random } from "../../src/core/random.ts";

const MOST_CHANGES = 8;
const STRAY = [
  "<table>",
  "</p>",
  "<select>",
  "<svg>",
  "</body>",
  "<template shadowrootmode=open>",
  "<a href=/x><a>",
  "<form>",
  "<!--",
  "<![CDATA[",
  "<plaintext>",
  "<math><mi>",
  "</",
  "<iframe srcdoc='",
  "&#0;&#x110000;&nosuch",
  "\u0000",
  "<input type=date value=99999-99-99>",
  "<meta http-equiv=refresh content='x;;url='>",
  "<base href='http://['>",
  "<frameset><frame src=/><frame src='about:blank'>",
  "<object data=/ name=body><embed src=/>",
  "<dialog open><dialog open>",
  "<slot name=x><template shadowrootmode=closed>",
  "<meta charset=utf-16><meta name=d content=charset>",
  "<marquee><blink><xmp>",
  "<label><label><input><input>",
  ...["attributes", "children", "nodeType", "parentNode", "parentElement", "style", "elements"].map(
    (name) => `<input name=${name}><img name=${name} id=${name}>`,
  ),
  ...[
    "document.documentElement.remove()",
    "document.open(); document.write('<p>x')",
    "document.body.replaceChildren()",
    "history.pushState(0, '', '/x')",
    "Array.prototype.toJSON = () => 1",
    "Array.prototype.map = Array.prototype.filter = Object.entries = JSON.stringify = null",
    "window.Promise = window.Map = window.WeakSet = window.setTimeout = null",
    "Element.prototype.getAttribute = () => { throw 1 }",
    "Object.prototype.get = Object.prototype.value = 1",
    "throw {}",
    "onerror = () => { throw 1 }; x.y",
    "alert(1); confirm(2); print()",
    "onbeforeunload = () => 1",
    "document.body.attachShadow({ mode: 'closed' })",
    "setInterval(() => document.body?.append('x'), 0)",
    "requestAnimationFrame(function again() { requestAnimationFrame(again) })",
  ].map((script) => `<script>${script}</script>`),
];
const BYTES = [0x00, 0x80, 0xc3, 0xe2, 0xed, 0xf5, 0xff, 0x1b];

/** The same for the same page and the same random numbers. */
export function mutatePage(html: Buffer, random: Random): Buffer {
  let bytes = html;
  const changes = 1 + Math.floor(random.next() * MOST_CHANGES);
  for (let i = 0; i < changes; i++) bytes = random.pick(CHANGES)(bytes, random);
  return bytes;
}

type Change = (bytes: Buffer, random: Random) => Buffer;

const CHANGES: readonly Change[] = [
  dropTag,
  dropTag,
  strayTag,
  strayTag,
  breakAttribute,
  moveSlice,
  repeatSlice,
  cutEnd,
  flipByte,
  nest,
];

const place = (bytes: Buffer, random: Random): number => Math.floor(random.next() * bytes.length);

/** A tag somewhere in the page: from its `<` to its `>`. */
function tagAt(bytes: Buffer, random: Random): [number, number] | null {
  const start = bytes.indexOf("<", place(bytes, random));
  const end = start === -1 ? -1 : bytes.indexOf(">", start);
  return end === -1 ? null : [start, end + 1];
}

function splice(bytes: Buffer, start: number, end: number, between: Buffer | string): Buffer {
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(between), bytes.subarray(end)]);
}

function dropTag(bytes: Buffer, random: Random): Buffer {
  const tag = tagAt(bytes, random);
  return tag === null ? bytes : splice(bytes, ...tag, "");
}

function strayTag(bytes: Buffer, random: Random): Buffer {
  const at = place(bytes, random);
  return splice(bytes, at, at, random.pick(STRAY));
}

function breakAttribute(bytes: Buffer, random: Random): Buffer {
  const at = bytes.indexOf("=", place(bytes, random));
  return at === -1 ? bytes : splice(bytes, at, at + 1, random.pick(["", "='", '="', "=<", " ="]));
}

function slice(bytes: Buffer, random: Random): [number, number] {
  const start = place(bytes, random);
  return [start, Math.min(bytes.length, start + Math.floor(random.next() * 400))];
}

function moveSlice(bytes: Buffer, random: Random): Buffer {
  const [start, end] = slice(bytes, random);
  const moved = Buffer.from(bytes.subarray(start, end));
  const rest = splice(bytes, start, end, "");
  const at = place(rest, random);
  return splice(rest, at, at, moved);
}

function repeatSlice(bytes: Buffer, random: Random): Buffer {
  const [start, end] = slice(bytes, random);
  return splice(bytes, end, end, bytes.subarray(start, end));
}

function cutEnd(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, place(bytes, random));
}

function flipByte(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[place(copy, random)] = random.pick(BYTES);
  return copy;
}

/** Deep nesting, as of a template that calls itself. */
function nest(bytes: Buffer, random: Random): Buffer {
  const at = place(bytes, random);
  const tag = random.pick(["div", "b", "table", "ul><li", "span role=button", "label", "fieldset"]);
  return splice(bytes, at, at, `<${tag}>`.repeat(1 + Math.floor(random.next() * 600)));
}
