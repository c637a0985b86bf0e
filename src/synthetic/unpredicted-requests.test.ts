import { describe, expect, it } from "vitest";
import { recordedTrajectory, refOf } from "../../test/support/recorded-trajectory.ts";
import { formatGaps } from "../cli/text/gaps-text.ts";
import type { Action } from "../core/action.ts";
import type { Observation } from "../core/observation.ts";
import type { SiteRequest } from "../core/site-request.ts";
import type { NetworkExpectation, Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { ReplayBuffer } from "./buffer/replay-buffer.ts";
import { createExperienceEnv } from "./experience-env.ts";
import { measureScores } from "./measure/closed-loop-fidelity.ts";
import { findGaps } from "./measure/dream-gaps.ts";
import { RetrievalModel } from "./retrieval/retrieval-model.ts";
import { restsOnScripts } from "./unpredicted-requests.ts";

const URL_OF_PAGE = "http://birds.test/";
const PAGE = {
  url: URL_OF_PAGE,
  html: `<!doctype html><html><head><title>Birds</title></head><body><button>Like</button><p><button>Share</button></p></body></html>`,
};

const sent = (url: string, kind: SiteRequest["kind"] = "fetch", method = "POST"): SiteRequest => ({
  kind,
  method,
  url,
  fields: [],
  status: 200,
  redirect: null,
});
const wanted = (url: string, present = true): NetworkExpectation => ({
  url,
  method: "POST",
  present,
});
const click =
  (name: string) =>
  (observation: Observation): Action => ({
    kind: "click",
    ref: refOf(observation, "button", name),
  });

/** Someone clicked the button, and a script sent a request that left the page as it was. */
function visit(id: string, url: string): Trajectory {
  const clicked = recordedTrajectory(id, PAGE, [
    { action: click("Like"), requests: [sent(url)], page: PAGE },
  ]);
  return {
    ...clicked,
    actor: "demonstrator",
    templateId: 7,
    score: { status: "scored", value: 1, checks: [] },
  };
}

function taskThat(id: string, event: NetworkExpectation): Task {
  return {
    id,
    goal: "Like it.",
    startUrls: [URL_OF_PAGE],
    sites: [],
    maxSteps: 1,
    checks: [{ kind: "network_event", events: [event] }],
    templateId: 7,
    world: "",
  };
}

describe("a check on a request that scripts send", () => {
  const buffer = new ReplayBuffer([visit("one", `${URL_OF_PAGE}like/1`)]);
  const env = createExperienceEnv({
    model: new RetrievalModel({ buffer }),
    evaluator: createEvaluator(),
  });
  const scoreOf = async (event: NetworkExpectation, button = "Like") => {
    const observation = await env.reset({ task: taskThat("1", event), seed: 1 });
    return (await env.step(click(button)(observation))).score;
  };

  it("is not scored in a dream, which cannot pass it", async () => {
    const score = await scoreOf(wanted(`${URL_OF_PAGE}like/2`));
    expect(score).toMatchObject({ status: "unscored" });
    expect(score?.status === "unscored" && score.reason).toContain("scripts send such requests");
  });

  it("is not passed because the dream never sends a forbidden one", async () => {
    const score = await scoreOf(wanted(`${URL_OF_PAGE}like/1`, false));
    expect(score).toMatchObject({ status: "unscored" });
  });

  it("is not scored after a click that no recording shows, which may have sent it", async () => {
    const score = await scoreOf(wanted(`${URL_OF_PAGE}basket`), "Share");
    expect(score?.status === "unscored" && score.reason).toContain("no recording shows");
    const other = await scoreOf(wanted("http://elsewhere.test/basket"), "Share");
    expect(other).toMatchObject({ status: "scored", value: 0 });
  });

  it("fails as before where pages send such requests", async () => {
    const score = await scoreOf(wanted(`${URL_OF_PAGE}basket`));
    expect(score).toMatchObject({ status: "scored", value: 0 });
  });
});

describe("restsOnScripts", () => {
  const words = [`${URL_OF_PAGE}birds/wren/like`, `${URL_OF_PAGE}birds/owl/like`].map((url) =>
    sent(url),
  );
  const rests = (event: NetworkExpectation, requests: SiteRequest[] = []): boolean =>
    restsOnScripts([event], requests, words);

  it("knows the place of a name by the recorded names", () => {
    expect(rests(wanted(`${URL_OF_PAGE}birds/jay/like`))).toBe(true);
    expect(rests(wanted(`${URL_OF_PAGE}birds/jay/hide`))).toBe(false);
    expect(rests(wanted(`${URL_OF_PAGE}birds/*/like`))).toBe(true);
    expect(rests({ ...wanted(`${URL_OF_PAGE}birds/jay/like`), method: "DELETE" })).toBe(false);
  });

  it("takes numbers for names, however many there are", () => {
    const moved = [sent(`${URL_OF_PAGE}shelf/3/add/41`)];
    const isLike = (url: string): boolean => restsOnScripts([wanted(url)], [], moved);
    expect(isLike(`${URL_OF_PAGE}shelf/1/add/7`)).toBe(true);
    expect(isLike(`${URL_OF_PAGE}shelf/1/remove/7`)).toBe(false);
  });

  it("lets a failure stand that rests on a request of a page", () => {
    const like = wanted(`${URL_OF_PAGE}birds/jay/like`);
    expect(restsOnScripts([like, wanted(`${URL_OF_PAGE}basket`)], [], words)).toBe(false);
  });

  it("lets a request stand that a page sent", () => {
    const url = `${URL_OF_PAGE}birds/jay/like`;
    expect(rests(wanted(url), [sent(url, "document")])).toBe(false);
  });
});

describe("ReplayBuffer.scriptRequests", () => {
  it("leaves out what pages send too", () => {
    const url = `${URL_OF_PAGE}like/1`;
    const [one, other] = [visit("one", url), visit("other", `${URL_OF_PAGE}like/2`)];
    other.transitions[0]?.requests.push(sent(url, "document"));
    expect(new ReplayBuffer([one, other]).scriptRequests.map((request) => request.url)).toEqual([
      `${URL_OF_PAGE}like/2`,
    ]);
  });
});

describe("findGaps", () => {
  it("names templates without a score, elements that are missing, and demonstrations that cannot be followed", async () => {
    const known = visit("known", `${URL_OF_PAGE}like/1`);
    const other = { ...PAGE, html: PAGE.html.replace("Like", "Adore") };
    const strange: Trajectory = {
      ...recordedTrajectory("strange", other, [
        { action: click("Adore"), requests: [], page: other },
      ]),
      actor: "demonstrator",
      templateId: 8,
      score: { status: "scored", value: 1, checks: [] },
    };
    const env = createExperienceEnv({
      model: new RetrievalModel({ buffer: new ReplayBuffer([known]) }),
      evaluator: createEvaluator(),
    });
    const event = wanted(`${URL_OF_PAGE}like/1`);
    const tasks = [taskThat("known", event), taskThat("strange", wanted(`${URL_OF_PAGE}basket`))];
    const { replays } = await measureScores(env, new Map(tasks.map((task) => [task.id, task])), [
      known,
      strange,
    ]);
    const gaps = findGaps(replays);
    expect(gaps).toMatchObject({
      unscoredTemplates: [{ templateId: 7, episodes: 1 }],
      missingElements: [{ role: "button", name: "Adore", path: "/", episodes: 1 }],
      demonstrations: { replayed: 2, followed: 1, solved: 0 },
    });
    const text = formatGaps(gaps).join("\n");
    expect(text).toContain("can follow 1 of 2 successful demonstrations");
    expect(text).toContain("cannot score task template 7 (1 episode): network_event: scripts send");
    expect(text).toContain('lacks the button "Adore" of /, which 1 episode used');
  });
});
