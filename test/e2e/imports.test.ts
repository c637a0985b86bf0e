/** A trace and a HAR that Playwright itself wrote, imported: masked, in the replay buffer, and replayed offline. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { readTrajectory } from "../../src/store/trajectory-file.ts";
import { ReplayBuffer } from "../../src/synthetic/buffer/replay-buffer.ts";
import { runCli } from "../support/run-cli.ts";

const PASSWORD = "correct-horse-9";
const FORM = `<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>Lamps</h1>
  <form method="post" action="/buy"><label>Name <input name="n"></label>
  <label>Password <input name="password" type="password"></label>
  <select name="c" aria-label="Colour"><option value="r">Red</option><option value="b">Blue</option></select>
  <label><input type="checkbox" name="gift"> Gift</label><button>Buy</button></form></body></html>`;

let folder = "";
const site = createServer((request, reply) => {
  const isSent = request.method === "POST";
  reply.writeHead(isSent ? 303 : 200, {
    "content-type": "text/html",
    ...(isSent && { location: "/done" }),
  });
  reply.end(isSent ? "" : request.url === "/done" ? "<h1>Thank you</h1>" : FORM);
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "imports-"));
  mkdirSync(join(folder, "42"));
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
  const browser = await chromium.launch({ executablePath: path });
  const context = await browser.newContext({
    recordHar: { path: join(folder, "42", "network.har") },
  });
  await context.tracing.start({ snapshots: true });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  await page.getByLabel("Name").fill("Ann");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("combobox").selectOption("b");
  await page.getByLabel("Gift").check();
  await page.getByRole("button", { name: "Buy" }).click();
  await page.getByText("Thank you").waitFor();
  await context.tracing.stop({ path: join(folder, "trace.zip") });
  await context.close();
  await browser.close();
});
afterAll(() => {
  site.closeAllConnections();
  site.close();
  rmSync(folder, { recursive: true });
});

async function importFrom(format: string, name: string) {
  const out = join(folder, "out");
  const { code, said } = await runCli("import", join(folder, name), "--from", format, "--out", out);
  expect(code, said).toBe(0);
  return join(out, `${name.replace(/\.(?:zip|jsonl)$/u, "")}.jsonl`);
}

describe("import", () => {
  it("reads a trace: actions with their elements, pages before them, requests; no password", async () => {
    const path = await importFrom("trace", "trace.zip");
    const { transitions, finalPage, startRequests } = await readTrajectory(path);
    const done = transitions.map(({ action, observation }) => {
      const node =
        "ref" in action ? observation.nodes.find(({ ref }) => ref === action.ref) : undefined;
      return [action.kind, node?.role, node?.name];
    });
    expect(done).toEqual([
      ["type", "textbox", "Name"],
      ["type", "textbox", "Password"],
      ["select", "combobox", "Colour"],
      ["check", "checkbox", "Gift"],
      ["click", "button", "Buy"],
    ]);
    expect(transitions[2]?.action).toMatchObject({ option: "Blue" });
    expect(transitions[4]?.requests.map(({ method, status }) => [method, status])).toEqual([
      ["POST", 303],
      ["GET", 200],
    ]);
    expect(startRequests).toHaveLength(1);
    expect(finalPage?.html).toContain("Thank you");
    expect(readFileSync(path, "utf8")).not.toContain(PASSWORD);
    const buffer = new ReplayBuffer([], {});
    expect(buffer.add(await readTrajectory(path))).toBeGreaterThanOrEqual(2);
  });

  it("replays a trace offline", async () => {
    const path = await importFrom("trace", "trace.zip");
    process.env["SECRET"] = PASSWORD;
    const { code, result } = await runCli("replay", path, "--offline");
    delete process.env["SECRET"];
    expect(result).toContain("All 5 steps went as recorded.");
    expect(code).toBe(0);
  });

  it("turns lines of codegen into a whole recording, by a replay on the site", async () => {
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    const button = { kind: "role", body: "button", options: { name: "Buy", exact: false } };
    const lines = [
      { name: "navigate", url },
      { name: "fill", text: "Ann", locator: { kind: "label", body: "Name", options: {} } },
      {
        name: "click",
        selector: 'internal:role=button[name="Buy"i]',
        clickCount: 1,
        locator: button,
      },
    ];
    writeFileSync(
      join(folder, "lines.jsonl"),
      lines.map((line) => JSON.stringify(line)).join("\n"),
    );
    const path = await importFrom("codegen", "lines.jsonl");
    const { code, result } = await runCli("replay", path, "--out", join(folder, "whole"));
    expect(code, result).toBe(0);
    const whole = await readTrajectory(join(folder, "whole", "lines-replay.jsonl"));
    expect(whole.finalPage?.html).toContain("Thank you");
    expect(new ReplayBuffer().add(whole)).toBeGreaterThanOrEqual(2);
  });

  it("reads the pages and requests of a HAR; no password", async () => {
    const path = await importFrom("verified", "42");
    const { transitions, startRequests } = await readTrajectory(path);
    expect(startRequests.map(({ method }) => method)).toEqual(["GET"]);
    expect(transitions.map(({ action }) => action.kind)).toEqual(["click"]);
    expect(transitions[0]?.requests[0]?.fields).toContainEqual(["password", "[masked]"]);
    expect(readFileSync(path, "utf8")).not.toContain(PASSWORD);
  });
});
