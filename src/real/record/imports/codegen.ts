/**
 * JSON Lines of Playwright's codegen: actions with locators, and no pages. A page of the result holds the acted-on element
 * alone; `dreamgym replay --out` turns it into a whole recording.
 */

import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Action } from "../../../core/action.ts";
import type { Observation, PageNode } from "../../../core/observation.ts";
import type { RankedReference } from "../../../core/ranked-reference.ts";
import type { Transition } from "../../../core/trajectory.ts";
import { parseJsonLine } from "../../../store/json-lines.ts";
import { splitJsonLines } from "../../../store/json-text.ts";
import { type ImportFormat, toTrajectory } from "./import-format.ts";

const LocatorSchema = z.object({
  kind: z.string(),
  body: z.string().optional(),
  options: z.object({ name: z.string().optional() }).optional(),
  next: z.unknown().optional(),
});
const LineSchema = z.object({
  name: z.string(),
  url: z.string().optional(),
  selector: z.string().optional(),
  locator: LocatorSchema.optional(),
  text: z.string().optional(),
  key: z.string().optional(),
  button: z.string().optional(),
  modifiers: z.number().optional(),
  clickCount: z.number().optional(),
  options: z.array(z.string()).optional(),
  signals: z.array(z.object({ name: z.string() })).optional(),
});
type Line = z.infer<typeof LineSchema>;

/** Bits of Playwright's recorder. */
const MODIFIERS = ["Alt", "Control", "Meta", "Shift"];
/** Lines that are not actions: a check, or what opens and closes by itself. */
const SILENT = new Set([
  "openPage",
  "assertText",
  "assertValue",
  "assertChecked",
  "assertVisible",
  "assertSnapshot",
]);
const REF = "1";

export const codegenFormat: ImportFormat = {
  summary: "JSON Lines of Playwright's codegen",
  lacks: "pages, observations, requests and scores: `dreamgym replay --out` adds them",
  fits: (path) => path.endsWith(".jsonl"),
  read(path) {
    const lines = splitJsonLines(readFileSync(path, "utf8")).flatMap(({ line, number }) => {
      // The first line describes the browser.
      if (number === 1 && !line.includes('"name"')) return [];
      return [parseJsonLine(line, LineSchema, `${path}:${number}`)];
    });
    const losses: string[] = [];
    const transitions: Transition[] = [];
    let url = "";
    for (const line of lines) {
      if (line.name === "navigate" && url === "") {
        url = line.url ?? "";
        continue;
      }
      if (SILENT.has(line.name)) {
        if (line.name !== "openPage") losses.push(`An ${line.name} is left out.`);
        continue;
      }
      const step = toTransition(line, url);
      if (step === null) losses.push(`A ${line.name} is left out.`);
      else transitions.push(step);
      if (line.name === "navigate") url = line.url ?? url;
    }
    const end = pageWith(url, null);
    transitions.push({
      observation: end,
      action: { kind: "stop", answer: "" },
      reward: 0,
      requests: [],
    });
    const trajectory = toTrajectory({
      path,
      taskId: "",
      goal: "",
      source: "human",
      actor: "codegen",
      transitions,
      finalObservation: end,
    });
    return { trajectory, losses };
  },
};

function toTransition(line: Line, url: string): Transition | null {
  const action = actionOf(line);
  if (action === null) return null;
  const reference = "ref" in action ? referenceOf(line) : null;
  return {
    observation: pageWith(url, "ref" in action ? nodeOf(line) : null),
    action,
    reward: 0,
    requests: [],
    ...(reference && { element: { frames: [], references: [reference] } }),
  };
}

function actionOf(line: Line): Action | null {
  const { name, text = "", key = "", options = [], clickCount = 1, button, modifiers = 0 } = line;
  const held = MODIFIERS.filter((_name, bit) => (modifiers & (1 << bit)) !== 0).join("+");
  switch (name) {
    case "navigate":
      return line.url === undefined ? null : { kind: "goto", url: line.url };
    case "click":
      return {
        kind: "click",
        ref: REF,
        ...(clickCount > 1 && { double: true }),
        ...((button === "right" || button === "middle") && { button }),
        ...(held !== "" && { modifiers: held }),
      };
    case "hover":
      return { kind: "hover", ref: REF };
    case "fill":
      return { kind: "type", ref: REF, text, submit: false };
    case "press":
      return { kind: "press", keys: held === "" ? key : `${held}+${key}` };
    case "select":
      return options[0] === undefined ? null : { kind: "select", ref: REF, option: options[0] };
    case "check":
    case "uncheck":
      return { kind: "check", ref: REF, checked: name === "check" };
    case "closePage":
      return null;
    default:
      return null;
  }
}

/** The locator as one of our ways; otherwise its selector, if that is CSS. */
function referenceOf({ locator, selector = "" }: Line): RankedReference | null {
  const found = { unique: true, index: 0 };
  const body = locator?.body ?? "";
  switch (locator?.kind) {
    case "role":
      return { by: "role", role: body, name: locator.options?.name ?? "", ...found };
    case "label":
    case "placeholder":
      return { by: "label", text: body, ...found };
    case "test-id":
      return { by: "testId", attribute: "data-testid", value: body, ...found };
    case "text":
      // The observation's text says the same.
      return null;
    default:
      return selector === "" || selector.startsWith("internal:")
        ? null
        : { by: "css", selector, ...found };
  }
}

function pageWith(url: string, node: Pick<PageNode, "role" | "name"> | null): Observation {
  const nodes = node === null ? [] : [{ ref: REF, ...node, states: {}, depth: 0 }];
  return { url, title: "", nodes, tabs: [], lastActionError: null };
}

/** The element as an observation would show it, as far as its locator says. */
function nodeOf({ locator }: Line): Pick<PageNode, "role" | "name"> {
  const { kind, body = "", options } = locator ?? {};
  if (kind === "role") return { role: body, name: options?.name ?? "" };
  if (kind === "text") return { role: "StaticText", name: body };
  return { role: "generic", name: kind === "label" || kind === "placeholder" ? body : "" };
}
