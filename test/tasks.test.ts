/** The committed tasks equal the generator's, fit WebArena's schema, and keep the splits apart. */

import { describe, expect, it } from "vitest";
import { TEMPLATES } from "../fixtures/templates/all.ts";
import { collectEntities } from "../fixtures/templates/entities.ts";
import { createEntityMatcher } from "../fixtures/templates/find-leaks.ts";
import { SITE_URLS } from "../fixtures/site-urls.ts";
import {
  generateTasks,
  isUnachievable,
  SPLITS,
  type Split,
} from "../fixtures/templates/generate.ts";
import {
  createTaskWorlds,
  findStaleTaskFiles,
  readDemonstratorSteps,
  taskFile,
} from "../fixtures/templates/task-files.ts";
import { toTask } from "../src/evaluation/to-task.ts";
import { loadTaskConfigs } from "../src/real/harness/load-tasks.ts";

const worlds = createTaskWorlds();
const tasks = Object.fromEntries(
  SPLITS.map((split) => [split, loadTaskConfigs(taskFile(split))]),
) as Record<Split, ReturnType<typeof loadTaskConfigs>>;
const all = SPLITS.flatMap((split) => tasks[split]);
const templateIds = (split: Split): Set<number> =>
  new Set(tasks[split].map((task) => task.intent_template_id));
const wordsOf = (task: (typeof all)[number]): string =>
  [task.intent, ...Object.values(task.instantiation_dict)].join("\n");

/** Every task of every world is made: seconds on a quiet machine, a minute on a busy one. */
const GENERATE_MS = 180_000;

describe("committed tasks", () => {
  it("equal the generator's output", { timeout: GENERATE_MS }, () => {
    expect(findStaleTaskFiles()).toEqual([]);
  });

  it("become tasks with absolute start URLs, on their own site, with unique ids", () => {
    expect(new Set(all.map((task) => task.task_id)).size).toBe(all.length);
    for (const config of all) {
      const task = toTask(config, SITE_URLS);
      const origins = config.sites.map((site) => SITE_URLS[site]);
      for (const url of task.startUrls) expect(origins).toContain(new URL(url).origin);
    }
  });

  it("allow twice the demonstrator's length, and at least 8 steps", () => {
    const steps = readDemonstratorSteps();
    for (const { task_id: id, max_steps: maxSteps } of all) {
      expect([id, maxSteps]).toEqual([id, Math.max(8, 2 * (steps[id] ?? Number.NaN))]);
    }
  });

  it("come from at least 24 templates of every kind, 3 of them needing a script, some unachievable", () => {
    expect(TEMPLATES.length).toBeGreaterThanOrEqual(24);
    expect(TEMPLATES.filter((template) => template.scriptOnly).length).toBeGreaterThanOrEqual(3);
    expect(new Set(TEMPLATES.map((template) => template.kind)).size).toBe(4);
    expect(new Set(TEMPLATES.map((template) => template.id)).size).toBe(TEMPLATES.length);
    for (const split of SPLITS) {
      const unachievable = tasks[split].filter(isUnachievable).length;
      if (split !== "heldout-template") expect([split, unachievable > 0]).toEqual([split, true]);
      expect(unachievable / tasks[split].length).toBeLessThanOrEqual(0.05);
    }
  });

  it("never reveal the answer in the goal", () => {
    for (const task of all) {
      const answer = task.eval.reference_answers?.exact_match;
      if (answer === undefined) continue;
      const goalWords = ` ${task.intent.toLowerCase().replaceAll(/[^\p{L}\p{N}.$]+/gu, " ")} `;
      expect([task.task_id, goalWords.includes(` ${answer.toLowerCase()} `)]).toEqual([
        task.task_id,
        false,
      ]);
    }
  });
});

describe("splits", () => {
  it("play train and dev in world A, each held-out world in its own", () => {
    const worldsOf = (split: Split) => new Set(tasks[split].map((task) => task.world));
    expect([...worldsOf("train")]).toEqual(["A"]);
    expect([...worldsOf("dev")]).toEqual(["A"]);
    expect([...worldsOf("heldout-world")]).toEqual(["B"]);
    expect([...worldsOf("heldout-world-2")]).toEqual(["C"]);
    expect(worldsOf("heldout-template")).toEqual(new Set(["A", "B"]));
  });

  it.each(["heldout-world", "heldout-world-2"] as const)(
    "have 120 tasks in %s for the shop and the forum, and every trained template",
    (split) => {
      const own = new Set(["shopping", "reddit"]);
      const compared = tasks[split].filter(({ sites }) => sites.every((site) => own.has(site)));
      expect(compared).toHaveLength(120);
      expect(templateIds(split)).toEqual(templateIds("train"));
    },
  );

  it("have every trained template in dev", () => {
    expect(templateIds("dev")).toEqual(templateIds("train"));
  });

  it("use templates of heldout-template nowhere else", () => {
    const heldout = templateIds("heldout-template");
    expect(heldout.size).toBeGreaterThanOrEqual(4);
    for (const split of ["train", "dev", "heldout-world", "heldout-world-2"] as const) {
      expect([...templateIds(split)].filter((id) => heldout.has(id))).toEqual([]);
    }
  });

  it("share no goal", () => {
    const goals = (split: Split) => new Set(tasks[split].map((task) => task.intent));
    for (const [a, b] of [
      ["train", "dev"],
      ["train", "heldout-template"],
    ] as const) {
      expect([...goals(a)].filter((goal) => goals(b).has(goal))).toEqual([]);
    }
  });

  it.each([
    ["train", "dev"],
    ["dev", "train"],
  ] as const)("name in goals and values of %s nothing that belongs to %s", (split, other) => {
    const matcher = createEntityMatcher(collectEntities(worlds.A, other));
    for (const task of tasks[split]) {
      expect([task.task_id, matcher.inText(wordsOf(task))?.name ?? null]).toEqual([
        task.task_id,
        null,
      ]);
      const starts = toTask(task, SITE_URLS).startUrls;
      expect(starts.map((url) => matcher.atUrl(url)?.path).filter((path) => path)).toEqual([]);
    }
  });

  it("name in goals of other worlds nothing of world A", () => {
    const named = (["train", "dev"] as const)
      .flatMap((side) => collectEntities(worlds.A, side))
      .filter((entity) => !SHARED_BETWEEN_WORLDS.has(entity.kind));
    const matcher = createEntityMatcher(named);
    for (const task of all.filter(({ world }) => world !== "A")) {
      expect([task.task_id, matcher.inText(wordsOf(task))?.name ?? null]).toEqual([
        task.task_id,
        null,
      ]);
    }
  });
});

/** Departments are the same words in every world; comments have no name. */
const SHARED_BETWEEN_WORLDS = new Set(["category", "comment"]);

describe("worlds", () => {
  it("share no name of a product, brand, order, forum, post or person", () => {
    const names = Object.values(worlds).flatMap((world) => [
      ...new Set(
        (["train", "dev"] as const)
          .flatMap((side) => collectEntities(world, side))
          .filter((entity) => !SHARED_BETWEEN_WORLDS.has(entity.kind))
          .map((entity) => entity.name),
      ),
    ]);
    expect(names.length).toBeGreaterThan(3 * 700);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});

describe("generateTasks", () => {
  it(
    "gives the same tasks again, and keeps the others' ids when a template goes away",
    { timeout: GENERATE_MS },
    () => {
      const demonstratorSteps = readDemonstratorSteps();
      const full = generateTasks({ templates: TEMPLATES, worlds, demonstratorSteps });
      expect(generateTasks({ templates: TEMPLATES, worlds, demonstratorSteps })).toEqual(full);
      const [gone, ...rest] = TEMPLATES;
      const fewer = generateTasks({ templates: rest, worlds, demonstratorSteps });
      expect(fewer.train).toEqual(
        full.train.filter((task) => task.intent_template_id !== gone?.id),
      );
      expect(fewer.dev).toEqual(full.dev.filter((task) => task.intent_template_id !== gone?.id));
    },
  );
});
