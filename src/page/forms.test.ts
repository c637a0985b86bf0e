import fc from "fast-check";
import type { Element } from "domhandler";
import { describe, expect, it } from "vitest";
import { invalidFields } from "../text-browser/constraints.ts";
import { withReset, withSelection, withToggled, withValue } from "./edit-state.ts";
import { optionsOf, UNTOUCHED, valueOf, type FormState } from "./form-state.ts";
import { countImplicitFields, defaultButton, submit } from "./forms.ts";
import { formFields, type Submitter } from "./form-fields.ts";
import { parsePage, type PageDocument } from "./page-document.ts";

const page = (html: string): PageDocument => parsePage(html, "http://site.test/dir/page?old=1");
const element = (document: PageDocument, id: string) => document.byId(id)!;
const firstForm = (document: PageDocument) => document.elements.find((e) => e.name === "form")!;
const pressed = (button: Element | null): Submitter | null =>
  button === null ? null : { element: button, isPointed: true };
const fields = (html: string, state: FormState = UNTOUCHED, submitter?: string) => {
  const document = page(html);
  const button = submitter === undefined ? null : element(document, submitter);
  return formFields(firstForm(document), pressed(button), state).fields;
};

describe("formFields", () => {
  it("takes successful controls in document order", () => {
    expect(
      fields(`<form id=f><input name=a value=1><input value=nameless><input name=b disabled value=2>
        <input type=checkbox name=c checked><input type=checkbox name=d><input type=radio name=r value=x checked>
        <select name=s><option>one<option selected value=2>two</select><textarea name=t>\nx</textarea>
        <input type=hidden name=h value=z><button name=go value=1>Go</button><input type=submit name=sub></form>
        <input form=f name=outside value=o>`),
    ).toEqual([
      ["a", "1"],
      ["c", "on"],
      ["r", "x"],
      ["s", "2"],
      ["t", "x"],
      ["h", "z"],
      ["outside", "o"],
    ]);
  });

  it("takes the controls of a form that starts between the parts of a table", () => {
    const html = `<table><form id=one><input type=hidden name=h value=0><tr><td><input name=a value=1></td><td><table><tr><td>
      <button id=go name=b value=2>Go</button></td></tr></table></td></tr></form>
      <tr><form id=two><td><input name=c value=3></td></form></tr></table><input name=d value=4>`;
    const document = page(html);
    const fieldsOf = (id: string, submitter: string | null) =>
      formFields(
        element(document, id),
        pressed(submitter === null ? null : element(document, submitter)),
        UNTOUCHED,
      ).fields;
    expect(fieldsOf("one", "go")).toEqual([
      ["h", "0"],
      ["a", "1"],
      ["b", "2"],
    ]);
    expect(fieldsOf("two", null)).toEqual([["c", "3"]]);
  });

  it("sends the pressed button's name and value, but not those of other buttons", () => {
    const html = `<form><button id=one name=go value=1>1</button><input id=two type=submit name=go value=2></form>`;
    expect(fields(html, UNTOUCHED, "one")).toEqual([["go", "1"]]);
    expect(fields(html, UNTOUCHED, "two")).toEqual([["go", "2"]]);
  });

  it("skips the controls of a disabled fieldset, except those in its legend", () => {
    expect(
      fields(
        `<form><fieldset disabled><legend><input name=in value=1></legend><input name=out value=2></fieldset></form>`,
      ),
    ).toEqual([["in", "1"]]);
  });

  it("sends line breaks as CR LF, and every chosen option of a list", () => {
    const document = page(
      `<form><textarea id=t name=t></textarea><select id=s name=s multiple><option>a<option>b<option disabled>c</select></form>`,
    );
    const typed = withValue(UNTOUCHED, element(document, "t"), "one\ntwo");
    const select = element(document, "s");
    const state = withSelection(typed, select, optionsOf(select));
    expect(formFields(firstForm(document), null, state).fields).toEqual([
      ["t", "one\r\ntwo"],
      ["s", "a"],
      ["s", "b"],
    ]);
  });
});

describe("submit", () => {
  const request = (html: string, submitter?: string) => {
    const document = page(html);
    const button = submitter === undefined ? null : element(document, submitter);
    const submission = submit(firstForm(document), pressed(button), document, UNTOUCHED);
    return submission.kind === "request" ? submission.request : submission.kind;
  };

  it("replaces the action's query by the fields of a GET", () => {
    expect(request(`<form action="/s?x=1#f"><input name=q value="a b&c"></form>`)).toEqual({
      method: "GET",
      url: "http://site.test/s?q=a+b%26c",
      fields: null,
    });
    expect(request(`<form></form>`)).toMatchObject({ url: "http://site.test/dir/page?" });
  });

  it("keeps the query of a POST, and lets the button override the form", () => {
    const html = `<form action="s?x=1" method=post><input name=q value=1><button id=b formmethod=get formaction=/other>B</button></form>`;
    expect(request(html)).toEqual({
      method: "POST",
      url: "http://site.test/dir/s?x=1",
      fields: [["q", "1"]],
    });
    expect(request(html, "b")).toMatchObject({ method: "GET", url: "http://site.test/other?q=1" });
  });

  it("encodes any text of a GET so that a URL reads it back", () => {
    const document = page(`<form><input id=q name=q></form>`);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const state = withValue(UNTOUCHED, element(document, "q"), text);
        const submission = submit(firstForm(document), null, document, state);
        if (submission.kind !== "request") throw new Error("expected a request");
        const sent = new URL(submission.request.url).searchParams.get("q");
        expect(sent).toBe(text.replace(/[\r\n]/gu, ""));
      }),
    );
  });

  it("sends nothing for an action that does not load a page", () => {
    expect(request(`<form action="mailto:a@b.test"></form>`)).toBe("none");
    expect(request(`<form action="javascript:void(0)"></form>`)).toBe("none");
    expect(request(`<form method=dialog></form>`)).toBe("dialog");
  });
});

describe("implicit submission", () => {
  it("presses the first submit button, or sends a form of one field", () => {
    const withButton = page(
      `<form><input><button type=button>x</button><button id=b>y</button></form>`,
    );
    expect(defaultButton(firstForm(withButton))).toBe(element(withButton, "b"));
    const two = page(`<form><input><input type=search></form>`);
    expect(countImplicitFields(firstForm(two))).toBe(2);
    const one = page(`<form><input><input type=checkbox></form>`);
    expect(countImplicitFields(firstForm(one))).toBe(1);
  });
});

describe("invalidFields", () => {
  const complaint = (html: string, change?: (document: PageDocument) => FormState) => {
    const document = page(`<form>${html}</form>`);
    const state = change?.(document) ?? UNTOUCHED;
    return invalidFields(firstForm(document), state)[0]?.message ?? null;
  };

  it("complains about required fields, in document order", () => {
    expect(complaint(`<input required>`)).toBe("Please fill out this field.");
    expect(complaint(`<input required value=x>`)).toBeNull();
    expect(complaint(`<input required disabled><input required readonly>`)).toBeNull();
    expect(complaint(`<select required><option value="">--</select>`)).toMatch(/select an item/u);
    expect(complaint(`<input type=radio name=r required><input id=o type=radio name=r>`)).toMatch(
      /one of these options/u,
    );
    expect(
      complaint(`<input type=radio name=r required><input id=o type=radio name=r>`, (document) =>
        withToggled(UNTOUCHED, element(document, "o")),
      ),
    ).toBeNull();
  });

  it("checks types, patterns, lengths and ranges", () => {
    expect(complaint(`<input type=email value=nobody>`)).toMatch(/include an '@'/u);
    expect(complaint(`<input pattern="[a-z]+" value=A1>`)).toMatch(/requested format/u);
    expect(complaint(`<input type=number min=2 value=1>`)).toMatch(/greater than or equal to 2/u);
    const typed = (document: PageDocument) => withValue(UNTOUCHED, element(document, "n"), "1.5");
    expect(complaint(`<input id=n type=number>`, typed)).toMatch(/valid value/u);
    expect(complaint(`<input id=n type=number step=any>`, typed)).toBeNull();
    // Steps count from the value that came with the page.
    expect(complaint(`<input type=number value=1.5>`)).toBeNull();
    const short = `<input id=i minlength=3>`;
    expect(complaint(short)).toBeNull();
    expect(complaint(short, (d) => withValue(UNTOUCHED, element(d, "i"), "ab"))).toMatch(
      /lengthen/u,
    );
  });
});

describe("withValue", () => {
  it("keeps to the field's length, lines and kind", () => {
    const document = page(`<input id=a maxlength=3><input id=n type=number><input id=d type=date>`);
    const value = (id: string, text: string) =>
      valueOf(element(document, id), withValue(UNTOUCHED, element(document, id), text));
    expect(value("a", "long\ntext")).toBe("lon");
    expect(value("n", "12 pieces")).toBe("");
    expect(value("n", "$12")).toBe("12");
    expect(value("d", "tomorrow")).toBe("");
  });

  it("is undone only by a reset of its own form", () => {
    const document = page(`<form><input id=a value=1></form><input id=b>`);
    const typed = withValue(
      withValue(UNTOUCHED, element(document, "a"), "2"),
      element(document, "b"),
      "3",
    );
    const reset = withReset(typed, firstForm(document));
    expect([...reset.values.values()]).toEqual(["3"]);
  });
});
