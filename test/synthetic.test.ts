/** The dream of a third site, whose words and markup `src` has never seen. */

import { beforeAll, describe, expect, it } from "vitest";
import type { PageSnapshot } from "../src/core/site-request.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { parsePage } from "../src/page/page-document.ts";
import { createRetrievalModel } from "../src/synthetic/retrieval/create-retrieval-model.ts";
import { createExperienceEnv } from "../src/synthetic/experience-env.ts";
import { measureSteps } from "../src/synthetic/measure/fidelity.ts";
import { createPlaceboModel } from "../src/transfer/placebo-model.ts";
import { ReplayBuffer } from "../src/synthetic/buffer/replay-buffer.ts";
import { measureScores } from "../src/synthetic/measure/closed-loop-fidelity.ts";
import { RetrievalModel } from "../src/synthetic/retrieval/retrieval-model.ts";
import {
  playVisit,
  recordVisit,
  visitTask,
  type Step,
} from "./support/third-site/record-visits.ts";
import { ORIGIN, SeedExchangeEnv } from "./support/third-site/seed-exchange-env.ts";
import type { Seed } from "./support/third-site/seed-exchange.ts";
import { recordVisits, unseenSeeds } from "./support/third-site/visits.ts";

const evaluator = createEvaluator();
let recorded: Trajectory[];
let buffer: ReplayBuffer;
let model: RetrievalModel;

beforeAll(async () => {
  recorded = await recordVisits();
  buffer = new ReplayBuffer(recorded);
  model = new RetrievalModel({ buffer });
}, 120_000);

function texts({ html, url }: PageSnapshot): string[] {
  return parsePage(html, url).nodes.map(
    ({ role, name, value, url: link }) => `${role} ${name} ${value ?? ""} ${link ?? ""}`,
  );
}

async function dream(steps: readonly Step[]): Promise<{ page: PageSnapshot; real: PageSnapshot }> {
  const dreamed = await playVisit(createExperienceEnv({ model, evaluator }), "dream", steps);
  const real = await recordVisit("real", steps);
  return { page: dreamed.finalPage as PageSnapshot, real: real.finalPage as PageSnapshot };
}

const ask = (path: string) => ({
  session: [],
  page: null,
  cause: {
    kind: "request",
    request: { method: "GET", url: `${ORIGIN}${path}`, fields: null },
  } as const,
});

const seed = (i: number): Seed => unseenSeeds()[i] as Seed;
const open = ({ bed, name }: Seed): Step[] => [`link ${bed}`, `link ${name}`];

describe("a page that was recorded", () => {
  it("is dreamed unchanged, with the recordings as evidence", () => {
    const prediction = model.predict(ask("/beds/herb-wall"));
    const seen = buffer.records.find(({ id }) => id === prediction.evidence[0]);
    expect(prediction.next).toEqual({
      kind: "page",
      url: `${ORIGIN}/beds/herb-wall`,
      status: 200,
      redirectStatus: null,
      html: seen?.after.html,
    });
    expect(prediction.certainty).toBeGreaterThan(0.9);
    expect(prediction.evidence.length).toBeGreaterThan(1);
    for (const id of prediction.evidence)
      expect(buffer.provenance(id)).toMatchObject({ source: "real", actor: "script" });
  });

  it("rests on other recordings without those that it cited, and is never more certain then", () => {
    for (const path of ["/beds/herb-wall", `/seeds/${seed(0).slug}`, "/find?words=cedar"]) {
      const prediction = model.predict(ask(path));
      const without = new RetrievalModel({ buffer: buffer.withoutEvidence(prediction.evidence) });
      const again = without.predict(ask(path));
      expect(again.evidence.length).toBeGreaterThan(0);
      expect(again.evidence.filter((id) => prediction.evidence.includes(id))).toEqual([]);
      expect(again.certainty).toBeLessThanOrEqual(prediction.certainty);
      if (path.startsWith("/beds")) expect(again.certainty).toBeLessThan(prediction.certainty);
    }
  });
});

describe("a page that was never recorded", () => {
  it("is constructed from its request, and keeps nothing of its source page", async () => {
    const { page, real } = await dream(open(seed(0)));
    const [dreamed, truth] = [texts(page), texts(real)];
    expect(dreamed).toContain(`heading ${seed(0).name}  `);
    expect(dreamed).toContain(`StaticText ${seed(0).latin}  `);
    expect(dreamed).toContain(`StaticText ${seed(0).acorns} acorns  `);
    const invented = dreamed.filter((text) => !truth.includes(text) && !text.includes("…"));
    expect(invented).toEqual([]);
  });

  it("is less certain than a recorded one", () => {
    expect(model.predict(ask(`/seeds/${seed(1).slug}`)).certainty).toBeLessThan(
      model.predict(ask("/beds/herb-wall")).certainty,
    );
  });

  it("lists the results of a query, even of one that was never asked", async () => {
    const { page, real } = await dream(["searchbox Words = cedar", "button Find"]);
    // No recording shows the order.
    expect(texts(page).sort()).toEqual(texts(real).sort());
    expect(texts(page).filter((text) => text.startsWith("heading Cedar")).length).toBeGreaterThan(
      2,
    );
  });

  it("is an honest blank without certainty when no recording is similar", () => {
    const prediction = model.predict(ask("/a/b/c/d/e"));
    expect(prediction).toMatchObject({ certainty: 0, evidence: [], next: { status: 404 } });
  });
});

describe("a change of the site's state", () => {
  it("adds a line with its own name, count, product and total", async () => {
    const { page, real } = await dream([
      ...open(seed(0)),
      "spinbutton Packets = 3",
      "button Put in basket",
      ...open(seed(3)),
      "button Put in basket",
    ]);
    expect(page.url).toBe(`${ORIGIN}/basket`);
    expect(texts(page)).toEqual(texts(real));
  });

  it("stays for the rest of the session, on every page that shows it", async () => {
    const { page, real } = await dream([
      ...open(seed(2)),
      "spinbutton Packets = 4",
      "button Put in basket",
      "link Seed exchange",
    ]);
    expect(texts(page)).toContain(`link Basket: 4 packets  ${ORIGIN}/basket`);
    expect(texts(page)).toEqual(texts(real));
  });

  it("takes out the line it names", async () => {
    const { page, real } = await dream([
      ...open(seed(0)),
      "button Put in basket",
      ...open(seed(3)),
      "button Put in basket",
      `button Take out ${seed(0).name}`,
    ]);
    expect(texts(page)).toEqual(texts(real));
  });

  it("counts up on the page of its subject", async () => {
    const known = "Gilded";
    const name = recorded
      .flatMap(({ transitions }) => transitions.map(({ observation }) => observation.title))
      .find((title) => title.startsWith(known)) as string;
    const bed = (await import("./support/third-site/seed-exchange.ts"))
      .growSeeds()
      .find((one) => one.name === name)?.bed as string;
    const { page, real } = await dream([`link ${bed}`, `link ${name}`, "button Thank the grower"]);
    expect(texts(page)).toEqual(texts(real));
  });

  it("carries typed text onto the page", async () => {
    const { page } = await dream([
      ...open(seed(1)),
      "textbox Your note = Loves the rain",
      "button Pin note",
    ]);
    expect(texts(page).join("\n")).toContain("Loves the rain");
  });

  it("does not leak into another session", async () => {
    await dream([...open(seed(0)), "button Put in basket"]);
    const { page, real } = await dream(["link Basket: 0 packets"]);
    expect(texts(page)).toEqual(texts(real));
  });
});

describe("the effect of a script", () => {
  it("shows the panel of a tab and hides the other one", async () => {
    const { page, real } = await dream(["link Root Corner", "link Amber Parsnip", "tab Harvest"]);
    expect(texts(page)).toEqual(texts(real));
  });

  it("steps a number by one, again and again", async () => {
    const { page, real } = await dream([
      ...open(seed(4)),
      "button One more",
      "button One more",
      "button One more",
    ]);
    expect(texts(page).find((text) => text.startsWith("spinbutton"))).toBe(
      texts(real).find((text) => text.startsWith("spinbutton")),
    );
    expect(texts(page).join()).toContain("spinbutton Packets 4");
  });

  it("hides entries that lack a text that was never typed before", async () => {
    const { page, real } = await dream(["link Flower Meadow", "textbox Sieve = du"]);
    expect(texts(page)).toEqual(texts(real));
    expect(texts(page).length).toBeLessThan(
      texts((await dream(["link Flower Meadow"])).page).length,
    );
  });
});

describe("an episode in the dream", () => {
  const task = visitTask("swap", {
    checks: [
      {
        kind: "network_event",
        events: [
          {
            present: true,
            method: "POST",
            url: `${ORIGIN}/basket/put`,
            postData: { kind: "pk300", packets: "2" },
          },
        ],
      },
      {
        kind: "program_html",
        targets: [
          {
            url: `${ORIGIN}/basket`,
            locator: "document.querySelector('.count').outerText",
            required: { exactMatch: "2" },
          },
        ],
      },
    ],
  });
  const steps = [
    "link Root Corner",
    "link Amber Parsnip",
    "spinbutton Packets = 2",
    "button Put in basket",
  ];

  it("is scored by the task's own checks, as the real one is", async () => {
    const env = createExperienceEnv({ model, evaluator, minCertainty: 0.3 });
    const dreamed = await playVisit(env, "dream", steps, task);
    const real = await playVisit(new SeedExchangeEnv(evaluator), "real", steps, task);
    expect(real.score).toMatchObject({ status: "scored", value: 1 });
    expect(dreamed.score).toMatchObject({ status: "scored", value: 1 });
    const failed = await playVisit(env, "dream", steps.slice(0, 2), task);
    expect(failed.score).toMatchObject({ status: "scored", value: 0 });
  });

  it("is unscored, with the reason, where a check rests on an uncertain part of the dream", async () => {
    const unsure = visitTask("note", { checks: [{ kind: "string_match", exactMatch: "Wren" }] });
    const env = createExperienceEnv({ model, evaluator, minCertainty: 0.9 });
    const dreamed = await playVisit(env, "dream", open(seed(0)), unsure, "Wren");
    expect(dreamed.score).toMatchObject({ status: "unscored" });
    expect(JSON.stringify(dreamed.score)).toContain("not sure enough");
  });

  it("is the same again with the same actions", async () => {
    const play = async (): Promise<string> =>
      JSON.stringify(
        await playVisit(
          createExperienceEnv({ model: new RetrievalModel({ buffer }), evaluator }),
          "same",
          steps,
          task,
        ),
      );
    expect(await play()).toBe(await play());
  });
});

describe("the placebo", () => {
  it("gives answers of other requests, the same ones for the same seed", async () => {
    const placebo = createPlaceboModel({ model, buffer, seed: 1 });
    const paths = ["/", "/basket", "/beds/herb-wall", "/beds/leaf-terrace", "/find?words=am"];
    let wrong = 0;
    for (const path of paths) {
      const [own, shuffled, again] = [
        model.predict(ask(path)),
        await placebo.predict(ask(path)),
        await createPlaceboModel({ model, buffer, seed: 1 }).predict(ask(path)),
      ];
      expect(again).toEqual(shuffled);
      if (JSON.stringify(own.next) !== JSON.stringify(shuffled.next)) wrong++;
    }
    expect(wrong).toBeGreaterThanOrEqual(3);
  });
});

describe("fidelity", () => {
  it("is better than both baselines on held-out visits", async () => {
    const ids = buffer.trajectoryIds.filter((_, i) => i % 3 === 2);
    const rest = buffer.withoutTrajectories(ids);
    const heldOut = recorded.filter(({ id }) => ids.includes(id));
    const calibrated = await createRetrievalModel({ buffer: rest, maxSamples: 60 });
    const { model: dreamed, baselines } = await measureSteps({
      model: calibrated,
      buffer: rest,
      heldOut,
    });
    for (const baseline of Object.values(baselines)) {
      expect(dreamed.nextUrl).toBeGreaterThan(baseline.nextUrl);
      expect(dreamed.changeF1).toBeGreaterThan(baseline.changeF1);
    }
    expect(dreamed.nextUrl).toBeGreaterThan(0.9);
    expect(dreamed.knowableF1).toBeGreaterThanOrEqual(dreamed.changeF1);
    expect(dreamed["calibrationError"]).toBeLessThan(0.25);
  });

  it("counts false successes and false failures separately from unscored episodes", async () => {
    const task = visitTask("thank", {
      checks: [
        {
          kind: "network_event",
          events: [{ present: true, method: "POST", url: `${ORIGIN}/seeds/*/thank` }],
        },
      ],
    });
    const [name, bed] = ["Amber Parsnip", "Root Corner"];
    const steps = [`link ${bed}`, `link ${name}`];
    const real = [
      await playVisit(
        new SeedExchangeEnv(evaluator),
        "a",
        [...steps, "button Thank the grower"],
        task,
      ),
      await playVisit(new SeedExchangeEnv(evaluator), "b", steps, task),
    ];
    const { fidelity } = await measureScores(
      createExperienceEnv({ model, evaluator }),
      new Map([[task.id, task]]),
      real,
    );
    expect(fidelity).toMatchObject({
      episodes: 2,
      realFailures: 1,
      realSuccesses: 1,
      scoreAgreement: 1,
      falseSuccess: 0,
      unscored: 0,
    });
    const alone = await measureScores(
      createExperienceEnv({ model, evaluator }),
      new Map([[task.id, task]]),
      real.slice(0, 1),
    );
    expect(alone.fidelity).toMatchObject({ realFailures: 0, falseSuccess: null, falseFailure: 0 });
  });
});
