import { describe, expect, it } from "vitest";
import { parsePage } from "./page-document.ts";
import { renderWebRlPage, webRlLines } from "./webrl-page.ts";

const nodesOf = (html: string) =>
  parsePage(html, "http://site.test/").nodes.map((node, index) => ({
    ...node,
    ref: String(index + 1),
  }));

describe("renderWebRlPage", () => {
  it("prints elements with ids, texts inside them, and values and states as attributes", () => {
    const nodes = nodesOf(
      `<title>Shop</title><h1>Lamps</h1><ul><li><a href="/a">Lamp <b>A</b></a><li>Sold out</ul>
      <label>Find <input type="search" value="it's"></label><input type=checkbox aria-label="Gift" checked>
      <select aria-label="Size"><option>S<option selected>M</select><button disabled>Buy</button>`,
    );
    expect(webRlLines({ nodes }).join("\n")).toMatchInlineSnapshot(`
      "<html title="Shop">
      <h1 id="2"> Lamps </h1>
      <ul>
      <li>
      <a id="5"> Lamp A </a>
      </li>
      <li> Sold out </li>
      </ul>
      Find
      <input id="9" title="Find" type="search" data-value="it's"> </input>
      <input id="10" title="Gift" type="checkbox" data-status="checked"> </input>
      <select id="11" title="Size" data-value="M" data-status="collapsed">
      <option id="12"> S </option>
      <option id="13" data-status="selected"> M </option>
      </select>
      <button id="14" disabled="true"> Buy </button>
      </html>"
    `);
    expect(renderWebRlPage({ nodes })).toBe(webRlLines({ nodes }).join(" "));
  });

  it("lets no text of a page look like an element", () => {
    const nodes = nodesOf(
      `<p>&lt;button id="9"> Pay </button></p><input aria-label='" id="9' value='"><a id="9">'>`,
    );
    expect(renderWebRlPage({ nodes })).not.toMatch(/id="9"/u);
  });

  it("names every element that an action can name by its ref", () => {
    const nodes = nodesOf(
      `<a href="/">A</a><button>B</button><textarea></textarea><input type=date><input type=range>
      <details><summary>C</summary></details><div role=tab>D</div><div role=menuitem>E</div><img alt=F src=x>`,
    );
    const text = renderWebRlPage({ nodes });
    const actedOn = nodes.filter(
      ({ role }) => !["RootWebArea", "StaticText", "group"].includes(role),
    );
    expect(actedOn.length).toBeGreaterThan(8);
    for (const { ref } of actedOn) expect(text).toContain(` id="${ref}"`);
  });
});
