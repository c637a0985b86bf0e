/** 40 planted secrets of 12 kinds: none may reach a byte of a recording. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SecretVault } from "../../src/page/secret-vault.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import { drive } from "../../src/real/record/capture/drive.ts";
import { openRecording } from "../../src/real/record/capture/recording.ts";
import { toPlaywrightTrace } from "../../src/real/record/exports/playwright-trace.ts";
import { createScriptPolicy, readScriptSteps } from "../../src/page/script-policy.ts";
import { findSecrets } from "../../src/store/find-secrets.ts";
import { readTrajectory } from "../../src/store/trajectory-file.ts";
import { readRecording, RecordingFolder } from "../../src/store/recording-folder.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";

let server: PageServer;
let folder: string;
beforeAll(async () => {
  server = await startPageServer();
  folder = mkdtempSync(join(tmpdir(), "record-"));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
const page = (body: string): string => `<!doctype html><title>Page</title>${body}`;
const on = (role: string, name: string) => ({ on: { role, name } });

/** 40 secrets of 12 kinds. */
const planted = (kind: string, count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => `${kind}-${index}-x9Q${(index * 7919 + kind.length).toString(36)}z7`,
  );
const PLANTED = {
  password: planted("pw", 4),
  code: ["493817", "582046"],
  card: ["4539578763621486", "6011000990139424"],
  cookie: planted("ck", 4),
  basic: planted("ba", 2),
  bearer: planted("be", 4),
  urlToken: planted("ut", 4),
  bodyToken: planted("bt", 4),
  jsonToken: planted("jt", 4),
  localStorage: planted("ls", 4),
  sessionStorage: planted("ss", 2),
  known: planted("kn", 4),
};

describe("secrets", () => {
  const visit = async (out: string, secrets: SecretVault): Promise<void> => {
    const forms = PLANTED.password.map(
      (_, index) =>
        `<label>Password ${index} <input type="password" name="password${index}"></label>`,
    );
    server.pages["/"] = (request, reply) => {
      reply.setHeader(
        "set-cookie",
        PLANTED.cookie.map((value, index) => `c${index}=${value}`),
      );
      return page(
        `<form method="post" action="/in">${forms.join("")}
         <label>Code one <input autocomplete="one-time-code" name="c1"></label><label>Code two <input name="otp"></label>
         <label>Card one <input autocomplete="cc-number" name="n1"></label><label>Card two <input name="card_number"></label>
         ${PLANTED.bodyToken.map((value) => `<input type="hidden" name="csrf_token" value="${value}">`).join("")}
         <button>Log in</button></form><p>Your code: ${PLANTED.code[1]}</p><p>Cookie: ${PLANTED.cookie.join(", ")}</p><p>Known: ${PLANTED.known.join(", ")}</p>
         <script>
           ${PLANTED.localStorage.map((value, index) => `localStorage.setItem("auth_token${index > 0 ? index : ""}", "${value}");`).join("")}
           ${PLANTED.sessionStorage.map((value, index) => `sessionStorage.setItem("session_token${index > 0 ? index : ""}", "${value}");`).join("")}
           ${PLANTED.urlToken.map((value) => `fetch("/data?access_token=${value}");`).join("")}
           ${PLANTED.bearer.map((value) => `fetch("/data", { headers: { authorization: "Bearer ${value}" } });`).join("")}
           ${PLANTED.basic.map((value) => `fetch("/data", { headers: { authorization: "Basic " + btoa("ada:${value}") } });`).join("")}
         </script>`,
      );
    };
    server.pages["/data"] = (_, reply) => {
      reply.setHeader("content-type", "application/json");
      reply.end(
        JSON.stringify(PLANTED.jsonToken.map((value) => ({ access_token: value, copy: value }))),
      );
    };
    server.pages["/in"] = (request) => page(`<h1>In</h1><p>${request.body.length} bytes</p>`);
    const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
    const browser = await launchBrowser({ executablePath: path, origins: null });
    try {
      const header = {
        id: "one",
        taskId: "",
        goal: "",
        templateId: 0,
        world: "",
        source: "human" as const,
        actor: "script",
        seed: 0,
      };
      const recording = await openRecording({
        browser,
        origins: null,
        startUrls: [`http://${server.address}/`],
        secrets,
        takesScreenshots: true,
        isHandled: false,
        now: () => performance.now(),
        keepsNetwork: true,
        videoBrowser: browser,
        createFolder: (startRequests) =>
          RecordingFolder.create(out, { ...header, startRequests }, secrets.maskDeep),
      });
      const typed = [
        ...PLANTED.password.map((text, index) => [`Password ${index}`, text]),
        ["Code one", PLANTED.code[0]],
        ["Code two", PLANTED.code[1]],
        ["Card one", PLANTED.card[0]],
        ["Card two", PLANTED.card[1]],
      ].map(([name = "", text]) => JSON.stringify({ kind: "type", ...on("textbox", name), text }));
      const policy = createScriptPolicy(
        readScriptSteps(
          [...typed, JSON.stringify({ kind: "click", ...on("button", "Log in") })].join("\n"),
          "script",
          {},
        ),
      );
      const signal = new AbortController().signal;
      const { recorder, folder } = recording;
      const steps = (): number => folder.transitions.length;
      await drive({ recorder, steps, policy, goal: "", maxSteps: 30, signal });
      const finished = await recording.finish({ answer: "" });
      const trajectory = await readTrajectory(finished.path);
      writeFileSync(
        join(out, "one", "trace.zip"),
        toPlaywrightTrace({ trajectory, folder: join(out, "one") }),
      );
      await recording[Symbol.asyncDispose]();
    } finally {
      await browser.close();
    }
  };
  const filesIn = (root: string): string[] =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const found = (root: string): string[] => {
    const values = Object.values(PLANTED).flat();
    return filesIn(root).flatMap((file) =>
      findSecrets(readFileSync(file), values).map(
        ({ value, form }) => `${file.slice(root.length)}: ${values[value]} ${form}`,
      ),
    );
  };

  it("reach no byte of a recording", { timeout: 90_000 }, async () => {
    expect(Object.values(PLANTED).flat()).toHaveLength(40);
    const secrets = new SecretVault();
    for (const value of PLANTED.known) {
      secrets.addTyped(value);
      secrets.add("known", value);
    }
    const out = join(folder, "masked");
    await visit(out, secrets);
    expect(filesIn(out).map((file) => file.split(".").at(-1))).toEqual(
      expect.arrayContaining(["jsonl", "png", "har", "webm", "zip"]),
    );
    expect(found(out)).toEqual([]);
    const { transitions } = await readRecording(join(out, "one"));
    expect(
      transitions.map(({ action }) => (action.kind === "type" ? action.text : action.kind)),
    ).toEqual([
      "<secret:password:1>",
      "<secret:password:2>",
      "<secret:password:3>",
      "<secret:password:4>",
      expect.stringMatching(/^<secret:/),
      expect.stringMatching(/^<secret:/),
      expect.stringMatching(/^<secret:/),
      expect.stringMatching(/^<secret:/),
      "click",
      "stop",
    ]);
  });

  it("are found where nothing masks them", { timeout: 90_000 }, async () => {
    class OpenVault extends SecretVault {
      override maskText = (text: string): string => text;
      override maskUrl = (url: string): string => url;
      override maskTyped = (_field: unknown, text: string): string => text;
    }
    const out = join(folder, "open");
    await visit(out, new OpenVault());
    const forms = found(out);
    expect(forms.some((line) => line.includes("in zip member trace.trace"))).toBe(true);
    for (const [kind, values] of Object.entries(PLANTED)) {
      if (kind.endsWith("Storage")) continue; // no page shows its storage
      expect(
        forms.some((line) => values.some((value) => line.includes(value))),
        kind,
      ).toBe(true);
    }
  });
});
