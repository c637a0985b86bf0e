/**
 * The page as a prompt shows it: one of four text forms, within a budget of tokens. A page that is too long is shown in
 * parts, and `scroll` moves from one to the next, so an agent reaches every element in every world.
 */

import type { Observation } from "../../core/observation.ts";
import type { PolicyInput } from "../../core/policy.ts";
import { renderBrowserGymText } from "../../page/browsergym-text.ts";
import { renderAriaSnapshot, renderWebArenaText } from "../../page/render-observation.ts";
import { webRlLines } from "../../page/webrl-page.ts";
import { makeHarmless } from "../../page/untrusted-text.ts";

export const OBSERVATION_FORMS = ["webarena", "browsergym", "webrl", "aria"] as const;
export type ObservationForm = (typeof OBSERVATION_FORMS)[number];

/** Close to the mean of English in GPT-like tokenisers. */
const CHARACTERS_PER_TOKEN = 4;

export interface PageTextOptions {
  form: ObservationForm;
  maxTokens: number;
}

export function writePage(input: PolicyInput, { form, maxTokens }: PageTextOptions): string {
  const [head, lines] = renderLines(input.observation, form);
  const room = Math.max(200, maxTokens * CHARACTERS_PER_TOKEN - head.length);
  const parts = splitIntoParts(lines, room);
  const shown = Math.min(partOf(input), parts.length - 1);
  const { start, end } = parts[shown] as Part;
  const above = start === 0 ? [] : [`… ${start} lines above: scroll up shows them`];
  const left = lines.length - end;
  const below = left === 0 ? [] : [`… ${left} lines below: scroll down shows them`];
  return [head, ...above, ...lines.slice(start, end), ...below].join("\n");
}

/** Title and address, and a line for each node. A browser's own text in WebArena's form is shown as it is. */
function renderLines(observation: Observation, form: ObservationForm): [string, string[]] {
  const { url, tabs, text } = observation;
  const open = tabs.map(
    ({ title, active }, index) =>
      `Tab ${index}${active ? " (current)" : ""}: ${title.replaceAll(/\s+/gu, " ")}`,
  );
  const head = makeHarmless([open.join(" | "), `URL: ${url}`].join("\n"));
  return [head, makeHarmless(body()).split("\n")];

  function body(): string {
    if (form === "webrl") return webRlLines(observation).join("\n");
    if (form === "browsergym") return renderBrowserGymText(observation);
    const whole =
      form === "aria"
        ? renderAriaSnapshot(observation)
        : (text ?? renderWebArenaText(observation)).replace(/^Tab [^\n]*\n\n/u, "");
    return form === "aria" ? whole.slice(whole.indexOf("\n") + 1) : whole;
  }
}

interface Part {
  start: number;
  /** Behind the last line. */
  end: number;
}

/** Parts of whole lines, each as long as fits. A line that fits nowhere is a part of its own. */
function splitIntoParts(lines: readonly string[], room: number): Part[] {
  const parts: Part[] = [];
  let [start, length] = [0, 0];
  for (const [index, line] of lines.entries()) {
    if (index > start && length + line.length + 1 > room) {
      parts.push({ start, end: index });
      [start, length] = [index, 0];
    }
    length += line.length + 1;
  }
  return [...parts, { start, end: lines.length }];
}

/** How many parts the agent has scrolled down since it came to this address. */
function partOf({ history, observation }: PolicyInput): number {
  let part = 0;
  const here = history.findLastIndex((step) => step.observation.url !== observation.url) + 1;
  for (const { action } of history.slice(here))
    if (action.kind === "scroll") part = Math.max(0, part + (action.direction === "down" ? 1 : -1));
  return part;
}
