/** A grammar of small pages: features of HTML that browsers treat in their own ways, in any order and nesting. */

import fc from "fast-check";

/** A page is a list of parts, so that a failure shrinks to the one part that differs. */
export interface GeneratedPage {
  parts: string[];
  charset: "utf-8" | "windows-1252";
}

const word = fc.constantFrom("Alpha", "Beta two", "gamma", "café", "7", "Δ", "x-y", "  spaced  ");
const shortId = fc.constantFrom("a", "b", "c", "d");
/** An attribute, or nothing. */
const maybe = (...texts: string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constant("") },
    { weight: 2, arbitrary: fc.constantFrom(...texts) },
  );
const attributes = (...kinds: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...kinds).map((texts) =>
    texts
      .filter((text) => text !== "")
      .map((t) => ` ${t}`)
      .join(""),
  );

const hidden = maybe(
  "hidden",
  `style="display:none"`,
  `style="visibility:hidden"`,
  `aria-hidden=true`,
  `aria-hidden=false`,
  "inert",
);
const aria = maybe(
  `aria-label=Named`,
  `aria-labelledby=a`,
  `aria-labelledby="b c"`,
  `aria-disabled=true`,
  `title=Tip`,
  `aria-expanded=true`,
  `aria-owns=d`,
);
const role = maybe(
  "role=none",
  "role=button",
  "role=list",
  "role=heading",
  "role=group",
  "role=img",
);
const identity = fc.oneof(
  { weight: 2, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: shortId.map((id) => `id=${id}`) },
);
const name = fc.constantFrom("n1", "n2", "n3").map((text) => `name=${text}`);
const common = attributes(identity, aria, hidden);
const wrapping = attributes(identity, aria, hidden, role);

const textField = fc
  .tuple(
    fc.constantFrom(
      "type=text name=n1",
      "type=text name=n2",
      "type=search name=n3",
      "type=email name=n1",
      "type=url name=n2",
      "type=tel name=n3",
      // Fields with the name of a secret field count as secret too.
      "type=password name=word",
      "type=number name=n1",
      "type=bogus name=n2",
    ),
    maybe(`value="one two"`, "value=5", "value=a@b.test", `value=" x "`, "value=5."),
    maybe(
      "placeholder=Hint",
      "readonly",
      "disabled",
      "required",
      "maxlength=3",
      "pattern=[a-z]+",
      "dir=auto dirname=dir",
    ),
    common,
  )
  .map(([kind, value, more, rest]) => `<input ${kind} ${value} ${more}${rest}>`);
const picker = fc
  .tuple(
    fc.constantFrom(
      "type=date value=2024-02-29",
      "type=date value=2023-02-29",
      "type=time value=25:00",
      "type=time value=10:30:00",
      "type=month value=2024-06",
      "type=week value=2024-W60",
      `type=datetime-local value="2024-05-06 07:08:00"`,
      "type=range value=7.4",
      "type=range min=1 max=2 step=0.1 value=1.3",
      "type=color value=#ABCDEF",
      "type=color",
    ),
    name,
    maybe("min=2024-01-01", "required", "disabled", "step=2"),
    common,
  )
  .map(([kind, name, more, rest]) => `<input ${kind} ${name} ${more}${rest}>`);
const box = fc
  .tuple(
    fc.constantFrom("checkbox", "radio"),
    name,
    maybe("checked", "disabled", "required", "value=v"),
    common,
  )
  .map(([type, name, more, rest]) => `<input type=${type} ${name} ${more}${rest}>`);
const button = fc
  .tuple(
    fc.constantFrom("button", "button type=button", "button type=reset", "button formmethod=post"),
    maybe("name=go value=1", "disabled"),
    word,
    common,
  )
  .map(([tag, more, text, rest]) => `<${tag} ${more}${rest}>${text}</button>`);
const inputButton = fc
  .tuple(
    fc.constantFrom("submit", "reset", "button", "file", "image alt=Pic width=20 height=10"),
    name,
    maybe("value=Press"),
    common,
  )
  .map(([type, name, value, rest]) => `<input type=${type} ${name} ${value}${rest}>`);
const option = fc
  .tuple(maybe("selected", "disabled", `value=""`, "value=v", "hidden", "label=L"), word)
  .map(([more, text]) => `<option ${more}>${text}</option>`);
const select = fc
  .tuple(
    name,
    maybe("multiple", "size=3", "required", "disabled"),
    common,
    fc.array(option, { maxLength: 3 }),
    fc.boolean(),
  )
  .map(
    ([name, more, rest, options, isGrouped]) =>
      `<select ${name} ${more}${rest}>${isGrouped ? `<optgroup label=Group>${options.join("")}</optgroup>` : options.join("")}</select>`,
  );
const textarea = fc
  .tuple(name, common, word)
  .map(([name, rest, text]) => `<textarea ${name}${rest}>\n${text}</textarea>`);
const link = fc
  .tuple(
    fc.constantFrom("/echo?x=1", "/echo?é", "#a", "#none", "mailto:a@b.test", "/echo#part"),
    maybe("target=_blank", "target=inner", "rel=noreferrer", "download"),
    word,
    common,
  )
  .map(([href, more, text, rest]) => `<a href="${href}" ${more}${rest}>${text}</a>`);
const image = fc
  .tuple(maybe("alt=Picture", `alt=""`), common)
  .map(([alt, rest]) => `<img src=/no.png ${alt}${rest}>`);
const leaf: fc.Arbitrary<string> = fc.oneof(
  word,
  textField,
  picker,
  box,
  button,
  inputButton,
  select,
  textarea,
  // Walks that send requests need links and forms.
  { weight: 3, arbitrary: link },
  image,
  fc.constantFrom(
    "<br>",
    "<hr>",
    "<progress value=0.5></progress>",
    "<meter value=3 max=10></meter>",
    "<output>out</output>",
    "<svg><title>Drawing</title></svg>",
  ),
);

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

const { part } = fc.letrec<{ part: string; parts: string }>((tie) => ({
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
      .tuple(tie("parts"), tie("part"))
      .map(
        ([shadow, light]) =>
          `<x-host><template shadowrootmode=open>${shadow}<slot>fallback</slot></template>${light}</x-host>`,
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
  ),
}));

export const generatedPage: fc.Arbitrary<GeneratedPage> = fc.record({
  parts: fc.array(part, { minLength: 1, maxLength: 4 }),
  charset: fc.constantFrom("utf-8", "utf-8", "windows-1252"),
});

/** The page as bytes. */
export function bytesOf({ parts, charset }: GeneratedPage): Buffer {
  const html = `<!doctype html><html lang=en><meta charset=${charset}><title>Page</title><body>${parts.join("\n")}`;
  return charset === "utf-8"
    ? Buffer.from(html)
    : Buffer.from(html.replace(/[^\0-\u00FF]/gu, "?"), "latin1");
}
