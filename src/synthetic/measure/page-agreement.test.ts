import { describe, expect, it } from "vitest";
import { parsePage } from "../../page/page-document.ts";
import { compareStates, readHidden, sizeOfChange } from "./page-agreement.ts";
import type { State } from "./recorded-episode.ts";

const URL_OF_CART = "http://shop.test/cart";

function state(body: string, url = URL_OF_CART): State {
  const html = `<!doctype html><html><head><title>Cart</title></head><body>${body}</body></html>`;
  const { title, nodes } = parsePage(html, url);
  return {
    observation: { url, title, nodes: [...nodes], tabs: [], lastActionError: null },
    page: { url, html },
  };
}

const form = (token: string, total = "$ 5"): string =>
  `<p>${total}</p><form method="post" action="/pay"><input type="hidden" name="token" value="${token}"><button>Pay</button></form>`;

describe("compareStates", () => {
  it("finds a page right that is right in all", () => {
    const agreement = compareStates(state(""), state(form("a")), state(form("a")));
    expect(agreement).toEqual({ url: true, form: true, hidden: true, changeF1: 1 });
  });

  it("sees a wrong hidden field behind a page that looks right", () => {
    const agreement = compareStates(state(""), state(form("a")), state(form("b")));
    expect(agreement).toMatchObject({ form: true, hidden: false });
  });

  it("sees a wrong target behind a link that looks right", () => {
    const [own, other] = ["/1", "/2"].map((href) => state(`<a href="${href}">Next</a>`));
    expect(compareStates(state(""), own as State, other as State)).toMatchObject({
      form: true,
      hidden: false,
    });
  });

  it("sees a wrong total before a state that is right", () => {
    const agreement = compareStates(state(""), state(form("a")), state(form("a", "$ 6")));
    expect(agreement).toMatchObject({ url: true, form: false, hidden: true });
  });

  it("does not call a page right at a wrong address", () => {
    const elsewhere = state(form("a"), "http://shop.test/basket");
    expect(compareStates(state(""), state(form("a")), elsewhere)).toMatchObject({
      url: false,
      form: false,
    });
  });

  it("measures F1 of the change: one of two new nodes is right", () => {
    const real = state("<h1>A</h1><h2>B</h2>");
    const dreamed = state("<h1>A</h1><h2>C</h2>");
    // A heading and its text each: 2 of 4 right on either side.
    expect(compareStates(state(""), real, dreamed).changeF1).toBe(0.5);
  });
});

describe("readHidden", () => {
  it("lists links and what forms would send, with hidden fields", () => {
    const { page } = state(`<a href="/a#x">A</a>${form("t")}`);
    expect([...readHidden(page).keys()]).toEqual([
      "link http://shop.test/a#x",
      "form POST http://shop.test/pay",
      "field POST http://shop.test/pay token=t",
    ]);
  });
});

describe("sizeOfChange", () => {
  it("counts a node with another text once, and a new page by its larger side", () => {
    const size = (a: string, b: string): number =>
      sizeOfChange(state(a).observation, state(b).observation);
    expect(size("<h1>A</h1>", "<h1>A</h1>")).toBe(0);
    expect(size("<p>1</p>", "<p>2</p>")).toBe(1);
    expect(size("", "<button>A</button><button>B</button>")).toBe(2);
    expect(size("<button>A</button><button>B</button>", "<button>C</button>")).toBe(2);
  });
});
