/** The templates of the encyclopedia, the map and both together, over the text browser: all but what needs a script. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectLandEntities } from "../fixtures/templates/across/land-entities.ts";
import { isUnachievable, WORLD_SEEDS } from "../fixtures/templates/generate.ts";
import { fillIntent } from "../fixtures/templates/template.ts";
import { siteEntry } from "../src/cli/package-root.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { createHttpEnv, type HttpEnv } from "../src/real/http-env.ts";
import { startSiteProcess, type SiteProcess } from "../src/real/site-process.ts";
import {
  allLandTasks,
  createLandWorlds,
  expectProven,
  generateLandTasks,
  LAND_SITE_URLS,
  LAND_TEMPLATES,
  templateOf,
} from "./support/prove-templates.ts";

/** Every instance instead of those that the generator draws; some two minutes. */
const PROVE_ALL = process.env["DREAMGYM_PROVE_ALL"] === "1";

const worlds = createLandWorlds();
const tasks = generateLandTasks(worlds);

/** Names of what is on one side of the split. */
const namesOn = (world: (typeof worlds)["A"], split: "train" | "dev"): string[] =>
  collectLandEntities(world, split).map(({ name }) => (name ?? "").toLowerCase());

describe("the land's templates", () => {
  it("are enough, of every kind, with some that need a script, some held out, some unachievable", () => {
    const on = (site: string): number =>
      LAND_TEMPLATES.filter((template) => template.site === site && template.sites === undefined)
        .length;
    expect(on("wikipedia")).toBeGreaterThanOrEqual(6);
    expect(on("map")).toBeGreaterThanOrEqual(8);
    expect(LAND_TEMPLATES.filter(({ sites }) => sites !== undefined).length).toBeGreaterThan(3);
    expect(new Set(LAND_TEMPLATES.map(({ kind }) => kind)).size).toBe(4);
    expect(new Set(LAND_TEMPLATES.map(({ id }) => id)).size).toBe(LAND_TEMPLATES.length);
    for (const site of ["wikipedia", "map"]) {
      const own = LAND_TEMPLATES.filter((template) => template.site === site);
      expect(own.some(({ scriptOnly }) => scriptOnly)).toBe(true);
      expect(own.some(({ heldout }) => heldout)).toBe(true);
      expect(
        tasks.some((task) => task.sites.join() === site && isUnachievable(task)),
        site,
      ).toBe(true);
    }
    expect(tasks.filter(isUnachievable).length / tasks.length).toBeLessThanOrEqual(0.05);
  });

  it("leave no split but the held-out templates' without a task that cannot be done, and no slot unfilled", () => {
    for (const split of ["train", "dev", "heldout-world"]) {
      const own = tasks.filter((task) => task.split === split && isUnachievable(task));
      expect(new Set(own.map(({ sites: [site] }) => site)), split).toEqual(
        new Set(["wikipedia", "map"]),
      );
    }
    for (const template of LAND_TEMPLATES)
      for (const { intent } of allLandTasks(worlds, template))
        expect(intent).not.toMatch(/undefined|""|\{\{/);
  });

  it("give at least 10 goals to train on and 5 others for dev in each world, and no goal is in both", () => {
    for (const world of Object.values(worlds))
      for (const template of LAND_TEMPLATES) {
        const [train, dev] = (["train", "dev"] as const).map(
          (split) =>
            new Set(
              template
                .instances(world, split)
                .map(({ values }) => fillIntent(template.intentTemplate, values)),
            ),
        ) as [Set<string>, Set<string>];
        expect(train.size, `template ${template.id}`).toBeGreaterThanOrEqual(10);
        expect(dev.size, `template ${template.id}`).toBeGreaterThanOrEqual(5);
        expect([...train].filter((goal) => dev.has(goal))).toEqual([]);
      }
  });

  it("name in goals, values and answers nothing of the other side of the split", () => {
    for (const world of Object.values(worlds))
      for (const [split, other] of [
        ["train", "dev"],
        ["dev", "train"],
      ] as const) {
        const foreign = namesOn(world, other);
        const instances = LAND_TEMPLATES.flatMap((template) => template.instances(world, split));
        for (const { values, eval: checks, entities } of instances) {
          const told = JSON.stringify([values, checks, entities]).toLowerCase();
          expect(foreign.filter((name) => told.includes(name))).toEqual([]);
        }
      }
  });

  it("are about entities that have a page of their own, one side's apart from the other's", () => {
    for (const world of Object.values(worlds)) {
      const [train, dev] = (["train", "dev"] as const).map((split) =>
        collectLandEntities(world, split),
      );
      const paths = new Set(train?.map(({ path }) => path));
      expect(paths.size).toBe(train?.length);
      expect(dev?.filter(({ path }) => paths.has(path))).toEqual([]);
      const names = new Set(train?.map(({ name }) => (name ?? "").toLowerCase()));
      const named = LAND_TEMPLATES.flatMap((template) => template.instances(world, "train"))
        .flatMap(({ entities }) => entities)
        // A search word is a part of a name.
        .filter((entity) => ![...names].some((name) => name.includes(entity.toLowerCase())));
      expect(named).toEqual([]);
    }
  });

  it("never tell the answer in the goal", () => {
    for (const task of tasks) {
      const answer = task.eval.reference_answers?.exact_match;
      if (answer === undefined || isUnachievable(task)) continue;
      const goal = ` ${task.intent.toLowerCase().replaceAll(/[^\p{L}\p{N}.]+/gu, " ")} `;
      expect(goal, task.intent).not.toContain(` ${answer.toLowerCase()} `);
    }
  });
});

describe("the land's tasks over the text browser", () => {
  let sites: SiteProcess;
  let env: HttpEnv;
  beforeAll(async () => {
    sites = await startSiteProcess({
      entry: siteEntry(),
      worlds: WORLD_SEEDS,
      sites: LAND_SITE_URLS,
    });
    env = createHttpEnv({
      origins: sites.origins,
      evaluator: createEvaluator(),
      sites: sites.control,
    });
  });
  afterAll(async () => {
    await env[Symbol.asyncDispose]();
    await sites[Symbol.asyncDispose]();
  });

  it.each(LAND_TEMPLATES.filter(({ scriptOnly }) => !scriptOnly).map(({ id }) => id))(
    "of template %d are solved twice alike, and not by an empty, wrong or N/A answer",
    async (id) => {
      const own = PROVE_ALL
        ? allLandTasks(worlds, templateOf(id))
        : tasks.filter((task) => task.intent_template_id === id);
      expect(own.length).toBeGreaterThan(templateOf(id).heldout ? 4 : 10);
      const steps = await expectProven(own, own, env);
      expect(Math.max(...steps)).toBeLessThanOrEqual(12);
    },
    120_000,
  );
});
