/** The smallest parts of generated pages: words, controls, links and pictures. */

import fc from "fast-check";
import { common, maybe, name, word } from "./grammar-attributes.ts";

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
export const leaf: fc.Arbitrary<string> = fc.oneof(
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
