/** Queries for things that the recordings of the third site never show. */

import { beforeAll, describe, expect, it } from "vitest";
import type { PageSnapshot } from "../../../core/site-request.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import { createEvaluator } from "../../../evaluation/evaluator.ts";
import { parsePage } from "../../../page/page-document.ts";
import {
  playVisit,
  recordVisit,
  type Step,
} from "../../../../test/support/third-site/record-visits.ts";
import { ORIGIN } from "../../../../test/support/third-site/seed-exchange-env.ts";
import { seenSeeds } from "../../../../test/support/third-site/visits.ts";
import { createExperienceEnv } from "../../experience-env.ts";
import { ReplayBuffer } from "../../buffer/replay-buffer.ts";
import { RetrievalModel } from "../retrieval-model.ts";

let recorded: Trajectory[];
let model: RetrievalModel;

beforeAll(async () => {
  const named = seenSeeds().slice(0, 7);
  const visits = named.map((seed): Step[] => [
    `searchbox Words = ${seed.name}`,
    "button Find",
    `link ${seed.name}`,
    "button Put in basket",
  ]);
  for (const words of ["how to sow", "the basket", "cost of it", "my notes"])
    visits.push([`searchbox Words = ${words}`, "button Find"]);
  visits.push(["link Basket: 0 packets"], ["link Root Corner"], ["link Herb Wall"]);
  recorded = [];
  for (const [i, steps] of visits.entries()) recorded.push(await recordVisit(`visit-${i}`, steps));
  model = new RetrievalModel({ buffer: new ReplayBuffer(recorded) });
}, 60_000);

async function dream(steps: readonly Step[]): Promise<PageSnapshot> {
  const env = createExperienceEnv({ model, evaluator: createEvaluator() });
  return (await playVisit(env, "dream", steps)).finalPage as PageSnapshot;
}

function texts({ html, url }: PageSnapshot): string[] {
  return parsePage(html, url).nodes.map(
    ({ role, name, url: link }) => `${role} ${name} ${link ?? ""}`,
  );
}

const find = (words: string): Step[] => [`searchbox Words = ${words}`, "button Find"];

describe("a query for a thing that no recorded page shows", () => {
  it("shows an entry of its name that leads to a page of its own", async () => {
    const shown = texts(await dream(find("Cobalt Lovage")));
    expect(shown).toContain(`link Cobalt Lovage ${ORIGIN}/seeds/cobalt-lovage`);
  });

  it("leads to a page of that name, and to a basket that holds it", async () => {
    const item = await dream([...find("Cobalt Lovage"), "link Cobalt Lovage"]);
    expect(texts(item)).toContain("heading Cobalt Lovage ");
    const basket = await dream([
      ...find("Cobalt Lovage"),
      "link Cobalt Lovage",
      "button Put in basket",
    ]);
    expect(basket.url).toBe(`${ORIGIN}/basket`);
    expect(texts(basket).join("\n")).toContain("Cobalt Lovage");
  });

  it("never passes off parts of the source entry as its own", async () => {
    const shown = texts(await dream(find("Cobalt Lovage"))).join("\n");
    for (const { name, latin } of seenSeeds()) {
      expect(shown).not.toContain(name);
      expect(shown).not.toContain(latin);
    }
  });

  it("names its evidence, and is less sure than a recorded query", () => {
    const ask = (words: string) =>
      model.predict({
        session: [],
        page: null,
        cause: {
          kind: "request",
          request: {
            method: "GET",
            url: `${ORIGIN}/find?words=${words.replaceAll(" ", "+")}`,
            fields: null,
          },
        },
      });
    const made = ask("Cobalt Lovage");
    expect(made.reasoning).toContain('no recorded page shows "Cobalt Lovage"');
    expect(made.reasoning).toContain("7 of 11 recorded queries");
    expect(made.evidence.length).toBeGreaterThan(1);
    expect(made.certainty).toBeLessThan(ask(seenSeeds()[0]?.name as string).certainty);
  });

  it("finds nothing when it reads like the queries that found nothing", async () => {
    const shown = texts(await dream(find("where to sow"))).join("\n");
    expect(shown).not.toContain("link where to sow");
    expect(shown).toContain("Found for where to sow");
  });
});
