/** What a script sends can be read, or the check of it says that it cannot: the bodies of every kind and encoding. */

import { describe, expect, it } from "vitest";
import { checkNetworkEvents } from "../../src/evaluation/network-event.ts";
import { PageWalk } from "../support/page-walk.ts";

const FILE = "new File([new Uint8Array([0, 200, 255])], 'scan.bin')";

/** Scripts that send room 4a, and how the request then reads. */
const READABLE: Record<string, string> = {
  "a form with a file, by XMLHttpRequest": `const form = new FormData(); form.append("scan", ${FILE}); form.append("room", "4a");
    const request = new XMLHttpRequest(); request.open("PUT", "/api"); request.send(form);`,
  "a beacon with a form and a file": `const form = new FormData(); form.append("room", "4a"); form.append("scan", ${FILE}); navigator.sendBeacon("/api", form);`,
  "a blob of a form": `fetch("/api", { method: "POST", body: new Blob(["guests=2&", "room=4a"], { type: "application/x-www-form-urlencoded" }) });`,
  "a blob without a type": `fetch("/api", { method: "PATCH", body: new Blob(['{"room":', '"4a"}']) });`,
  "bytes of JSON": `fetch("/api", { method: "POST", body: new TextEncoder().encode('{"room":"4a"}') });`,
  "a text that looks like a form": `fetch("/api", { method: "POST", body: "room=4a&guests=2" });`,
  "a form in plain text": `form.querySelector("textarea").value = "two\\nlines"; form.requestSubmit();`,
  "JSON of another name": `fetch("/api", { method: "POST", body: '{"room":"4a"}', headers: { "content-type": "application/vnd.api+json" } });`,
};

const UNREADABLE: Record<string, string> = {
  XML: `fetch("/api", { method: "POST", body: "<room>4a</room>", headers: { "content-type": "text/xml" } });`,
  bytes: `fetch("/api", { method: "POST", body: new Uint8Array([0, 200, 255]) });`,
  "a file of a worker": `const source = 'fetch("http://site.test/api", { method: "POST", body: new Blob(["room=4a"]) })';
    new Worker(URL.createObjectURL(new Blob([source])));`,
};

describe("the body that a script sends", () => {
  const on = new PageWalk();

  async function send(script: string): Promise<void> {
    on.site.pages["/api"] = () => "{}";
    await on.open(
      `<form id=form action=/api method=post enctype=text/plain><textarea name=note></textarea><input name=room value=4a></form>
       <button id=go>Go</button><script>go.onclick = () => { ${script} }</script>`,
    );
    await on.walk.click("button", "Go");
  }
  /** The check that a request with room 4a was sent, or never. */
  function check(present: boolean): boolean | null {
    const { requests } = on.walk.last;
    const method = requests.at(-1)?.method ?? "";
    const event = { present, method, url: "http://site.test/api", postData: { room: "4a" } };
    return checkNetworkEvents([event], requests).passed;
  }

  it.each(Object.entries(READABLE))("is read: %s", async (_, script) => {
    await send(script);
    expect([check(true), check(false)]).toEqual([true, false]);
  });

  it.each(Object.entries(UNREADABLE))("leaves its check unscored: %s", async (_, script) => {
    await send(script);
    expect(on.walk.last.requests.at(-1)).toMatchObject({ fields: null, isBodyUnread: true });
    expect([check(true), check(false)]).toEqual([null, null]);
  });

  it("is each request's own where several go to one address at once", async () => {
    await send(
      `for (const room of ["4a", "5b", "6c"]) fetch("/api", { method: "POST", body: new Blob([room === "5b" ? "" : "room=" + room]) });
       fetch("/api", { method: "POST" });`,
    );
    expect(on.walk.last.requests.map(({ fields }) => fields)).toEqual([
      [["room", "4a"]],
      null,
      [["room", "6c"]],
      null,
    ]);
    expect(on.walk.last.requests.some(({ isBodyUnread }) => isBodyUnread)).toBe(false);
  });

  it("is read where it is long", async () => {
    await send(
      `fetch("/api", { method: "POST", body: new Blob([JSON.stringify({ room: "4a", plan: "x".repeat(3e6) })]) });`,
    );
    expect(check(true)).toBe(true);
  });
});
