/** A grammar of small pages: features of HTML that browsers treat in their own ways, in any order and nesting. */

import fc from "fast-check";
import { common, maybe, shortId, wrapping } from "./grammar-attributes.ts";
import { leaf } from "./grammar-controls.ts";
import { browserMade, invoked } from "./grammar-styles.ts";

/** A page is a list of parts, so that a failure shrinks to the one part that differs. */
export interface GeneratedPage {
  parts: string[];
  charset: "utf-8" | "windows-1252";
}

const inline = fc.constantFrom(
  "span",
  "b",
  "em",
  "code",
  "mark",
  "time",
  "abbr",
  "sup",
  "del",
  "ins",
  "q",
);
const block = fc.constantFrom(
  "div",
  "p",
  "section",
  "article",
  "nav",
  "main",
  "header",
  "footer",
  "aside",
  "blockquote",
  "h1",
  "h3",
  "address",
  "figure",
  "fieldset",
  "details",
  "pre",
);

const { part, parts } = fc.letrec<{ part: string; parts: string }>((tie) => ({
  parts: fc.array(tie("part"), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("")),
  part: fc.oneof(
    { maxDepth: 3, depthSize: "xsmall", withCrossShrink: true },
    { weight: 14, arbitrary: leaf },
    fc
      .tuple(fc.oneof(inline, block), wrapping, tie("parts"))
      .map(([tag, rest, inside]) => `<${tag}${rest}>${inside}</${tag}>`),
    fc
      .tuple(maybe("for=a", "for=b"), common, tie("parts"))
      .map(([target, rest, inside]) => `<label ${target}${rest}>${inside}</label>`),
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          maybe(
            "method=post",
            "novalidate",
            `method=post enctype="text/plain"`,
            "method=post enctype=multipart/form-data",
            "accept-charset=windows-1252",
          ),
          common,
          tie("parts"),
        )
        .map(
          ([how, rest, inside]) =>
            `<form action=/echo ${how}${rest}>${inside}<button>Send</button></form>`,
        ),
    },
    fc
      .tuple(fc.constantFrom("ul", "ol", "menu"), wrapping, tie("parts"), tie("parts"))
      .map(([tag, rest, one, two]) => `<${tag}${rest}><li>${one}</li><li>${two}</li></${tag}>`),
    fc
      .tuple(common, tie("part"), tie("part"))
      .map(([rest, one, two]) => `<dl${rest}><dt>${one}</dt><dd>${two}</dd></dl>`),
    fc
      .tuple(
        maybe("role=grid", "role=none", "border=1"),
        maybe("<caption>Cap</caption>"),
        tie("part"),
        tie("part"),
      )
      .map(
        ([kind, caption, one, two]) =>
          `<table ${kind}>${caption}<tr><th>${one}<td>${two}<tr><td>c<td>d</table>`,
      ),
    fc
      .tuple(common, maybe("<legend>Legend</legend>"), maybe("disabled"), tie("parts"))
      .map(
        ([rest, legend, off, inside]) => `<fieldset ${off}${rest}>${legend}${inside}</fieldset>`,
      ),
    fc
      .tuple(maybe("open"), maybe("<summary>Sum</summary>"), tie("parts"))
      .map(([open, summary, inside]) => `<details ${open}>${summary}${inside}</details>`),
    fc
      .tuple(maybe("open"), common, tie("parts"))
      .map(([open, rest, inside]) => `<dialog ${open}${rest}>${inside}</dialog>`),
    tie("parts").map((inside) => `<template>${inside}</template>`),
    fc
      .tuple(fc.constantFrom("open", "closed"), tie("parts"), tie("part"))
      .map(
        ([mode, shadow, light]) =>
          `<x-host><template shadowrootmode=${mode}>${shadow}<slot>fallback</slot></template>${light}</x-host>`,
      ),
    fc
      .tuple(
        fc.constantFrom(
          "src=/frame",
          "src=/frame name=inner",
          "src=/echo?framed",
          `srcdoc="<p>Doc"`,
        ),
        maybe("sandbox", `sandbox="allow-forms allow-same-origin"`),
        common,
      )
      .map(([source, sandbox, rest]) => `<iframe ${source} ${sandbox}${rest}></iframe>`),
    fc
      .tuple(shortId, tie("parts"))
      .map(
        ([id, inside]) =>
          `<button popovertarget=p${id}>Pop</button><div popover id=p${id}>${inside}</div>`,
      ),
    invoked(tie("parts")),
  ),
}));

/** Not in parts that may be closed: a recording says nothing of what nobody saw. */
const shown = fc.oneof(
  { weight: 2, arbitrary: browserMade(part, parts) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          "div",
          "p",
          "section",
          "form action=/echo",
          "fieldset",
          "label",
          "table><tr><td",
        ),
        browserMade(part, parts),
      )
      .map(([start, inside]) => `<${start}>${inside}</${start.split(/[ >]/u)[0] ?? ""}>`),
  },
);

export const generatedPage: fc.Arbitrary<GeneratedPage> = fc.record({
  parts: fc.array(fc.oneof({ weight: 5, arbitrary: part }, { weight: 2, arbitrary: shown }), {
    minLength: 1,
    maxLength: 4,
  }),
  charset: fc.constantFrom("utf-8", "utf-8", "windows-1252"),
});

/** The page as bytes. */
export function bytesOf({ parts, charset }: GeneratedPage): Buffer {
  const html = `<!doctype html><html lang=en><meta charset=${charset}><title>Page</title><body>${parts.join("\n")}`;
  return charset === "utf-8"
    ? Buffer.from(html)
    : Buffer.from(html.replace(/[^\0-\u00FF]/gu, "?"), "latin1");
}
