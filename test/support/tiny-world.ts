/**
 * The smallest world in which a policy can learn something: a list of named things, a page for each with a price and a
 * Follow button. Conforms to `Env`. Made for tests of learning, where a browser would be too slow to fail quickly.
 */

import type { Action } from "../../src/core/action.ts";
import type { ForkableEnv, StepResult } from "../../src/core/env.ts";
import { ResetNeededError, SiteError } from "../../src/core/errors.ts";
import type { Observation, PageNode } from "../../src/core/observation.ts";
import { createRandom } from "../../src/core/random.ts";
import type { Score } from "../../src/core/score.ts";
import type { Task } from "../../src/core/task.ts";

const ORIGIN = "http://tiny.test";

export interface Thing {
  name: string;
  price: string;
}

/** Things whose names no other seed has. */
export function createThings(seed: number, count = 6): Thing[] {
  const random = createRandom(seed);
  const syllables = ["ba", "ke", "li", "mo", "nu", "pra", "ste", "vo", "zi", "tor"];
  const word = (): string => {
    const text = random.pick(syllables) + random.pick(syllables) + random.pick(syllables);
    return `${text[0]?.toUpperCase()}${text.slice(1)}${"xqjwy"[seed % 5]}`;
  };
  return Array.from({ length: count }, () => ({
    name: `${word()} ${word()}`,
    price: `$${random.int(90) + 10}.${random.int(90) + 10}`,
  }));
}

function createTask(kind: "price" | "follow", thing: Thing, index: number): Task {
  const base = {
    id: `${kind}-${index}`,
    startUrls: [`${ORIGIN}/`],
    sites: ["tiny"],
    maxSteps: 6,
    world: "A",
  };
  return kind === "price"
    ? {
        ...base,
        goal: `What is the price of ${thing.name}?`,
        templateId: 1,
        checks: [{ kind: "string_match", exactMatch: thing.price }],
      }
    : {
        ...base,
        goal: `Follow ${thing.name} please`,
        templateId: 2,
        checks: [
          {
            kind: "network_event",
            events: [{ present: true, method: "POST", url: `${ORIGIN}/follow/${index}` }],
          },
        ],
      };
}

export function createTasks(things: readonly Thing[]): Task[] {
  return things.flatMap((thing, index) => [
    createTask("price", thing, index),
    createTask("follow", thing, index),
  ]);
}

/** Solves a task from observations alone. */
export function demonstrate(task: Task, observation: Observation): Action {
  const byName = (name: string): PageNode | undefined =>
    observation.nodes.find((node) => node.name === name && node.role !== "heading");
  const name = observation.nodes.find(
    (node) => node.role === "link" && task.goal.includes(node.name),
  );
  if (name) return { kind: "click", ref: name.ref };
  const follow = byName("Follow");
  if (task.templateId === 2 && follow?.states.pressed === false)
    return { kind: "click", ref: follow.ref };
  const price = observation.nodes.find((node) => node.name.startsWith("$"));
  return { kind: "stop", answer: task.templateId === 1 ? (price?.name ?? "") : "" };
}

export class TinyEnv implements ForkableEnv {
  readonly #things: readonly Thing[];
  /** Replaces the score of the checks: for shuffled rewards. */
  readonly #judge: ((task: Task, checked: Score) => Score) | undefined;
  #task: Task | null = null;
  #page = -1;
  #steps = 0;
  #followed = new Set<number>();
  /** Episodes that fail at their first step. */
  failing = 0;

  constructor(things: readonly Thing[], judge?: (task: Task, checked: Score) => Score) {
    this.#things = things;
    this.#judge = judge;
  }

  fork(): TinyEnv {
    if (!this.#task) throw new ResetNeededError();
    const copy = new TinyEnv(this.#things, this.#judge);
    copy.#task = this.#task;
    copy.#page = this.#page;
    copy.#steps = this.#steps;
    copy.#followed = new Set(this.#followed);
    return copy;
  }

  async reset({ task }: { task: Task }): Promise<Observation> {
    this.#task = task;
    this.#page = -1;
    this.#steps = 0;
    this.#followed = new Set();
    return this.#observe(null);
  }

  async step(action: Action): Promise<StepResult> {
    const task = this.#task;
    if (!task) throw new ResetNeededError();
    if (this.failing > 0) {
      this.failing--;
      throw new SiteError("the site is gone");
    }
    this.#steps++;
    const error = this.#perform(action);
    const terminated = action.kind === "stop";
    const truncated = !terminated && this.#steps >= task.maxSteps;
    const observation = this.#observe(error);
    if (!terminated && !truncated)
      return { observation, reward: 0, terminated, truncated, score: null, requests: [] };
    this.#task = null;
    const checked = this.#score(task, terminated ? action.answer : "");
    const score = this.#judge?.(task, checked) ?? checked;
    const reward = score.status === "scored" ? score.value : 0;
    return { observation, reward, terminated, truncated, score, requests: [] };
  }

  async snapshot(): Promise<{ url: string; html: string }> {
    return {
      url: this.#url(),
      html: `<title>${this.#things[this.#page]?.name ?? "Things"}</title>`,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#task = null;
  }

  #url(): string {
    return this.#page < 0 ? `${ORIGIN}/` : `${ORIGIN}/thing/${this.#page}`;
  }

  #perform(action: Action): string | null {
    if (action.kind === "goBack") this.#page = -1;
    if (action.kind !== "click") return null;
    const index = Number(action.ref);
    if (action.ref === "999" && this.#page >= 0) this.#followed.add(this.#page);
    else if (action.ref === "1") this.#page = -1;
    else if (this.#page < 0 && this.#things[index - 100]) this.#page = index - 100;
    else return `no element ${action.ref}`;
    return null;
  }

  #score(task: Task, answer: string): Score {
    const value = task.checks.every((check) => {
      if (check.kind === "string_match") return check.exactMatch === answer;
      if (check.kind !== "network_event") return false;
      const wanted = Number(check.events[0]?.url.split("/").at(-1));
      return this.#followed.size === 1 && this.#followed.has(wanted);
    });
    return { status: "scored", value: value ? 1 : 0, checks: [] };
  }

  #observe(lastActionError: string | null): Observation {
    const node = (ref: number, role: string, name: string, depth: number): PageNode => ({
      ref: String(ref),
      role,
      name,
      states: role === "heading" ? { level: 1 } : {},
      depth,
    });
    const thing = this.#things[this.#page];
    const title = thing?.name ?? "All things";
    const nodes = [
      node(0, "RootWebArea", title, 0),
      { ...node(1, "link", "Home", 1), url: `${ORIGIN}/` },
      node(2, "heading", title, 1),
    ];
    if (thing) {
      nodes.push(node(3, "StaticText", "Price:", 1), node(4, "StaticText", thing.price, 1));
      const states = { pressed: this.#followed.has(this.#page) };
      nodes.push({ ...node(999, "button", "Follow", 1), states });
      nodes.push(node(998, "button", "Report", 1));
    } else {
      nodes.push(node(5, "list", "", 1));
      for (const [index, { name }] of this.#things.entries()) {
        nodes.push(node(200 + index, "listitem", "", 2));
        nodes.push({ ...node(100 + index, "link", name, 3), url: `${ORIGIN}/thing/${index}` });
      }
    }
    const url = this.#url();
    return { url, title, nodes, tabs: [{ title, url, active: true }], lastActionError };
  }
}
