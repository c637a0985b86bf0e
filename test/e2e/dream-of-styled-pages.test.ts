/**
 * A site whose pages do more than their HTML says: styles add, change and hide text, and a script opens a page by Enter
 * in a field outside a form. The dream shows what the browser showed, and goes where the script went.
 */

import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Action } from "../../src/core/action.ts";
import { runEpisode } from "../../src/core/episode.ts";
import type { Observation, PageNode } from "../../src/core/observation.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { parsePage } from "../../src/page/page-document.ts";
import { SHOWN_ATTRIBUTE } from "../../src/page/shown-marks.ts";
import { ReplayBuffer } from "../../src/synthetic/buffer/replay-buffer.ts";
import { createExperienceEnv } from "../../src/synthetic/experience-env.ts";
import { createRetrievalModel } from "../../src/synthetic/retrieval/create-retrieval-model.ts";
import { startPageServer, type PageServer } from "../support/page-server.ts";
import { CONTENT, createBrowserEnv, launchForTest, taskOn } from "../support/real-env.ts";

const STYLE = `<style>
  .next::before { content: "go to " }
  .fee::after { content: " incl. tax" }
  .unit { position: relative } .unit::after { content: "per kilo" }
  .ghost { visibility: hidden } .ghost b { visibility: visible }
  .menu { font: inherit; appearance: none }
</style>`;
const page = (title: string, body: string): string =>
  `<!doctype html><title>${title}</title>${STYLE}<h1>${title}</h1>${body}`;

const FIRST = page(
  "Apples",
  `<p>Sold <span>by</span> weight: <span class=fee>7</span> <i class=unit></i></p>
   <p class=ghost>unseen <b>seen</b></p>
   <div role=combobox tabindex=0 aria-label="Show as" aria-expanded=false><span>Cards</span></div>
   <div role=button tabindex=0>Open <span class=fee>all</span></div>
   <p><input aria-label=Find onkeydown="if (event.key === 'Enter') location = '/find?fruit=' + this.value"></p>
   <p><a class=next href=/pears>Pears</a></p>`,
);
const SECOND = page("Pears", `<p class=fee>9</p><p><a class=next href=/>Apples</a></p>`);

const FOUND = page("Found", "<p class=fee>1 fruit</p>");

/** A step by role and name of its element. */
type Step =
  | [kind: "click", role: string, name: string]
  | [kind: "type" | "submit", name: string, text: string];

const STEPS: Step[] = [
  ["type", "Find", "sweet"],
  ["click", "link", "go to Pears"],
  ["click", "link", "go to Apples"],
  ["submit", "Find", "tart"],
];

function actionOf(step: Step | undefined, { nodes }: Observation): Action {
  if (step === undefined) return { kind: "stop", answer: "" };
  const [role, name] = step[0] === "click" ? [step[1], step[2]] : ["textbox", step[1]];
  const node = nodes.find((node) => node.role === role && node.name === name);
  if (node === undefined) throw new Error(`no ${role} "${name}" among ${JSON.stringify(nodes)}`);
  const { ref } = node;
  return step[0] === "click"
    ? { kind: "click", ref }
    : { kind: "type", ref, text: step[2], submit: step[0] === "submit" };
}

const policy = {
  act: ({ observation, history }: { observation: Observation; history: readonly unknown[] }) =>
    Promise.resolve({ action: actionOf(STEPS[history.length], observation) }),
};

/** Refs differ between documents, and the browser moves the focus. */
const withoutRefs = (nodes: readonly PageNode[]): PageNode[] =>
  nodes.map((node) => {
    const states = { ...node.states };
    delete states.focused;
    return { ...node, ref: "", states };
  });

describe("the dream of pages that do more than their HTML says", () => {
  let site: PageServer;
  let browser: Browser | undefined;
  let real: Trajectory;
  let dreamed: Trajectory;

  beforeAll(async () => {
    site = await startPageServer({ "/": FIRST, "/pears": SECOND, "/find": FOUND });
    const origin = `http://127.0.0.1:${site.port}`;
    const origins = { site: { origin } };
    browser = await launchForTest(origins);
    const task = taskOn([`${origin}/`]);
    const play = { policy, task, seed: 1, actor: "script", record: true };
    await using browserEnv = createBrowserEnv({ browser, origins, evaluator: CONTENT });
    real = await runEpisode({ ...play, env: browserEnv, id: "real", source: "real" });
    const model = await createRetrievalModel({ buffer: new ReplayBuffer([real]) });
    await using env = createExperienceEnv({ model, evaluator: CONTENT });
    dreamed = await runEpisode({ ...play, env, id: "dream", source: "synthetic" });
  });
  afterAll(async () => {
    await browser?.close();
    await site[Symbol.asyncDispose]();
  });

  it("is about pages whose HTML alone gives other nodes", () => {
    expect(real.error).toBeNull();
    for (const { page, observation } of real.transitions) {
      const { html = "", url = "" } = page ?? {};
      const unmarked = html.replaceAll(new RegExp(` ${SHOWN_ATTRIBUTE}="[^"]*"`, "gu"), "");
      expect(withoutRefs(parsePage(unmarked, url).nodes)).not.toEqual(
        withoutRefs(observation.nodes),
      );
    }
  });

  it("shows every node as the browser showed it, on every page", () => {
    expect(dreamed.error).toBeNull();
    expect(dreamed.transitions).toHaveLength(real.transitions.length);
    dreamed.transitions.forEach(({ observation }, i) => {
      const seen = real.transitions[i]?.observation;
      expect(observation.url).toBe(seen?.url);
      expect(withoutRefs(observation.nodes)).toEqual(withoutRefs(seen?.nodes ?? []));
    });
  });

  it("opens the page that a script opened by Enter", () => {
    expect(real.finalObservation.url).toMatch(/\/find\?fruit=tart$/u);
    expect(dreamed.finalObservation.url).toBe(real.finalObservation.url);
  });

  it("keeps what is typed", () => {
    const field = dreamed.transitions[1]?.observation.nodes.find(({ name }) => name === "Find");
    expect(field).toMatchObject({ value: "sweet", states: { focused: true } });
  });
});
