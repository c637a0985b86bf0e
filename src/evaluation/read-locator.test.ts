import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EvaluatorError } from "../core/errors.ts";
import { parseLocator } from "./locator.ts";
import { readLocator } from "./read-locator.ts";
import { parseTaskConfig } from "./task-config.ts";
import { publicTasks } from "../../test/support/task-configs.ts";

const PAGE = {
  url: "http://shop.test/",
  html: `<!doctype html><title>Shop</title>
    <h1 class="page-title"> Blue
      <em>kettle</em></h1>
    <div id="box"><p>One</p><p>Two <span hidden>secret</span>three</p>four<br>five</div>
    <table><tr><td>A</td><td>B</td></tr><tr><td>C</td></tr></table>
    <ul class="items"><li>first</li><li><a href="/x">second</a><img src="/i.png" alt=""></li></ul>
    <form>
      <input name="q" value="tea &amp; cup"><input type="checkbox" id="c" checked><input type="checkbox" id="d">
      <textarea name="t">
Hello
world</textarea>
      <select name="s"><option value="1">One</option><option selected> Two  words </option></select>
      <select name="u"><option value="9">Nine</option></select>
    </form>
    <template shadowrootmode="open"><p class="inner">shadow</p></template>`,
};

const read = (locator: string): string => readLocator(locator, PAGE);

describe("readLocator", () => {
  it("reads properties of the first match", () => {
    expect(read(`document.querySelector("h1.page-title").outerText`)).toBe("Blue kettle");
    expect(read(`document.querySelector('[name="q"]').value`)).toBe("tea & cup");
    expect(read(`document.querySelector("[name=t]").value`)).toBe("Hello\nworld");
    expect(read(`document.querySelector("[name=s]").value`)).toBe("Two words");
    expect(read(`document.querySelector("[name=s]").selectedIndex`)).toBe("1");
    expect(read(`document.querySelector("[name=u]").value`)).toBe("9");
    expect(read(`document.querySelector(".items a").getAttribute('href')`)).toBe("/x");
    expect(
      read(`document.querySelector(".items").lastElementChild.querySelector("a").innerText`),
    ).toBe("second");
  });

  it("approximates outerText: hidden text left out, lines for blocks and br, tabs for cells", () => {
    expect(read(`document.querySelector("#box").outerText`)).toBe("One\n\nTwo three\n\nfour\nfive");
    expect(read(`document.querySelector("#box span").outerText`)).toBe("secret");
    expect(read(`document.querySelector("table").outerText`)).toBe("A\tB\nC");
    expect(read(`document.querySelector("#box").textContent`)).toContain("secret");
  });

  it("prints values other than texts as Python does", () => {
    expect(read(`document.querySelector("#c").checked`)).toBe("True");
    expect(read(`document.querySelector("#d").checked`)).toBe("False");
    expect(read(`document.querySelector("#c").checked.toString()`)).toBe("true");
    expect(read(`document.querySelector("h1").getAttribute("data-x")`)).toBe("None");
    expect(read(`document.querySelectorAll("li")[9]`)).toBe("None");
  });

  it("gives an empty text when a browser would throw on a missing element", () => {
    expect(read(`document.querySelector("#none").outerText`)).toBe("");
    expect(read(`document.querySelectorAll("li")[9].outerText`)).toBe("");
  });

  it("reads lists by index, by map and join, with fall-backs and sums", () => {
    expect(read(`document.querySelectorAll("li")[1].outerText`)).toBe("second");
    expect(read(`[...document.querySelectorAll('li')].map(e => e.outerText).join(' ')`)).toBe(
      "first second",
    );
    expect(
      read(
        `document.querySelector('h1').outerText + [...document.querySelector('.items').querySelectorAll('[href],[src]')].map(elem => elem.getAttribute('href') || elem.getAttribute('src')).join(' ')`,
      ),
    ).toBe("Blue kettle/x /i.png");
    expect(read(`document.querySelector("#none")?.outerText || 'nothing'`)).toBe("nothing");
  });

  it("takes the whole page for an empty locator, entities decoded", () => {
    expect(read("")).toContain("tea & cup");
  });

  it("closes open brackets of a selector as CSS does, and sees nothing inside templates", () => {
    expect(read(`document.querySelector('[name="q"').value`)).toBe("tea & cup");
    expect(read(`document.querySelector('.inner')`)).toBe("None");
  });

  it("refuses everything that is not reading", () => {
    for (const locator of [
      `document.cookie`,
      `document.querySelector("a").click()`,
      `fetch("http://evil.test")`,
      `document.querySelector("p:contains('One')").outerText`,
      `document.querySelector("li:first").outerText`,
      `document.querySelector("[name!=q]").value`,
      `process.exit(1)`,
      `document.querySelector("a").constructor.constructor("return process")()`,
      `document.__proto__`,
      `constructor`,
      `(() => 1)()`,
      `document.querySelector("li").outerText = "x"`,
      `document.querySelector("li:frobnicate(2)").outerText`,
    ]) {
      expect(() => read(locator), locator).toThrow(EvaluatorError);
    }
  });

  it("throws only EvaluatorError, whatever the text", () => {
    const word = fc.constantFrom(
      ..."document querySelector querySelectorAll ( ) [ ] . ?. ... 'li' \"a\" 0 1 + || => e outerText value map join".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join("")),
        ),
        (locator) => {
          try {
            expect(typeof read(locator)).toBe("string");
          } catch (error) {
            expect(error).toBeInstanceOf(EvaluatorError);
          }
        },
      ),
    );
  });
});

describe.skipIf(publicTasks === null)(
  "public locators (skipped where ../shared/data is absent)",
  () => {
    it("are all supported, except 22 (and 3 of Lite) that call a helper", () => {
      const locators = [...(publicTasks?.webarena ?? []), ...(publicTasks?.lite ?? [])]
        .map((data) => parseTaskConfig(data, "public"))
        .flatMap((config) => config.eval.program_html.map((target) => target.locator))
        .filter((locator) => locator !== "");
      const helpers = locators.filter((locator) => locator.startsWith("func:"));
      for (const locator of locators) {
        if (helpers.includes(locator)) continue;
        expect(() => parseLocator(locator), locator).not.toThrow();
        expect(() => read(locator), locator).not.toThrow();
      }
      expect(helpers).toHaveLength(22 + 3);
    });
  },
);
