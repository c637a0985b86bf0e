/** A trajectory as the recording of Chrome DevTools' Recorder, which `@puppeteer/replay` plays. */

import { referTo } from "../../../core/element-reference.ts";
import type { PageNode } from "../../../core/observation.ts";
import type { RankedReference, RecordedElement } from "../../../core/ranked-reference.ts";
import type { Trajectory, Transition } from "../../../core/trajectory.ts";
import type { Rendered } from "./export-format.ts";
import { positionSelector } from "./playwright-locator.ts";

type Step = Record<string, unknown> & { type: string };

const VIEWPORT: Step = {
  type: "setViewport",
  width: 1280,
  height: 720,
  deviceScaleFactor: 1,
  isMobile: false,
  hasTouch: false,
  isLandscape: false,
};

export function toPuppeteerReplay(trajectory: Trajectory): Rendered {
  const { goal, id, transitions, finalObservation } = trajectory;
  const losses: string[] = [];
  const { url, tabs } = transitions[0]?.observation ?? finalObservation;
  if (tabs.length > 1) losses.push(`Only the current one of ${tabs.length} start pages is opened.`);
  const steps: Step[] = [VIEWPORT, { type: "navigate", url }];
  for (const transition of transitions) {
    const own = stepsOf(transition);
    if (typeof own === "string") losses.push(own);
    else steps.push(...own);
  }
  const text = `${JSON.stringify({ title: goal === "" ? id : goal, steps }, null, 2)}\n`;
  return { text, losses };
}

/** A sentence: the step is lost. */
function stepsOf({ action, observation, element }: Transition): Step[] | string {
  const { nodes } = observation;
  const target = "ref" in action ? targetOf(element, nodes, action.ref) : {};
  if (target === null) return `A ${action.kind} is left out: its element is unknown.`;
  switch (action.kind) {
    case "click":
      if (action.modifiers !== undefined) return "A click with held keys is left out.";
      return [
        {
          type: action.double ? "doubleClick" : "click",
          ...target,
          offsetX: 1,
          offsetY: 1,
          ...(action.button && { button: action.button === "right" ? "secondary" : "auxiliary" }),
        },
      ];
    case "check":
      return [{ type: "click", ...target, offsetX: 1, offsetY: 1 }];
    case "hover":
      return [{ type: "hover", ...target }];
    case "type":
      return [
        { type: "change", ...target, value: action.text },
        ...(action.submit ? keySteps("Enter") : []),
      ];
    case "select":
      return [{ type: "change", ...target, value: action.option }];
    case "press":
      return keySteps(action.keys);
    case "scroll": {
      const way = (action.direction === "down" ? 1 : -1) * (action.pixels ?? 720);
      return [{ type: "scroll", x: 0, y: way }];
    }
    case "goto":
      return [{ type: "navigate", url: action.url }];
    case "stop":
      return action.answer === ""
        ? []
        : [{ type: "customStep", name: "answer", parameters: { answer: action.answer } }];
    default:
      return `A ${action.kind} is left out: the format has no such step.`;
  }
}

function keySteps(keys: string): Step[] {
  const all = keys.split("+").map((key) => key || "+");
  return [
    ...all.map((key) => ({ type: "keyDown", key })),
    ...all.toReversed().map((key) => ({ type: "keyUp", key })),
  ];
}

/** Each way to find the element is a selector of its own. Frames have numbers there, which nobody recorded. */
function targetOf(
  element: RecordedElement | undefined,
  nodes: readonly PageNode[],
  ref: string,
): { selectors: string[][] } | null {
  if (element !== undefined && element.frames.length > 0) return null;
  const selectors = (element?.references ?? []).flatMap((reference) => selectorOf(reference));
  if (selectors.length > 0) return { selectors: selectors.map((selector) => [selector]) };
  const reference = referTo({ nodes }, ref);
  if (reference === null || reference.name === "") return null;
  const { role, name } = reference;
  return role === "StaticText"
    ? { selectors: [[`text/${name}`]] }
    : { selectors: [[`aria/${name}[role="${role}"]`], [`aria/${name}`]] };
}

/** Only ways that found one element: these selectors take the first. */
function selectorOf(reference: RankedReference): string[] {
  if (!reference.unique && reference.index > 0) return [];
  switch (reference.by) {
    case "role":
      return reference.name === "" ? [] : [`aria/${reference.name}[role="${reference.role}"]`];
    case "label":
      return [`aria/${reference.text}`];
    case "testId":
      return [`[${reference.attribute}=${JSON.stringify(reference.value)}]`];
    case "text":
      return [`text/${reference.text}`];
    case "css":
      return [
        reference.selector.includes(" >> ")
          ? `pierce/${reference.selector.split(" >> ").at(-1)}`
          : reference.selector,
      ];
    case "position":
      return reference.path.includes("shadow") ? [] : [positionSelector(reference.path)];
  }
}
