import { describe, expect, it } from "vitest";
import { withFocus, withToggled, withValue } from "./edit-state.ts";
import { UNTOUCHED, type FormState } from "./form-state.ts";
import { parsePage, type PageDocument } from "./page-document.ts";
import { takeSnapshot } from "./snapshot.ts";
import { StateMemo } from "./state-memo.ts";

const HTML = `<!doctype html><html><body><form>
  <input name="a"><input name="b"><input type="checkbox" checked name="c">
</form></body></html>`;
const page = parsePage(HTML, "http://memo.test/");

function control(name: string, of: PageDocument = page): PageDocument["elements"][number] {
  const found = of.elements.find((element) => element.attribs["name"] === name);
  return found ?? expect.fail(`the page has a control ${name}`);
}

const typed = (name: string, text: string): FormState => withValue(UNTOUCHED, control(name), text);

describe("a page in a form state", () => {
  it("shows equal states as the same nodes and the same HTML", () => {
    expect(page.nodesIn(typed("a", "x"))).toBe(page.nodesIn(typed("a", "x")));
    const [one, other] = [typed("b", "y"), typed("b", "y")].map((state) =>
      takeSnapshot(page, state, page.url),
    );
    expect(one).toEqual(other);
    expect(one?.html).toContain('name="b" value="y"');
  });

  it("writes the same HTML whatever states it was in before", () => {
    takeSnapshot(page, withToggled(UNTOUCHED, control("c")), page.url);
    const { html } = takeSnapshot(page, typed("a", "z"), page.url);
    expect(html).toContain('<input type="checkbox" checked="" name="c">');
  });

  it("distinguishes states by every part", () => {
    const states = [
      typed("a", "x"),
      typed("b", "x"),
      typed("a", "y"),
      withToggled(typed("a", "x"), control("c")),
      withFocus(typed("a", "x"), control("a")),
      withFocus(typed("a", "x"), control("b")),
    ];
    const shown = states.map((state) => JSON.stringify(page.nodesIn(state)));
    expect(new Set(shown).size).toBe(states.length);
  });
});

describe("StateMemo", () => {
  const numberOf = (element: PageDocument["elements"][number]): number | undefined => {
    const number = page.indexOf(element);
    return number === -1 ? undefined : number;
  };

  it("computes again for a state of another page", () => {
    const memo = new StateMemo<object>(numberOf);
    const strange = (): FormState =>
      withValue(UNTOUCHED, control("a", parsePage(HTML, "http://other.test/")), "x");
    expect(memo.get(strange(), () => ({}))).not.toBe(memo.get(strange(), () => ({})));
  });

  it("keeps a bounded number of states, the latest used", () => {
    const memo = new StateMemo<object>(numberOf);
    const first = memo.get(typed("a", "first"), () => ({}));
    const second = memo.get(typed("a", "second"), () => ({}));
    for (let i = 0; i < 31; i++) {
      memo.get(typed("b", String(i)), () => ({}));
      expect(memo.get(typed("a", "first"), () => ({}))).toBe(first);
    }
    expect(memo.get(typed("a", "second"), () => ({}))).not.toBe(second);
  });
});
