import { describe, expect, it } from "vitest";
import type { PageEvent } from "../core/experience.ts";
import { optionLabel, selectedOptions, UNTOUCHED, valueOf } from "../page/form-state.ts";
import { parsePage, type PageDocument } from "../page/page-document.ts";
import { pageAfterEvent } from "./event-effect.ts";

const URL_OF_PAGE = "http://notes.test/new";
const body = (content: string): string => `<!doctype html><html><body>${content}</body></html>`;
const PAGE = body(
  '<form><textarea name="note"></textarea><input type="checkbox" name="urgent">' +
    '<input type="radio" name="box" value="in" checked><input type="radio" name="box" value="out">' +
    '<select name="tags" multiple><option selected>red<option>blue<option>green</select></form>',
);

/** The page after an event on the nth element with a name. */
function after(name: string, event: Partial<PageEvent>, changed: string | null = null, nth = 0) {
  const element = parsePage(PAGE, URL_OF_PAGE).elements.filter((e) => e.attribs["name"] === name)[
    nth
  ];
  const position = parsePage(PAGE, URL_OF_PAGE).indexOf(element as NonNullable<typeof element>);
  const { html, url } = pageAfterEvent(
    { url: URL_OF_PAGE, html: PAGE },
    { kind: "click", text: null, ...event, element: position },
    changed === null ? null : { url: URL_OF_PAGE, html: changed },
  );
  return parsePage(html, url);
}

const named = (page: PageDocument, name: string, nth = 0) => {
  const found = page.elements.filter((element) => element.attribs["name"] === name)[nth];
  if (found === undefined) throw new Error(`Expected ${name} on the page.`);
  return found;
};
const note = (page: PageDocument): string => valueOf(named(page, "note"), UNTOUCHED);
const isTicked = (page: PageDocument, name: string, nth = 0): boolean =>
  "checked" in named(page, name, nth).attribs;

const TEXT = 'a <b>bold</b> & "more"\n</textarea>';
const typed: Partial<PageEvent> = { kind: "type", text: TEXT };

describe("a page after an input event", () => {
  it("contains the typed text, with or without a script's reaction", () => {
    expect(note(after("note", typed))).toBe(TEXT);
    const counted = PAGE.replace("<form>", "<form><p>31 letters</p>");
    expect(note(after("note", typed, counted))).toBe(TEXT);
  });

  it("keeps a script's change to the field", () => {
    const upper = PAGE.replace("</textarea>", "A BOLD</textarea>");
    expect(note(after("note", typed, upper))).toBe("A BOLD");
  });

  it("ticks a box once, even if the script's page already shows it ticked", () => {
    expect(isTicked(after("urgent", {}), "urgent")).toBe(true);
    const told = PAGE.replace("</form>", "<p>Urgent!</p></form>");
    expect(isTicked(after("urgent", {}, told), "urgent")).toBe(true);
    const ticked = told.replace('name="urgent"', 'name="urgent" checked');
    expect(isTicked(after("urgent", {}, ticked), "urgent")).toBe(true);
  });

  it("moves the choice of a radio group, and adds to the choices of a multiple-choice list", () => {
    const page = after("box", {}, PAGE.replace("</form>", "<p>Out.</p></form>"), 1);
    expect([isTicked(page, "box", 0), isTicked(page, "box", 1)]).toEqual([false, true]);
    const chosen = after("tags", { kind: "select", text: "green" });
    expect(selectedOptions(named(chosen, "tags"), UNTOUCHED).map(optionLabel)).toEqual([
      "red",
      "green",
    ]);
  });
});
