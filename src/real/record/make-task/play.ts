/** What one play of a recording came to: the recording itself, a repeat of it, or a look at the start pages alone. */

import type { EpisodeOutcome, Evaluator } from "../../../core/evaluator.ts";
import type { Score } from "../../../core/score.ts";
import { answerOf, type Trajectory } from "../../../core/trajectory.ts";
import { readLocator } from "../../../evaluation/read-locator.ts";

/** The text of a page as a check reads it. */
export const PAGE_TEXT = "document.querySelector('body').outerText";

/** The part of an outcome that stays when the browser is gone. */
export type KeptOutcome = Omit<EpisodeOutcome, "probe">;

export interface Play {
  outcome: KeptOutcome;
  trajectory: Trajectory;
}

/** A recording needs no replay: it holds its requests and its last page. */
export function playOfRecording(trajectory: Trajectory): Play {
  const { transitions, startRequests, finalObservation } = trajectory;
  const finalPage = trajectory.finalPage ?? { url: finalObservation.url, html: "" };
  return {
    trajectory,
    outcome: {
      answer: answerOf(trajectory),
      finalUrl: finalObservation.url,
      finalPage,
      finalMarkup: finalPage.html,
      requests: [...startRequests, ...transitions.flatMap(({ requests }) => requests)],
    },
  };
}

/** The lines that the last page shows. */
export function linesOf({ finalPage }: KeptOutcome): string[] {
  const lines = readLocator(PAGE_TEXT, finalPage)
    .split(/[\n\t]+/u)
    .map((line) => line.replaceAll(/\s+/gu, " ").trim());
  return [...new Set(lines)].filter((line) => line !== "");
}

/** An evaluator that also keeps what it saw, and the score of the same outcome with an empty answer. */
export interface Witness extends Evaluator {
  /** Of the last episode that ended. */
  readonly seen: SeenEpisode | null;
}

export interface SeenEpisode {
  outcome: KeptOutcome;
  withoutAnswer: Score;
  /** Where the last page's pictures, styles and scripts came from. */
  origins: readonly string[];
}

/** Where a page loaded its parts from. */
const LOADED = "performance.getEntriesByType('resource').map(entry => entry.name)";

export function createWitness(evaluator: Evaluator): Witness {
  let seen: SeenEpisode | null = null;
  return {
    get seen() {
      return seen;
    },
    async evaluate(task, outcome) {
      const score = await evaluator.evaluate(task, outcome);
      const withoutAnswer = await evaluator.evaluate(task, { ...outcome, answer: "" });
      const loaded = await outcome.probe.visit?.(null, (page) => page.evaluate(LOADED));
      const { probe: _probe, ...kept } = outcome;
      seen = { outcome: kept, withoutAnswer, origins: originsIn(loaded) };
      return score;
    },
  };
}

function originsIn(loaded: unknown): string[] {
  const { value } = (loaded as { value?: { value?: unknown } } | undefined)?.value ?? {};
  const urls = Array.isArray(value) ? value.map(String) : [];
  return [
    ...new Set(urls.filter((url) => /^https?:/u.test(url)).map((url) => new URL(url).origin)),
  ];
}
