/**
 * Every kind of action in every kind of place, with real input. The table in docs/record.md comes from here: run with
 * DREAMGYM_WRITE_DOCS=1 to write it again.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, FrameLocator, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import { SAY, WIDGETS } from "../support/hand-widgets.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { ROOT } from "../support/read-sources.ts";
import { TestRecording } from "../support/recording.ts";

type Place = Page | FrameLocator;
interface Hand {
  recording: TestRecording;
  page: Page;
  /** Where the controls are. */
  in: Place;
  base: string;
}

const sum = (steps: readonly string[]): string => steps.join("; ");
const type = async (hand: Hand, name: string, text: string): Promise<void> => {
  const { in: place, page, recording } = hand;
  await place.getByRole("textbox", { name }).click();
  await recording.calm();
  await page.keyboard.type(text);
};
const button = ({ in: place }: Hand, name: string) =>
  place.getByRole("button", { name, exact: true });

/** What a hand does, and the steps that must come out. */
const ACTIONS: readonly [kind: string, act: (hand: Hand) => Promise<void>, steps: string][] = [
  ["click", (hand) => button(hand, "Press").click(), `click button "Press"`],
  ["double click", (hand) => button(hand, "Twice").dblclick(), `click double=true button "Twice"`],
  [
    "right click",
    (hand) => button(hand, "Right").click({ button: "right" }),
    `click button="right" button "Right"`,
  ],
  [
    "click with a held key",
    (hand) => button(hand, "Held").click({ modifiers: ["Shift"] }),
    `click modifiers="Shift" button "Held"`,
  ],
  [
    "type",
    (hand) => type(hand, "Name", "Ada L."),
    `click textbox "Name"; type text="Ada L." submit=false textbox "Name"`,
  ],
  [
    "type over several lines",
    async (hand) => {
      await type(hand, "Note", "one");
      await hand.page.keyboard.press("Enter");
      await hand.page.keyboard.type("two");
    },
    `click textbox "Note"; type text="one\\ntwo" submit=false textbox "Note"`,
  ],
  [
    "type into an editor",
    (hand) => type(hand, "Editor", "!"),
    `click textbox "Editor"; type text="*" submit=false textbox "Editor"`,
  ],
  [
    "pick a date",
    (hand) => hand.in.getByLabel("Day").fill("2026-11-27"),
    `type text="2026-11-27" submit=false Date "Day"`,
  ],
  [
    "press",
    async (hand) => {
      await button(hand, "Press").focus();
      await hand.page.keyboard.press("Control+Enter");
    },
    `press keys="Control+Enter"`,
  ],
  [
    "select",
    async (hand) => {
      await hand.in.getByLabel("Size").selectOption("Large");
    },
    `select option="Large" combobox "Size"`,
  ],
  ["check", (hand) => hand.in.getByText("Gift").click(), `check checked=true checkbox "Gift"`],
  ["choose", (hand) => hand.in.getByLabel("Card").check(), `check checked=true radio "Card"`],
  [
    "hover that opens a menu",
    async (hand) => {
      await hand.in.getByText("More").hover();
      await hand.recording.rest();
      await button(hand, "Item").click();
    },
    `hover StaticText "More"; click button "Item"`,
  ],
  [
    "scroll",
    async (hand) => {
      await hand.in.getByRole("region", { name: "Long" }).hover();
      await hand.page.mouse.wheel(0, 200);
      await hand.recording.rest();
    },
    `scroll direction="down" pixels=200 region "Long"`,
  ],
  [
    "drag",
    (hand) => button(hand, "Piece").dragTo(hand.in.getByRole("region", { name: "Zone" })),
    `drag at=* button "Piece" region "Zone"`,
  ],
  [
    "upload",
    async (hand) => {
      const chooser = hand.page.waitForEvent("filechooser");
      await hand.in.getByLabel("File").click();
      await (
        await chooser
      ).setFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });
      await hand.recording.rest();
    },
    `upload files=[{"name":"a.txt","type":"text/plain","base64":"aGVsbG8="}] button "File*"`,
  ],
  [
    "dialog answer",
    async (hand) => {
      hand.recording.recorder.session.tabs.dialogs.answerNext({ accept: true, text: "Ada" });
      await button(hand, "Ask").click();
    },
    `answerDialog accept=true text="Ada"; click button "Ask"`,
  ],
  [
    "dialog refused",
    async (hand) => {
      hand.recording.recorder.session.tabs.dialogs.answerNext({ accept: false });
      await button(hand, "Sure").click();
    },
    `answerDialog accept=false; click button "Sure"`,
  ],
  [
    "download",
    (hand) => hand.in.getByRole("link", { name: "Fetch" }).click(),
    `click link "Fetch" (download)`,
  ],
  [
    "address bar",
    async (hand) => {
      await hand.page.goto(`${hand.base}/other`);
    },
    `goto url="*/other"`,
  ],
  [
    "back and forward",
    async (hand) => {
      await hand.page.goBack();
      await hand.recording.calm();
      await hand.page.goForward();
    },
    `goBack; goForward`,
  ],
  [
    "new tab, switch, close",
    async (hand) => {
      const other = await hand.recording.context.newPage();
      await hand.recording.rest();
      await other.goto(`${hand.base}/other`);
      await hand.recording.calm();
      hand.recording.recorder.noteSwitch(0);
      await hand.recording.calm();
      hand.recording.recorder.noteSwitch(hand.recording.recorder.session.tabs.all.length - 1);
      await hand.recording.calm();
      await other.close();
    },
    `newTab; goto url="*/other"; switchTab index=0; switchTab index=*; closeTab`,
  ],
];

const PLACES: Record<string, (recording: TestRecording) => Promise<Place>> = {
  page: async ({ page }) => page,
  iframe: async ({ page }) => page.frameLocator("#same"),
  "cross-origin iframe": async ({ page }) => page.frameLocator("#other"),
  "shadow DOM": async ({ page }) => page,
  popup: async (recording) => {
    await recording.page.getByRole("link", { name: "Open" }).click();
    await recording.rest();
    recording.page = recording.recorder.session.tabs.active.page;
    return recording.page;
  },
  "SPA route": async ({ page }) => {
    await page.getByRole("link", { name: "Route" }).click();
    return page;
  },
};
const PATHS: Record<string, string> = {
  "shadow DOM": "/shadow",
  iframe: "/same",
  "cross-origin iframe": "/other-origin",
  popup: "/opener",
  "SPA route": "/app",
};

let server: PageServer;
let foreign: PageServer;
let browser: Browser;
const results = new Map<string, Map<string, boolean>>();

beforeAll(async () => {
  server = await startPageServer();
  foreign = await startPageServer();
  const page = (body: string): string => `<!doctype html><title>Widgets</title>${body}`;
  const widgets = page(WIDGETS + SAY);
  const frame = (id: string, src: string): string =>
    page(
      `<h1>Outer</h1><iframe id="${id}" title="Inner" src="${src}" width="700" height="650"></iframe>`,
    );
  foreign.pages["/widgets"] = widgets;
  Object.assign(server.pages, {
    "/": widgets,
    "/widgets": widgets,
    "/same": frame("same", "/widgets"),
    "/other-origin": frame(
      "other",
      `http://${foreign.address.replace("127.0.0.1", "localhost")}/widgets`,
    ),
    "/opener": page(`<a href="/widgets" target="_blank">Open</a>`),
    "/other": page(`<h1>Other</h1>`),
    "/shadow": page(
      `${SAY}<x-box></x-box><script>const root = document.querySelector("x-box").attachShadow({ mode: "open" }); root.innerHTML = ${JSON.stringify(WIDGETS)};</script>`,
    ),
    "/app": page(
      `${SAY}<a href="/app/form">Route</a><main></main><script>document.querySelector("a").onclick = (event) => { event.preventDefault(); history.pushState({}, "", "/app/form"); document.querySelector("main").innerHTML = ${JSON.stringify(WIDGETS)}; };</script>`,
    ),
    "/file.bin": (
      _: unknown,
      reply: { writeHead: (status: number, headers: object) => void; end: (body: string) => void },
    ) => {
      reply.writeHead(200, {
        "content-type": "application/octet-stream",
        "content-disposition": "attachment",
      });
      reply.end("data");
    },
  });
  foreign.pages["/file.bin"] = server.pages["/file.bin"] ?? "";
  const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
  browser = await launchBrowser({ executablePath: path, origins: null });
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await foreign[Symbol.asyncDispose]();
});

/** `*` stands for any text. */
function matches(said: string, expected: string): boolean {
  const pattern = expected.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*");
  return new RegExp(`^${pattern}$`, "s").test(said);
}

describe.each(Object.keys(PLACES))("in a %s", (name) => {
  it("captures every action", { timeout: 60_000 }, async () => {
    const recording = new TestRecording();
    const base = `http://${server.address}`;
    await recording.start(browser, `${base}${PATHS[name] ?? "/"}`);
    const failures: string[] = [];
    const row = new Map<string, boolean>();
    results.set(name, row);
    try {
      const place = await (PLACES[name] as (typeof PLACES)[string])(recording);
      await recording.calm();
      const hand: Hand = { recording, page: recording.page, in: place, base };
      for (const [kind, act, steps] of ACTIONS) {
        const before = recording.folder.transitions.length;
        await act(hand);
        await recording.calm();
        const said = sum(recording.said().slice(before));
        row.set(kind, matches(said, steps));
        if (row.get(kind) !== true) failures.push(`${kind}: expected ${steps}, got ${said}`);
      }
      expect(failures).toEqual([]);
      expect(recording.recorder.warnings).toEqual([]);
      for (const { element } of recording.folder.transitions)
        if (element !== undefined) expect(element.references.length).toBeGreaterThanOrEqual(3);
    } finally {
      await recording.end();
    }
  });
});

it("is the table in the docs", () => {
  const places = Object.keys(PLACES);
  const kinds = ACTIONS.map(([kind]) => kind);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const table = [
    line(["action", ...places]),
    line(["---", ...places.map(() => "---")]),
    ...kinds.map((kind) =>
      line([kind, ...places.map((place) => (results.get(place)?.get(kind) ? "yes" : "no"))]),
    ),
  ].join("\n");
  const path = join(ROOT, "docs", "record.md");
  const text = readFileSync(path, "utf8");
  const [start, end] = ["<!-- matrix:start -->", "<!-- matrix:end -->"];
  const [before = "", rest = ""] = text.split(start);
  const [written = "", after = ""] = rest.split(end);
  if (process.env["DREAMGYM_WRITE_DOCS"] !== undefined)
    writeFileSync(path, `${before}${start}\n\n${table}\n\n${end}${after}`);
  const shown =
    process.env["DREAMGYM_WRITE_DOCS"] === undefined
      ? written.replaceAll(/ +/g, " ").replaceAll(/-{2,}/g, "---").trim()
      : table;
  expect(shown).toBe(table);
});
