/** Variations of right episodes: other answers and other traffic, right and wrong, for every task and from a seed. */

import { createRandom, type Random } from "../../src/core/random.ts";
import type { ValueSchema, VerifiedTask } from "../../src/evaluation/verified/task.ts";
import { varyEntries } from "./verified-traffic.ts";
import { goldEpisode, goldResponse, type VerifiedEpisode } from "./verified-gold.ts";
import { varyValue } from "./verified-spellings.ts";

/** @param each how many variations of each task */
export function variations(
  tasks: readonly VerifiedTask[],
  seed: string,
  each: number,
): VerifiedEpisode[] {
  const all: VerifiedEpisode[] = [];
  for (const task of tasks) {
    const random = createRandom(`${seed}/${task.task_id}`);
    const hasRequests = task.eval.length > 1;
    for (let index = 0; index < each; index++)
      all.push(
        hasRequests && index % 2 === 0
          ? varyEntries(goldEpisode(task), random)
          : varyResponse(task, random),
      );
  }
  return all;
}

type Response = Record<string, unknown>;
type Change = (response: Response, task: VerifiedTask, random: Random) => Response | string;

const FORMS: Record<string, Change> = {
  "in a code block": (response) => `Done.\n\`\`\`json\n${JSON.stringify(response)}\n\`\`\`\n`,
  "without JSON": () => "I could not find it.",
  empty: () => "",
  "as a list": (response) => JSON.stringify([response]),
  "other case": (response) => ({
    ...response,
    task_type: String(response["task_type"]).toLowerCase(),
    status: ` ${String(response["status"]).toLowerCase()} `,
  }),
  "older name": ({ task_type, ...rest }) => ({ performed_operation: task_type, ...rest }),
  "without task type": (response) => without(response, "task_type"),
  "other task type": (response, _, random) => ({
    ...response,
    task_type: random.pick(["RETRIEVE", "MUTATE", "NAVIGATE", "", "click"]),
  }),
  "other status": (response, _, random) => ({
    ...response,
    status: random.pick(["SUCCESS", "NOT_FOUND_ERROR", "UNKNOWN_ERROR", "success!", "^.*$"]),
  }),
  "status of another kind": (response, _, random) => ({
    ...response,
    status: random.pick([null, 1, ["SUCCESS"]]),
  }),
  "with more fields": (response) => ({ ...response, confidence: 0.5, error_details: "none" }),
};

function without(response: Response, name: string): Response {
  return Object.fromEntries(Object.entries(response).filter(([key]) => key !== name));
}

const LISTS: Record<string, (list: unknown[], random: Random) => unknown> = {
  reordered: (list, random) => random.shuffle(list),
  shorter: (list, random) => list.filter((_, index) => index !== random.int(list.length)),
  longer: (list, random) => [...list, random.pick(["another", 17, { a: 1 }, null])],
  "twice the same": (list) => [...list, list[0]],
  "without a list": (list) => list[0],
  "as JSON text": (list) => JSON.stringify(list),
  nothing: (_, random) => random.pick([null, [], "", {}, [null], [""], 0, false]),
  "one list deeper": (list) => [list],
};

function varyResponse(task: VerifiedTask, random: Random): VerifiedEpisode {
  const gold = goldEpisode(task);
  const response = goldResponse(task);
  const data = response["retrieved_data"];
  const make = (name: string, changed: Response | string): VerifiedEpisode => ({
    ...gold,
    name,
    response: typeof changed === "string" ? changed : toJson(changed, random),
  });
  if (!Array.isArray(data) || random.int(4) === 0) {
    const name = random.pick(Object.keys(FORMS));
    return make(name, FORMS[name]?.(response, task, random) ?? "");
  }
  if (random.int(4) === 0) {
    const name = random.pick(Object.keys(LISTS));
    return make(name, { ...response, retrieved_data: LISTS[name]?.(data, random) });
  }
  const at = random.int(data.length);
  const [check] = task.eval;
  const schema =
    check?.evaluator === "AgentResponseEvaluator" ? check.results_schema.items : undefined;
  const { name, value } = varyItem(data[at], schema ?? {}, random);
  return make(name, {
    ...response,
    retrieved_data: data.map((item, index) => (index === at ? value : item)),
  });
}

function varyItem(
  item: unknown,
  schema: ValueSchema,
  random: Random,
): { name: string; value: unknown } {
  if (typeof item !== "object" || item === null)
    return varyValue(item, schema.format ?? schema.type ?? "string", random);
  if (Array.isArray(item)) {
    const inner = varyItem(item[0], schema.items ?? {}, random);
    return {
      name: inner.name,
      value: random.pick([
        [inner.value, ...item.slice(1)],
        item.toReversed(),
        item.slice(1),
        item[0],
      ]),
    };
  }
  if (schema.format === "coordinates") return varyValue(item, "coordinates", random);
  if (random.int(5) === 0) return random.pick(varyRecord(item as Response));
  const names = Object.keys(item);
  const field = random.pick(names);
  const { name, value } = varyItem(
    (item as Response)[field],
    schema.properties?.[field] ?? {},
    random,
  );
  return { name, value: { ...item, [field]: value } };
}

function varyRecord(item: Response): { name: string; value: unknown }[] {
  const [[first, held] = ["", null], ...rest] = Object.entries(item);
  return [
    { name: "one field more", value: { ...item, note: "x" } },
    { name: "one field less", value: Object.fromEntries(rest) },
    {
      name: "other name of a field",
      value: { ...Object.fromEntries(rest), [first.toUpperCase()]: held },
    },
    { name: "record as text", value: JSON.stringify(item) },
    { name: "field without value", value: { ...item, [first]: null } },
    { name: "record as list", value: Object.values(item) },
  ];
}

/** Some numbers are written with a decimal point, as languages with floats do. */
function toJson(response: Response, random: Random): string {
  const text = JSON.stringify(response);
  return random.int(4) === 0 ? text.replaceAll(/([[,:])(-?\d+)(?=[\],}])/gu, "$1$2.0") : text;
}
