/** Secrets of any kind, in any place of a page, never reach stored data. Ordinary fields do. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Action } from "../../src/core/action.ts";
import type { Env } from "../../src/core/env.ts";
import { runEpisode } from "../../src/core/episode.ts";
import type { EpisodeOutcome, Evaluator } from "../../src/core/evaluator.ts";
import type { Observation } from "../../src/core/observation.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { createBrowserEnv } from "../../src/real/browser/browser-env.ts";
import { readTrajectory, writeTrajectory } from "../../src/store/trajectory-file.ts";
import { createHttpEnv } from "../../src/text-browser/http/http-env.ts";
import { startPageServer, type PageServer } from "../support/page-server.ts";
import { launchForTest, taskOn } from "../support/real-env.ts";

/** Contains characters that addresses, forms and markup each encode differently. */
const plant = (place: string): string => `Zq7 ${place}+/&"é`;
const html = (place: string): string =>
  plant(place).replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const ORDINARY = ["secretary", "tokens", "season-pass", "author", "compass", "keyboard"];

const PLACES =
  "typedPassword prefilledPassword frameTyped framePassword frameHidden frameMeta srcdocPassword foreignTyped " +
  "foreignPassword foreignHidden foreignMeta openShadow closedShadow closedFilled blobBody plainBody shownPassword oneTimeCode cardNumber hiddenToken metaToken dataToken " +
  "linkQuery formQuery jsonBody multipartBody urlencodedBody header storage session cookie privateKey apiKey " +
  "insideBody title dialog fragment";
const VALUES = PLACES.split(" ").map(plant);

const SESSION_ID = "5d41402abc4b2a76b9719d911017c592";
const JWT =
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

const frameFields = (prefix: string): string =>
  `<meta name="csrf-token" content="${html(`${prefix}Meta`)}"><input type="hidden" name="csrf_token" value="${html(`${prefix}Hidden`)}">
   <input aria-label="${prefix} filled" type="password" name="q1" value="${html(`${prefix}Password`)}"><input aria-label="${prefix} typed" type="password" name="q2">`;

const HOME = `<!doctype html><title>Home</title><meta name="csrf-token" content="${html("metaToken")}">
  <body data-csrf-token="${html("dataToken")}" data-copy="${html("metaToken")}">
  <form action="/next" method="get">
    ${ORDINARY.map((name) => `<input aria-label="${name}" name="${name}" value="plain ${name}">`).join("")}
    <input aria-label="Password" type="password" name="p"><input aria-label="Filled" type="password" name="f" value="${html("prefilledPassword")}">
    <input aria-label="Shown" type="password" name="s" id="shown"><button type="button" id="show">Show</button>
    <input aria-label="Code" autocomplete="one-time-code" name="c1"><input aria-label="Card" autocomplete="billing cc-number" name="c2" value="${html("cardNumber")}">
    <input aria-label="Card code" autocomplete="cc-csc" name="c3" value="731"><input aria-label="Seats" name="c4" value="731">
    <input type="hidden" name="csrf_token" value="${html("hiddenToken")}"><input type="hidden" name="access_token" value="${html("formQuery")}">
    <textarea aria-label="Key" name="private_key">${html("privateKey")}</textarea><input aria-label="API" name="api_key" value="${html("apiKey")}">
    <p title="${html("oneTimeCode")}">Your code is ${html("oneTimeCode")}, your key ${JWT}.</p>
    <p title="${html("hiddenToken")}" data-x="${html("apiKey")}">Copy: ${html("metaToken")}</p>
    <button>Send</button>
  </form>
  <a href="/next?sid=${SESSION_ID}&amp;page=3">Third</a>
  <a href="/next?token=${encodeURIComponent(plant("linkQuery"))}&amp;page=2#access_token=${encodeURIComponent(plant("fragment"))}">Link</a>`;

const SCRIPTED = `<button id="call">Call</button><div id="open"></div><div id="closed"></div>
  <iframe src="/frame"></iframe><iframe src="http://partner.test/frame"></iframe>
  <iframe srcdoc="<input type=password aria-label=Srcdoc name=q3 value='${html("srcdocPassword").replaceAll("&", "&amp;")}'>"></iframe>
  <script>
    const typed = (value) => value;
    show.onclick = () => { shown.type = "text"; };
    for (const mode of ["open", "closed"])
      document.getElementById(mode).attachShadow({ mode }).innerHTML = '<input type="password" name="q4" aria-label="' + mode + ' shadow">';
    const filled = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "closed" });
    filled.innerHTML = '<input type="hidden" name="api_key"><p></p>';
    filled.firstChild.value = filled.lastChild.textContent = ${JSON.stringify(plant("closedFilled"))};
    document.getElementById("open").shadowRoot.firstChild.value = ${JSON.stringify(plant("openShadow"))};
    call.onclick = async () => {
      const secret = document.querySelector("[name=p]").value;
      document.title = "Said " + secret;
      alert("You wrote " + secret + " and ${plant("metaToken").replaceAll('"', '\\"')}");
      localStorage.x = ${JSON.stringify(plant("storage"))}; sessionStorage.x = ${JSON.stringify(plant("session"))};
      document.cookie = "x=" + encodeURIComponent(${JSON.stringify(plant("cookie"))});
      const send = (body, type) => fetch("/api", { method: "POST", body, headers: { ...type, authorization: "Bearer " + btoa(${JSON.stringify(plant("header").replace("é", "e"))}) } });
      const form = new FormData();
      form.set("access_token", ${JSON.stringify(plant("multipartBody"))}); form.set("secretary", "plain secretary"); form.set("note", "it is " + secret);
      await send(form);
      await send(new Blob([JSON.stringify({ session_id: ${JSON.stringify(plant("blobBody"))}, author: "plain author", again: secret })], { type: "application/json" }));
      await send("csrf_token=" + ${JSON.stringify(plant("plainBody"))} + "\\r\\nauthor=plain author\\r\\n");
      await send(new URLSearchParams({ authorization: ${JSON.stringify(plant("urlencodedBody"))}, tokens: "plain tokens", again: secret }));
      await send(JSON.stringify({ user: { credentials: { any: ${JSON.stringify(plant("jsonBody"))} }, author: "plain author", note: "so " + secret }, list: [{ password: ${JSON.stringify(plant("insideBody"))} }] }), { "content-type": "application/json" });
    };
  </script>`;

/** What the steps type, by the name of the field. */
const TYPED = {
  Password: "typedPassword",
  Code: "oneTimeCode",
  Shown: "shownPassword",
  "frame typed": "frameTyped",
  "foreign typed": "foreignTyped",
  "closed shadow": "closedShadow",
};

let site: PageServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
  site = await startPageServer({
    "/": HOME,
    "/scripted": `${HOME}${SCRIPTED}`,
    "/frame": ({ headers }) => frameFields(headers.host === "partner.test" ? "foreign" : "frame"),
    "/next": ({ path }) =>
      `<title>Next</title><h1>Next</h1><a href="${path.replaceAll("&", "&amp;")}">Again</a>`,
    "/api": () => "{}",
  });
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const origins = (): Record<"site" | "partner", { origin: string; address: string }> => ({
  site: { origin: "http://site.test", address: site.address },
  partner: { origin: "http://partner.test", address: site.address },
});

/** Everything that an episode with these actions produces: stored data, and the input of checks and agents. */
async function play(
  env: Env,
  outcomes: EpisodeOutcome[],
  start: string,
  acts: readonly ((now: Observation) => Action)[],
): Promise<{ trajectory: Trajectory; written: string }> {
  const todo = [...acts];
  const seen: Observation[] = [];
  const trajectory = await runEpisode({
    env,
    policy: {
      act({ observation }) {
        seen.push(observation);
        const action = todo.shift()?.(observation) ?? { kind: "stop", answer: "" };
        return { action, thought: `I do this: ${JSON.stringify(action)}` };
      },
    },
    task: taskOn([start], { sites: ["site", "partner"], checks: [sentCheck] }),
    seed: 1,
    id: "secrets",
    actor: "test",
    source: "real",
    record: true,
  });
  expect(trajectory.error).toBeNull();
  const path = await writeTrajectory(folder, trajectory);
  expect(await readTrajectory(path)).toEqual(trajectory);
  // Its probe is a function, which JSON omits.
  return {
    trajectory,
    written: readFileSync(path, "utf8") + env.hideSecrets?.(JSON.stringify([seen, outcomes])),
  };
}

/** Of a request that secrets are in as well. */
const sentCheck = {
  kind: "network_event" as const,
  events: [
    {
      present: true,
      method: "GET",
      url: "http://site.test/next",
      query: Object.fromEntries(ORDINARY.map((name) => [name, `plain ${name}`])),
    },
  ],
};

function keeping(outcomes: EpisodeOutcome[]): Evaluator {
  const evaluator = createEvaluator();
  return {
    evaluate(task, outcome) {
      outcomes.push(outcome);
      return evaluator.evaluate(task, outcome);
    },
  };
}

const refOf = ({ nodes }: Observation, name: string): string => {
  const ref = nodes.find((node) => node.name === name && node.role !== "StaticText")?.ref;
  if (ref === undefined)
    expect.fail(`no "${name}" in ${nodes.map((node) => node.name).join(", ")}`);
  return ref;
};
const click =
  (name: string) =>
  (now: Observation): Action => ({ kind: "click", ref: refOf(now, name) });
const type =
  (name: string, text: string) =>
  (now: Observation): Action => ({ kind: "type", ref: refOf(now, name), text, submit: false });

function expectNoSecret(written: string): void {
  for (const value of [...VALUES, SESSION_ID, JWT]) {
    const json = JSON.stringify(value).slice(1, -1);
    const core = value.slice(0, value.indexOf("+"));
    const spellings = [
      value,
      json,
      core,
      encodeURIComponent(core),
      core.replace(" ", "+"),
      Buffer.from(value).toString("base64"),
      Buffer.from(value.replace("é", "e")).toString("base64"),
    ];
    for (const spelling of spellings) {
      const at = written.indexOf(spelling);
      expect(at === -1 ? "" : written.slice(Math.max(0, at - 200), at + 60), spelling).toBe("");
    }
  }
}

function expectOrdinary({
  trajectory,
  written,
}: {
  trajectory: Trajectory;
  written: string;
}): void {
  const [first] = trajectory.transitions;
  for (const name of ORDINARY) {
    const shown = first?.observation.nodes.find((node) => node.name === name)?.value;
    expect(shown, name).toBe(`plain ${name}`);
    expect(first?.page?.html).toContain(`name="${name}" value="plain ${name}"`);
    expect(written).toContain(`${name}=plain+${name}`);
  }
  const valueOf = (wanted: string): unknown =>
    first?.observation.nodes.find(({ name }) => name === wanted)?.value;
  // Easy to guess, so that only its own field is masked.
  expect([valueOf("Card code"), valueOf("Seats"), valueOf("Filled")]).toEqual([
    "••••••••",
    "731",
    "••••••••",
  ]);
  expect(trajectory.score).toMatchObject({ status: "scored", value: 1 });
}

describe("secrets", () => {
  it("of fields, frames, shadow roots, scripts and addresses are in nothing that BrowserEnv gives", async () => {
    const browser = await launchForTest(origins());
    const outcomes: EpisodeOutcome[] = [];
    const env = createBrowserEnv({ browser, origins: origins(), evaluator: keeping(outcomes) });
    const { Shown, ...others } = TYPED;
    const left = await play(env, outcomes, "http://site.test/scripted", [
      ...Object.entries(others).map(([name, place]) => type(name, plant(place))),
      click("Show"),
      type("Shown", plant(Shown)),
      click("Call"),
      click("Send"),
      () => ({ kind: "goBack" }),
      click("Link"),
      click("Again"),
    ]);
    await env[Symbol.asyncDispose]();
    await browser.close();
    // They did reach the site.
    const received = JSON.stringify(site.received);
    expect(received).toContain(encodeURIComponent(plant("linkQuery").slice(0, 6)));
    expect(site.received.filter(({ path }) => path === "/api")).toHaveLength(5);
    expectNoSecret(left.written);
    expectOrdinary(left);
    const shown = left.trajectory.transitions.flatMap(({ observation }) =>
      observation.nodes.flatMap(({ name, value }) => (name === "Shown" && value ? [value] : [])),
    );
    expect(new Set(shown)).toEqual(new Set(["••••••••"]));
    const api = left.trajectory.transitions.flatMap(({ requests }) =>
      requests.filter(({ url }) => url.endsWith("/api")).map(({ fields }) => fields),
    );
    expect(api).toEqual([
      [
        ["access_token", "[masked]"],
        ["secretary", "plain secretary"],
        ["note", "it is [masked]"],
      ],
      [
        ["session_id", "[masked]"],
        ["author", "plain author"],
        ["again", "[masked]"],
      ],
      [
        ["csrf_token", "[masked]"],
        ["author", "plain author"],
      ],
      [
        ["authorization", "[masked]"],
        ["tokens", "plain tokens"],
        ["again", "[masked]"],
      ],
      [
        ["user", '{"credentials":"[masked]","author":"plain author","note":"so [masked]"}'],
        ["list", '[{"password":"[masked]"}]'],
      ],
    ]);
  });

  it("are in nothing that HttpEnv gives", async () => {
    const outcomes: EpisodeOutcome[] = [];
    const env = createHttpEnv({ origins: origins(), evaluator: keeping(outcomes) });
    const left = await play(env, outcomes, "http://site.test/", [
      type("Password", plant("typedPassword")),
      type("Code", plant("oneTimeCode")),
      click("Send"),
      () => ({ kind: "goBack" }),
      click("Link"),
      click("Again"),
    ]);
    await env[Symbol.asyncDispose]();
    expectNoSecret(left.written);
    expectOrdinary(left);
  });
});
