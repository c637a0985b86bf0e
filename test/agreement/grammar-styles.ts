/** Parts of generated pages that only a browser makes: what style sheets add and hide, and what scripts do. */

import fc from "fast-check";
import { common, maybe, shortId, visible, word } from "./grammar-attributes.ts";

type Parts = fc.Arbitrary<string>;

/** Style rules: `X` stands for the element's class. */
const RULES = [
  ...[
    `"Pre "`,
    `" − "`,
    `"€"`,
    `"\\201C"`,
    `"\\f101"`,
    `"\\200b"`,
    `"★" / "star"`,
    `"★" / ""`,
    `attr(title) " "`,
    `counter(n) ". "`,
    `counter(n, upper-roman)`,
    `counters(n, "-")`,
    `open-quote`,
    `url(/no.png) / "Icon"`,
    `""`,
  ].flatMap((content) => [
    `X::before{counter-increment:n;content:${content}}`,
    `X::after{content:${content}}`,
  ]),
  `X::before{content:"Box";display:block}`,
  `X::after{content:"Far";position:absolute}`,
  `X::before{content:"Unseen";visibility:hidden}`,
  `X *::before{content:"each "}`,
  `X li::marker{content:"M "}`,
  `X{list-style:upper-alpha}`,
  `X{list-style:"- "}`,
  `X{display:list-item}`,
  `X{display:none}`,
  `X{visibility:hidden}`,
  `X{display:contents}`,
  `X{display:flex}`,
  `X{display:table}`,
  `X{content-visibility:hidden}`,
  `X{content-visibility:auto}`,
  `X{text-transform:uppercase}`,
  `X{text-transform:capitalize}`,
  `X::first-letter{color:red}`,
  `X{opacity:0}`,
  `X{float:left}`,
  `X{cursor:pointer}`,
];

/** An element that a rule of its own applies to. */
function styled(parts: Parts): Parts {
  return fc
    .tuple(
      fc.nat(RULES.length - 1),
      fc.constantFrom(
        "span",
        "div",
        "p",
        "b",
        "h2",
        "button",
        "a href=/echo?styled",
        "label",
        "ul",
      ),
      visible,
      parts,
    )
    .map(([at, start, rest, inside]) => {
      const rule = (RULES[at] ?? "").replaceAll("X", `.k${at}`);
      const [tag] = start.split(" ");
      const content = tag === "ul" ? `<li>${inside}</li><li>Last</li>` : inside;
      return `<style>${rule}</style><${start} class=k${at}${rest}>${content}</${tag}>`;
    });
}

/** A script right behind an element. In a shadow root it does not find the element. */
const then = (script: string): string =>
  `<script>{const e=document.currentScript?.previousElementSibling;if(e)${script}}</script>`;

const clickEvent = fc.constantFrom("click", "click", "mousedown", "pointerup");

/** An element that a script listens to. */
function listened(parts: Parts): Parts {
  return fc
    .tuple(
      fc.constantFrom("div", "span", "p", "li", "h3", "i", "section", "x-card"),
      common,
      clickEvent,
      word,
      fc.oneof(parts, fc.constant("")),
    )
    .map(
      ([tag, rest, event, text, inside]) =>
        `<${tag}${rest}>${text}${inside}</${tag}>${then(`e.addEventListener("${event}",()=>{})`)}`,
    );
}

/** One listener for several elements, which a pointer marks. */
function delegated(parts: Parts): Parts {
  return fc
    .tuple(fc.constantFrom("span", "div", "td", "li"), common, word, parts)
    .map(([tag, rest, text, inside]) => {
      const items = [text, inside].map((item) => `<${tag} style="cursor:pointer">${item}</${tag}>`);
      const around = tag === "td" ? ["<table><tr>", "</table>"] : [`<div${rest}>`, "</div>"];
      return `${around[0]}${items.join("")}${around[1]}${then(`e.onclick=()=>{}`)}`;
    });
}

/** A shadow root that no script of the page reaches. */
function closedRoot(parts: Parts): Parts {
  return fc
    .tuple(parts, fc.constantFrom("closed", "closed", "open"), word, maybe("hidden"))
    .map(
      ([shadow, mode, light, hidden]) =>
        `<x-host ${hidden}>${light}</x-host><template>${shadow}<slot></slot></template>` +
        then(
          `e.previousElementSibling.attachShadow({mode:"${mode}"}).append(e.content.cloneNode(true))`,
        ),
    );
}

/** What a script sets on an element that HTML has no word for. */
const set: Parts = fc
  .tuple(
    fc.constantFrom<[string, string]>(
      [`<input type=checkbox name=n1>`, "e.indeterminate=true"],
      [`<input type=checkbox name=n2>`, "e.checked=true"],
      [`<input name=n1 value=old>`, `e.value="new"`],
      [`<textarea name=n2>old</textarea>`, `e.value="two\\nlines"`],
      [`<select name=n3><option>Alpha<option>gamma</select>`, "e.selectedIndex=1"],
      [`<select name=n3><option>Alpha<option>gamma</select>`, "e.selectedIndex=-1"],
      [`<details><summary>Sum</summary>Inside</details>`, "e.open=true"],
      [`<button>Go</button>`, `e.ariaLabel="Said"`],
      [`<button>Focus</button>`, "e.focus()"],
      [`<a>Link</a>`, `e.onclick=()=>{}`],
      [`<p>old</p>`, `e.textContent="by script"`],
      [`<div contenteditable>Rich</div>`, `e.append(" text")`],
    ),
    common,
  )
  .map(([[element, script], rest]) => element.replace(/^<\w+/u, `$&${rest}`) + then(script));

/** What a script puts on top of the page. */
function onTop(parts: Parts): Parts {
  return fc
    .tuple(
      fc.constantFrom<[string, string]>(
        ["dialog", "e.showModal()"],
        ["dialog", "e.show()"],
        ["div popover", "e.showPopover()"],
        ["div popover=manual", "e.showPopover()"],
      ),
      parts,
    )
    .map(([[start, script], inside]) => {
      const [tag] = start.split(" ");
      return `<${start}>${inside}</${tag}>${then(script)}`;
    });
}

/** Buttons that open and close without a script. */
export function invoked(parts: Parts): Parts {
  return fc
    .tuple(
      shortId,
      fc.constantFrom("auto", "manual", "hint"),
      fc.constantFrom(
        "popovertarget=ID popovertargetaction=show",
        "popovertarget=ID popovertargetaction=hide",
        "commandfor=ID command=toggle-popover",
        "commandfor=ID command=show-popover",
        "commandfor=ID command=show-modal",
        "commandfor=ID command=request-close",
      ),
      parts,
    )
    .map(([letter, kind, how, inside]) => {
      const id = `t${letter}`;
      const start = how.includes("popover") ? `div popover=${kind}` : "dialog";
      const [tag] = start.split(" ");
      return `<button ${how.replace("ID", id)}>Top</button><${start} id=${id}>${inside}</${tag}>`;
    });
}

export function browserMade(part: Parts, parts: Parts): Parts {
  return fc.oneof(
    { weight: 6, arbitrary: styled(parts) },
    { weight: 3, arbitrary: listened(part) },
    { weight: 2, arbitrary: delegated(part) },
    { weight: 2, arbitrary: closedRoot(parts) },
    { weight: 2, arbitrary: set },
    { weight: 1, arbitrary: onTop(parts) },
  );
}
