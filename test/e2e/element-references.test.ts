/** Ways to find an element again, on pages that name little: icons, tables, rows that repeat, drawings. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Page } from "playwright";
import type { RankedReference } from "../../src/core/ranked-reference.ts";
import type { Transition } from "../../src/core/trajectory.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import { drive } from "../../src/real/record/capture/drive.ts";
import { findAgain } from "../../src/real/record/replay/find-again.ts";
import { shuffleNames } from "../support/changed-site.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { TestRecording } from "../support/recording.ts";

const ICON = `<svg width="16" height="16"><path d="M2 2h12v12H2z"/></svg>`;
const row = (id: number, name: string): string =>
  `<tr class="row r${id}"><td>${name}</td><td>${name.length}</td>
   <td><button class="btn-${id}x${id}9" onclick="say('cut ${name}')">${ICON}</button></td>
   <td><button onclick="say('edit ${name}')">Edit</button></td>
   <td class="cell" onclick="say('cell ${name}')">…</td></tr>`;
const page = (names: readonly string[]): string => `<!doctype html><title>Stock</title>
  <script>function say(text) { document.querySelector("output").textContent = text; }</script>
  <div><div><button class="icon" onclick="say('menu')">${ICON}</button><button class="icon" onclick="say('bell')">${ICON}</button></div></div>
  <table><tbody>${names.map((name, index) => row(index + 1, name)).join("")}</tbody></table>
  <canvas aria-label="Chart" role="img" width="60" height="40" onclick="say('chart')"></canvas>
  <div tabindex="0" onclick="say('plain')">Plain box</div>
  <span onclick="say('span')"><b>Deep</b></span>
  <style>.bin::before { content: "\\e020" }</style><button onclick="say('bin')"><i class="bin"></i> Bin</button>
  <output></output>`;
const NAMES = ["Lamp", "Chair", "Desk", "Shelf"];

let server: PageServer;
let browser: Browser;
beforeAll(async () => {
  server = await startPageServer({ "/": page(NAMES) });
  const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
  browser = await launchBrowser({ executablePath: path, origins: null });
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** What the mouse hits, and what the page says then. */
const HITS: readonly [selector: string, says: string][] = [
  [".icon >> nth=0", "menu"],
  [".icon >> nth=1", "bell"],
  ["tr:nth-child(3) td:nth-child(3) button", "cut Desk"],
  ["tr:nth-child(2) td:nth-child(4) button", "edit Chair"],
  ["tr:nth-child(4) td:nth-child(5)", "cell Shelf"],
  ["canvas", "chart"],
  ["text=Plain box", "plain"],
  ["text=Deep", "span"],
  ["text=Bin", "bin"],
];

async function recordHits(recording: TestRecording): Promise<readonly Transition[]> {
  await recording.start(browser, `http://${server.address}/`);
  for (const [selector, says] of HITS) {
    await recording.page.locator(selector).click();
    await recording.calm();
    expect(await recording.page.locator("output").textContent()).toBe(says);
  }
  expect(recording.recorder.warnings).toEqual([]);
  return recording.folder.transitions;
}

/** The elements that a way finds in the live page, by Playwright itself. */
async function countFound(live: Page, way: RankedReference): Promise<number | null> {
  if (way.by === "css") return await live.locator(way.selector).count();
  if (way.by === "role")
    return await live.getByRole(way.role as "button", { name: way.name, exact: true }).count();
  return null;
}

describe("an acted-on element", () => {
  it(
    "has four ways or more, and each finds as many elements as it says",
    { timeout: 60_000 },
    async () => {
      const recording = new TestRecording();
      const transitions = await recordHits(recording);
      expect(transitions).toHaveLength(HITS.length);
      for (const [index, { element }] of transitions.entries()) {
        const { references = [] } = element ?? {};
        expect(references.length, HITS[index]?.[0]).toBeGreaterThanOrEqual(4);
        for (const way of references) {
          const count =
            way.by === "role" && way.name === "" ? null : await countFound(recording.page, way);
          if (count === null) continue;
          expect(way.unique, JSON.stringify(way)).toBe(count === 1);
          expect(way.index, JSON.stringify(way)).toBeLessThan(count);
        }
      }
      await recording.end();
    },
  );

  it(
    "is found again without ids and classes, and in its row after the rows moved",
    { timeout: 60_000 },
    async () => {
      const recording = new TestRecording();
      const recorded = [...(await recordHits(recording))];
      for (const html of [
        shuffleNames(page(NAMES)),
        page(["Sofa", ...NAMES]),
        page(NAMES.filter((name) => name !== "Lamp")),
      ]) {
        server.pages["/"] = html;
        await recording.page.goto(`http://${server.address}/`);
        recording.recorder.nudge();
        await recording.calm();
        const { state, session } = recording.recorder;
        const now = state?.observation;
        if (now === undefined || state?.page == null) throw new Error("no page");
        const snapshot = state.page;
        for (const [index, { observation, action, element }] of recorded.entries()) {
          if (!("ref" in action) || action.ref === undefined) continue;
          const [selector, says] = HITS[index] as (typeof HITS)[number];
          const found = await findAgain(
            { observation, ref: action.ref, element },
            now,
            async () => snapshot,
          );
          expect(found, `${selector} on ${html.slice(0, 40)}`).not.toBeNull();
          await session.tabs.active.session
            .send("DOM.resolveNode", { backendNodeId: Number(found?.ref) })
            .then(({ object }) =>
              session.tabs.active.session.send("Runtime.callFunctionOn", {
                objectId: object.objectId ?? "",
                functionDeclaration:
                  "function () { (this.nodeType === 1 ? this : this.parentElement).click(); }",
              }),
            );
          expect(await recording.page.locator("output").textContent(), selector).toBe(says);
        }
      }
      server.pages["/"] = page(NAMES);
      await recording.end();
    },
  );
});

describe("what an agent does where no script runs", () => {
  it("is said to be lost", { timeout: 60_000 }, async () => {
    server.pages["/"] =
      `<iframe sandbox srcdoc="<button>Inside</button>"></iframe><button>Outside</button>`;
    const recording = new TestRecording();
    await recording.start(browser, `http://${server.address}/`);
    const names = ["Outside", "Inside"];
    await drive({
      recorder: recording.recorder,
      steps: () => recording.folder.transitions.length,
      goal: "",
      maxSteps: 3,
      signal: new AbortController().signal,
      policy: {
        act({ observation }) {
          const name = names.shift();
          const node = observation.nodes.find((one) => one.role === "button" && one.name === name);
          return {
            action: node ? { kind: "click", ref: node.ref } : { kind: "stop", answer: "" },
          };
        },
      },
    });
    expect(names).toEqual([]);
    const steps = recording.folder.transitions.length;
    const { warnings } = recording.recorder;
    // The frame is named at once, and the click in it when it comes.
    expect(warnings[0]).toContain("A frame runs no scripts (about:srcdoc).");
    expect(steps + warnings.length - 1).toBe(2);
    expect(warnings.join()).toContain("It was not recorded.");
    server.pages["/"] = page(NAMES);
    await recording.end();
  });
});
