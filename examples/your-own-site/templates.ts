/** Two task templates of the tool shed: their tasks, and how each is solved from what an agent sees. */

// In a project of your own: from "dreamgym-web".
import type { Action, HeldOutEntities, Observation, Policy, Task } from "../../src/index.ts";
import { createShed } from "./provider.ts";
import { type Shed, slugOf } from "./tool-shed.ts";

const ORIGIN = "http://shed.test";
const BORROWER = "Greta Hahn";

type Split = "train" | "dev";

/** Every other pair of tools is `dev`: nothing is learned from it. */
const toolsOf = (seed: number, split: Split): Shed["tools"] =>
  createShed(seed).tools.filter((_, index) => index % 4 < 2 === (split === "train"));

/** What `dev` is about, for the holdout: as pages write it, and as a path segment or query value of a URL holds it. */
export function heldOut(seed: number): HeldOutEntities {
  const names = toolsOf(seed, "dev").map(({ name }) => name);
  return { names, keys: names.map(slugOf) };
}

/** Tasks of world A. */
export function createTasks(seed: number, split: Split): Task[] {
  return toolsOf(seed, split).map(({ name, borrower }, index): Task => {
    const common = { startUrls: [`${ORIGIN}/`], sites: ["shed"], maxSteps: 8, world: "A" };
    if (borrower !== null)
      return {
        ...common,
        id: `borrower-${split}-${index}`,
        templateId: 1,
        goal: `Who has borrowed the "${name}"?`,
        checks: [{ kind: "string_match", exactMatch: borrower }],
      };
    const sent = {
      present: true,
      method: "POST",
      url: `${ORIGIN}/tool/${slugOf(name)}`,
      postData: { borrower: BORROWER },
    };
    return {
      ...common,
      id: `lend-${split}-${index}`,
      templateId: 2,
      goal: `Lend the "${name}" to "${BORROWER}".`,
      checks: [{ kind: "network_event", events: [sent] }],
    };
  });
}

/** The demonstrator of both templates: a policy like any other. */
export function createDemonstrator(): Policy {
  return {
    act({ goal, history, observation }) {
      const [tool = "", person] = [...goal.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text);
      const plan: ((page: Observation) => Action)[] = [
        (page) => ({ kind: "click", ref: refOf(page, "link", tool) }),
        ...(person === undefined
          ? [(page: Observation): Action => ({ kind: "stop", answer: borrowerOn(page) })]
          : [
              (page: Observation): Action => ({
                kind: "type",
                ref: refOf(page, "textbox", "Lend to"),
                text: person,
                submit: false,
              }),
              (page: Observation): Action => ({
                kind: "click",
                ref: refOf(page, "button", "Lend"),
              }),
            ]),
      ];
      const act = plan[history.length] ?? ((): Action => ({ kind: "stop", answer: "" }));
      return { action: act(observation) };
    },
  };
}

function refOf({ nodes, url }: Observation, role: string, name: string): string {
  const node = nodes.find((candidate) => candidate.role === role && candidate.name === name);
  if (node === undefined) throw new Error(`Expected a ${role} "${name}" at ${url}, got none.`);
  return node.ref;
}

/** The text behind "Borrowed by". */
function borrowerOn({ nodes }: Observation): string {
  const label = nodes.findIndex(({ name }) => name.startsWith("Borrowed by"));
  return nodes[label + 1]?.name ?? "";
}
