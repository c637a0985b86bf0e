/** Several lines typed into rich text stay lines: in plain blocks of every kind, and in editors from npm. */

import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { describe, expect, it } from "vitest";
import type { PageAnswer } from "../support/page-server.ts";
import { PageWalk } from "../support/page-walk.ts";

const LINES = "Dear all,\nthe lamp & the “chair”\n\nYours";

describe("lines typed into rich text", () => {
  const on = new PageWalk();
  /** The text as a person sees it. */
  const shown = async (): Promise<string> => {
    await on.walk.click("button", "Read");
    return on.walk.observation.lastActionError ?? "";
  };

  it.each([
    ["blocks in a list", `<ul contenteditable aria-label=Text role=textbox><li>old</ul>`],
    [
      "headings",
      `<div contenteditable aria-label=Text role=textbox><h2>old</h2><blockquote>more</blockquote></div>`,
    ],
    ["nothing", `<div contenteditable aria-label=Text style="min-height: 20px"></div>`],
    [
      "plain text alone",
      `<div contenteditable=plaintext-only style="white-space: pre-wrap" aria-label=Text>old</div>`,
    ],
    ["one paragraph", `<p contenteditable aria-label=Text>old</p>`],
    [
      "a shadow tree",
      `<x-note></x-note><script>document.querySelector("x-note").attachShadow({ mode: "open" }).innerHTML = "<div contenteditable aria-label=Text role=textbox><p>old</p></div>"</script>`,
    ],
    ["a text area", `<textarea aria-label=Text>old</textarea>`],
  ])("stay lines in %s", async (_, html) => {
    await on.open(`${html}<button onclick="read()">Read</button><script>
      const field = document.querySelector("[aria-label]") ?? document.querySelector("x-note").shadowRoot.firstChild;
      const read = () => alert(field.value ?? field.innerText);</script>`);
    expect(await on.walk.type("Text", LINES)).toBeNull();
    // `innerText` writes an empty block as two or more lines.
    expect((await shown()).replace(/\n+/gu, "\n")).toContain(`"${LINES.replace("\n\n", "\n")}"`);
  });

  it("do not send the message of a chat", async () => {
    await on.open(
      `<div contenteditable aria-label=Text onkeydown="if (event.key === 'Enter') { alert('sent ' + this.innerText); this.textContent = ''; }"><br></div>`,
    );
    expect(await on.walk.type("Text", "one\ntwo")).toBeNull();
    await on.walk.act({ kind: "press", keys: "Enter" });
    expect(on.walk.observation.lastActionError).toContain('"sent one\ntwo"');
  });

  it.each([
    ["ProseMirror", ["orderedmap", "w3c-keyname", ...PROSEMIRROR]],
    ["Quill", ["quill"]],
    ["TinyMCE", ["tinymce"]],
  ])("stay lines in %s, twice", async (editor, packages) => {
    const page = new URL(`fixtures/editors/${editor.toLowerCase()}.html`, ROOT);
    await on.open("");
    on.site.pages["/editor"] = await readFile(page, "utf8");
    for (const name of packages) await serve(name, on.site.pages);
    await on.walk.act({ kind: "goto", url: "http://site.test/editor" });
    for (const lines of [LINES, `Again\n${LINES}`]) {
      expect(await on.walk.type("Text", lines)).toBeNull();
      expect(await shown()).toContain(`"${lines}"`);
    }
  });
});

const ROOT = new URL("../../", import.meta.url);
const PROSEMIRROR = "commands keymap model schema-basic state transform view"
  .split(" ")
  .map((part) => `prosemirror-${part}`);

const TYPES: Record<string, string> = { ".js": "text/javascript", ".css": "text/css" };

/** Serves the files of a package under `/npm/`. */
async function serve(name: string, pages: Record<string, PageAnswer>): Promise<void> {
  const folder = new URL(`node_modules/${name}/`, ROOT);
  for (const file of await readdir(folder, { recursive: true })) {
    const type = TYPES[extname(file)];
    if (type !== undefined)
      pages[`/npm/${name}/${file}`] = async (_, reply) => {
        reply.writeHead(200, { "content-type": type }).end(await readFile(new URL(file, folder)));
      };
  }
}
