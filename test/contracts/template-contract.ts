/** The contract of every site's templates: their tasks' shape, the split, and solutions over the text browser. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Entity } from "../../fixtures/templates/entity.ts";
import { isUnachievable, WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { fillIntent, type TemplateInstance } from "../../fixtures/templates/template.ts";
import type { World } from "../../fixtures/worlds/world.ts";
import { siteEntry } from "../../fixtures/site-providers.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { createHttpEnv, type HttpEnv } from "../../src/text-browser/http/http-env.ts";
import { startSiteProcess, type SiteProcess } from "../../src/real/sites/site-process.ts";
import {
  allTasksOf,
  createProofWorlds,
  expectProven,
  generateSetTasks,
  siteUrlsOf,
  tryNeighbours,
  type TemplateSet,
} from "../support/prove-templates.ts";

/** Every instance instead of only those that the generator draws; some two minutes. */
const PROVE_ALL = process.env["DREAMGYM_PROVE_ALL"] === "1";

/** Tasks of each template on which a neighbour's demonstration is played. */
const NEIGHBOURS = 4;

export function testTemplates(set: TemplateSet): void {
  describe(`${set.name} templates`, () => testShape(set));
  describe(`${set.name} tasks over the text browser`, () => testSolutions(set));
}

function testShape({ templates, leastOnSite, leastAcross, entitiesOf }: TemplateSet): void {
  const worlds = createProofWorlds();
  const tasks = generateSetTasks(templates, worlds);
  const sites = Object.keys(leastOnSite);
  const namesOn = (world: World, split: "train" | "dev"): string[] =>
    entitiesOf(world, split).flatMap(({ name }) => (name === null ? [] : [name.toLowerCase()]));
  const ofSides = <T>(make: (split: "train" | "dev") => T): { train: T; dev: T } => ({
    train: make("train"),
    dev: make("dev"),
  });

  it("are enough, of every kind, with some that need a script, some held out, some unachievable", () => {
    for (const [site, least] of Object.entries(leastOnSite)) {
      const own = templates.filter((template) => template.site === site);
      const alone = own.filter((template) => template.sites === undefined);
      expect(alone.length, site).toBeGreaterThanOrEqual(least);
      expect(own.some(({ scriptOnly }) => scriptOnly)).toBe(true);
      expect(own.some(({ heldout }) => heldout)).toBe(true);
    }
    const across = templates.filter((template) => template.sites !== undefined);
    expect(across.length).toBeGreaterThanOrEqual(leastAcross);
    expect(new Set(templates.map(({ kind }) => kind)).size).toBe(4);
    expect(new Set(templates.map(({ id }) => id)).size).toBe(templates.length);
    expect(tasks.filter(isUnachievable).length / tasks.length).toBeLessThanOrEqual(0.05);
  });

  it("have an impossible task in every split but the held-out templates', and no unfilled slot", () => {
    for (const split of ["train", "dev", "heldout-world", "heldout-world-2"]) {
      const own = tasks.filter((task) => task.split === split && isUnachievable(task));
      expect(new Set(own.map(({ sites: [site] }) => site)), split).toEqual(new Set(sites));
    }
    for (const template of templates)
      for (const { intent } of allTasksOf(worlds, template))
        expect(intent).not.toMatch(/undefined|""|\{\{/);
  });

  it("give at least 10 goals to train on and 5 others for dev in each world, and no goal is in both", () => {
    for (const world of Object.values(worlds))
      for (const template of templates) {
        const goals = ofSides(
          (split) =>
            new Set(
              template
                .instances(world, split)
                .map(({ values }) => fillIntent(template.intentTemplate, values)),
            ),
        );
        expect(goals.train.size, `template ${template.id}`).toBeGreaterThanOrEqual(10);
        expect(goals.dev.size, `template ${template.id}`).toBeGreaterThanOrEqual(5);
        expect([...goals.train].filter((goal) => goals.dev.has(goal))).toEqual([]);
      }
  });

  it("name in goals, values and answers nothing of the other side of the split", () => {
    for (const world of Object.values(worlds)) {
      const names = ofSides((split) => namesOn(world, split));
      for (const [split, foreign] of [
        ["train", names.dev],
        ["dev", names.train],
      ] as const)
        for (const { values, eval: checks, entities } of instancesOf(world, split)) {
          const told = JSON.stringify([values, checks, entities]).toLowerCase();
          expect(foreign.filter((name) => told.includes(name))).toEqual([]);
        }
    }
  });

  const instancesOf = (world: World, split: "train" | "dev"): TemplateInstance[] =>
    templates.flatMap((template) => template.instances(world, split));

  it("are about entities with their own pages, each on one side of the split only", () => {
    for (const world of Object.values(worlds)) {
      const { train, dev } = ofSides((split) => entitiesOf(world, split));
      const address = ({ site, path }: Entity): string => site + path;
      const named = train.map((entity) => `${address(entity)} ${entity.name}`);
      expect(new Set(named).size).toBe(train.length);
      const known = new Set(train.map(address));
      expect(dev.filter((entity) => known.has(address(entity)))).toEqual([]);
      const names = namesOn(world, "train");
      const unknown = instancesOf(world, "train")
        .flatMap(({ entities }) => entities)
        // A search word is a part of a name.
        .filter((entity) => !names.some((name) => name.includes(entity.toLowerCase())));
      expect(unknown).toEqual([]);
    }
  });

  it("never reveal the answer in the goal", () => {
    for (const task of tasks) {
      const answer = task.eval.reference_answers?.exact_match;
      if (answer === undefined || isUnachievable(task)) continue;
      const goal = ` ${task.intent.toLowerCase().replaceAll(/[^\p{L}\p{N}.]+/gu, " ")} `;
      expect(goal, task.intent).not.toContain(` ${answer.toLowerCase()} `);
    }
  });
}

function testSolutions({ templates }: TemplateSet): void {
  const worlds = createProofWorlds();
  const tasks = generateSetTasks(templates, worlds);
  let sites: SiteProcess;
  let env: HttpEnv;
  beforeAll(async () => {
    sites = await startSiteProcess({
      entry: siteEntry(),
      worlds: WORLD_SEEDS,
      sites: siteUrlsOf(templates),
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

  it.each(templates.filter(({ scriptOnly }) => !scriptOnly).map((template) => ({ template })))(
    "of template $template.id are solved twice alike, and not by an empty, wrong or N/A answer",
    async ({ template }) => {
      const own = PROVE_ALL
        ? allTasksOf(worlds, template)
        : tasks.filter((task) => task.intent_template_id === template.id);
      expect(own.length).toBeGreaterThan(template.heldout ? 4 : 10);
      const steps = await expectProven(template, own, own, env);
      expect(Math.max(...steps)).toBeLessThanOrEqual(12);
    },
    120_000,
  );

  it("are not solved by doing what a neighbour asks for", async () => {
    let neighbours = 0;
    for (const template of templates.filter(({ scriptOnly }) => !scriptOnly)) {
      const own = tasks.filter((task) => task.intent_template_id === template.id);
      const { tried, solved } = await tryNeighbours(template, own.slice(0, NEIGHBOURS), env);
      expect(solved).toEqual([]);
      neighbours += tried;
    }
    expect(neighbours).toBeGreaterThan(templates.length / 2);
  }, 120_000);
}
