/** Pages of React and Vue by hand: recorded, repeated on another build, and exported. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Task } from "../../src/core/task.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import { openOwnBrowserEnv } from "../../src/real/browser/own-browser-env.ts";
import { replayTrajectory } from "../../src/real/record/replay/replay-trajectory.ts";
import { runExportedTest } from "../support/exported-test.ts";
import { type FrameworkSite, serveFramework } from "../support/framework-site.ts";
import { type Hand, recordByHand } from "../support/record-by-hand.ts";

const STEPS = [
  'click link "New person"',
  'click textbox "Name"',
  'type textbox "Name" ADA LOVELACE',
  'select combobox "Role" Designer',
  'check checkbox "Works remotely"',
  'click button "Add"',
  'click searchbox "Filter"',
  'type searchbox "Filter" a',
  'click button "Turn the order"',
  'check checkbox "Done"',
  'click button "Open"',
  'click textbox "Note"',
  'type textbox "Note" First programmer',
  'click button "Save"',
  "stop",
];

async function fillBoard(hand: Hand): Promise<void> {
  const click = (role: "link" | "button" | "textbox" | "searchbox" | "checkbox", name: string) =>
    hand.do((page) => page.getByRole(role, { name, exact: true }).first().click());
  const write = (text: string) => hand.do((page) => page.keyboard.type(text, { delay: 5 }));
  await click("link", "New person");
  await click("textbox", "Name");
  await write("Ada Lovelace");
  await hand.do((page) => page.getByLabel("Role").selectOption("Designer"));
  await click("checkbox", "Works remotely");
  await click("button", "Add");
  await click("searchbox", "Filter");
  await write("a");
  await click("button", "Turn the order");
  // The first row is the new person: the list has been filtered and turned.
  await click("checkbox", "Done");
  await click("button", "Open");
  await click("textbox", "Note");
  await write("First programmer");
  await click("button", "Save");
}

/** The recorded actions as short texts. */
function sayings({ transitions }: Trajectory): string[] {
  return transitions.map(({ action, observation }) => {
    const node =
      "ref" in action ? observation.nodes.find(({ ref }) => ref === action.ref) : undefined;
    const more = "option" in action ? action.option : action.kind === "type" ? action.text : "";
    return `${action.kind}${node ? ` ${node.role} "${node.name}"` : ""} ${more}`.trim();
  });
}

describe.each(["react-board.js", "vue-board.js"])("a page of %s", (app) => {
  let site: FrameworkSite;
  let folder = "";
  let executablePath = "";
  let task: Task;
  let recorded: Trajectory;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "framework-"));
    executablePath = (await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] })).path;
    site = await serveFramework(app);
    const origin = `http://${site.server.address}`;
    const sent = { present: true, method: "POST", url: `${origin}/api/notes` };
    task = {
      id: "board",
      goal: "Add Ada Lovelace, and note that she was the first programmer.",
      startUrls: [`${origin}/`],
      sites: ["board"],
      maxSteps: 30,
      checks: [
        {
          kind: "network_event",
          events: [{ ...sent, postData: { id: "4", note: "First programmer" } }],
        },
      ],
      templateId: 0,
      world: "",
    };
    const origins = [{ origin }];
    const browser = await launchBrowser({ executablePath, origins });
    recorded = await recordByHand({ browser, root: folder, id: "board", task, origins }, fillBoard);
    await browser.close();
  }, 120_000);
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it("is recorded as the hand acted", () => {
    expect(recorded.uncaptured ?? []).toEqual([]);
    expect(sayings(recorded)).toEqual(STEPS);
    expect(recorded.score).toMatchObject({ status: "scored", value: 1 });
    for (const { element } of recorded.transitions)
      if (element !== undefined) expect(element.references.length).toBeGreaterThanOrEqual(4);
  });

  it("is repeated, also on a build with other ids and classes", { timeout: 90_000 }, async () => {
    for (const build of ["a1", "zz9"]) {
      await site.rebuild(build);
      const origins = { board: { origin: `http://${site.server.address}` } };
      const own = await openOwnBrowserEnv({ executablePath, origins, control: null });
      const replay = await replayTrajectory({
        env: own.env,
        recorded,
        task,
        secretOf: () => null,
      });
      await own.close();
      expect(replay.steps.filter(({ divergence }) => divergence !== null)).toEqual([]);
      expect(replay).toMatchObject({ matched: true, score: { value: 1 } });
    }
  });

  it(
    "is exported as a Playwright test that runs green on another build",
    { timeout: 90_000 },
    async () => {
      await site.rebuild("zz9");
      const origins = { board: { origin: `http://${site.server.address}` } };
      const said = await runExportedTest({ folder, trajectory: recorded, executablePath, origins });
      expect(said).toContain("1 passed");
    },
  );
});
