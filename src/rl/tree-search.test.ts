import { describe, expect, it } from "vitest";
import { createTasks, createThings, TinyEnv } from "../../test/support/tiny-world.ts";
import type { Action } from "../core/action.ts";
import { actionKey } from "../core/element-reference.ts";
import type { PolicyInput, ProposingPolicy } from "../core/policy.ts";
import type { Task } from "../core/task.ts";
import { searchTree, type SearchVisit } from "./tree-search.ts";

const things = createThings(1, 3);
const tasks = createTasks(things);
const [price, follow] = tasks as [Task, Task];

/** Everything that can be done on a page: clicks on links and buttons, and each text as an answer. */
function actionsOn({ observation }: PolicyInput): Action[] {
  return observation.nodes.flatMap((node): Action[] =>
    node.role === "link" || node.role === "button"
      ? [{ kind: "click", ref: node.ref }]
      : [{ kind: "stop", answer: node.name }],
  );
}

const uniform: ProposingPolicy = {
  propose(input) {
    const actions = actionsOn(input);
    return actions.map((action) => ({ action, logprob: -Math.log(actions.length) }));
  },
};

/** Puts `share` on the action that `prefers` accepts, the rest on all others. */
const biased = (share: number, prefers: (action: Action) => boolean): ProposingPolicy => ({
  propose(input) {
    const actions = actionsOn(input);
    const liked = actions.filter(prefers).length;
    const rest = actions.length - liked;
    return actions.map((action) => ({
      action,
      logprob: Math.log(prefers(action) ? share / liked : (liked === 0 ? 1 : 1 - share) / rest),
    }));
  },
});

const describePlan = (plan: { transitions: readonly { action: Action }[] }): string[] =>
  plan.transitions.map(({ action }) =>
    action.kind === "stop"
      ? `stop ${action.answer}`
      : `${action.kind} ${"ref" in action ? action.ref : ""}`,
  );

describe("searchTree", () => {
  it("finds the plan, and gives it as a trajectory", async () => {
    const { solutions, firstSolvedAt } = await searchTree({
      env: new TinyEnv(things),
      task: price,
      policy: uniform,
      config: { solutions: 1 },
    });
    expect(solutions.map(describePlan)).toEqual([["click 100", `stop ${things[0]?.price}`]]);
    expect(solutions[0]).toMatchObject({
      taskId: price.id,
      stopReason: "terminated",
      source: "synthetic",
      score: { status: "scored", value: 1 },
    });
    // Home and the three things. An answer on the first thing's page costs less than any page behind it.
    expect(firstSolvedAt).toBe(4);
  });

  it("expands in the order of log(depth + 1) − log π(path)", async () => {
    const visits: SearchVisit[] = [];
    await searchTree({
      env: new TinyEnv(things),
      task: follow,
      // 0.7 for the button: after the first thing's page its button comes before the second thing's page.
      policy: biased(0.7, (action) => action.kind === "click" && action.ref === "999"),
      config: { uniformShare: 0, expansions: 6 },
      onVisit: (visit) => visits.push(visit),
    });
    const costs = visits.map(({ path, logprob }) => Math.log(path.length + 1) - logprob);
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    expect(visits.length).toBeGreaterThan(3);
    expect(visits[0]).toMatchObject({ path: [], logprob: 0, certainty: 1, isExpanded: true });
  });

  it("mixes the policy with the uniform distribution, so that it tries what the policy excludes", async () => {
    const blind: ProposingPolicy = {
      propose: (input) =>
        actionsOn(input).map((action) => ({
          action,
          logprob: action.kind === "click" && action.ref === "100" ? -Infinity : -1,
        })),
    };
    const search = (uniformShare: number) =>
      searchTree({
        env: new TinyEnv(things),
        task: price,
        policy: blind,
        config: { uniformShare, solutions: 1 },
      });
    expect((await search(0)).solutions).toEqual([]);
    expect((await search(0.05)).solutions).toHaveLength(1);
  });

  it("merges pages that look the same, and says when nothing is left to try", async () => {
    const names: string[] = [];
    const result = await searchTree({
      env: new TinyEnv(things),
      task: { ...price, checks: [{ kind: "string_match", exactMatch: "not there" }] },
      policy: uniform,
      onVisit: ({ observation }) => {
        const pressed = observation.nodes.some(({ states }) => states.pressed === true);
        names.push(observation.url + String(pressed));
      },
    });
    expect(result).toMatchObject({ solutions: [], isExhausted: true, firstSolvedAt: null });
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(1 + 2 * things.length);
  });

  it("keeps to its budget of expansions and of plans", async () => {
    const count = async (config: object) => {
      const { expansions, solutions } = await searchTree({
        env: new TinyEnv(things),
        task: follow,
        policy: uniform,
        config,
      });
      return [expansions, solutions.length];
    };
    expect(await count({ expansions: 5 })).toEqual([5, 0]);
    const [, found] = await count({ expansions: 400, solutions: 3 });
    expect(found).toBe(3);
  });

  it("leaves pages that the world doubts, and reports them", async () => {
    class Doubtful extends TinyEnv {
      get certainty(): number {
        return this.doubts ? 0.3 : 1;
      }
      doubts = false;
      override fork(): Doubtful {
        return Object.setPrototypeOf(super.fork(), Doubtful.prototype) as Doubtful;
      }
      override async step(action: Action) {
        this.doubts = action.kind === "click" && action.ref === "100";
        return super.step(action);
      }
    }
    const left: string[] = [];
    const search = (minCertainty: number) =>
      searchTree({
        env: new Doubtful(things),
        task: price,
        policy: uniform,
        config: { minCertainty, solutions: 1 },
        onVisit: ({ isExpanded, observation }) => {
          if (!isExpanded) left.push(observation.url);
        },
      });
    expect((await search(0.5)).solutions).toEqual([]);
    expect(left).toEqual(["http://tiny.test/thing/0"]);
    expect((await search(0.2)).solutions).toHaveLength(1);
  });

  it("gives the same plans again, and stops when aborted", async () => {
    const search = async (signal?: AbortSignal) =>
      (
        await searchTree({
          env: new TinyEnv(things),
          task: follow,
          policy: uniform,
          config: { solutions: 4 },
          ...(signal && { signal }),
        })
      ).solutions.map(({ transitions }) =>
        transitions.map(({ observation, action }) => actionKey(observation, action)),
      );
    expect(await search()).toEqual(await search());
    await expect(search(AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
  });
});
