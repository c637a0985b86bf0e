import { describe, expect, it } from "vitest";
import { type BreakerLimits, createBreaker } from "./circuit-breaker.ts";
import { EvaluatorError, SiteError } from "./errors.ts";
import type { FailedPart } from "./trajectory.ts";

/** Notes episodes until the breaker throws. @returns how many were noted, and the error */
function note(limits: BreakerLimits, episodes: readonly (FailedPart | null)[]) {
  const breaker = createBreaker(limits);
  for (const [index, part] of episodes.entries()) {
    try {
      breaker.note(part === null ? null : { part, reason: "gone" });
    } catch (error) {
      return { noted: index + 1, error };
    }
  }
  return { noted: episodes.length, error: null };
}

/** `count` good episodes. */
const good = (count: number): null[] => Array.from({ length: count }, () => null);

describe("the breaker by share", () => {
  const maxFailureShare = { parts: ["env", "evaluator"] as const, share: 0.05, minEpisodes: 20 };

  it("stops above the share, and not at it", () => {
    expect(note({ maxFailureShare }, [...good(19), "env"])).toMatchObject({
      noted: 20,
      error: null,
    });
    const { noted, error } = note({ maxFailureShare }, [...good(19), "env", "evaluator", null]);
    expect(noted).toBe(21);
    expect(error).toBeInstanceOf(EvaluatorError);
    expect((error as Error).message).toBe(
      'The checks failed in 2 of 21 episodes. The last error was "gone". Check the judge, then start again: the work resumes where it stopped.',
    );
  });

  it("says nothing about few episodes", () => {
    expect(note({ maxFailureShare }, ["env", null, "env", null]).error).toBeNull();
    expect(note({ maxFailureShare }, ["env", null, "env", ...good(16), "env"])).toMatchObject({
      noted: 20,
      error: expect.any(SiteError) as SiteError,
    });
  });

  it("looks at the share after each episode, also after a good one", () => {
    expect(note({ maxFailureShare }, ["env", null, "env", ...good(30)])).toMatchObject({
      noted: 20,
      error: expect.any(SiteError) as SiteError,
    });
  });

  it("does not count the agent's own failures and limits", () => {
    const failures = Array.from({ length: 30 }, (_, i): FailedPart => (i % 2 ? "policy" : "limit"));
    expect(note({ maxFailureShare }, failures).error).toBeNull();
  });
});

describe("the breaker in a row", () => {
  it("counts each part separately, and a good episode ends the row", () => {
    const maxFailuresInARow = { env: 2, evaluator: 2 };
    expect(note({ maxFailuresInARow }, ["env", null, "env", "evaluator", "env"]).error).toBeNull();
    expect(note({ maxFailuresInARow }, ["evaluator", "evaluator"])).toMatchObject({
      noted: 2,
      error: expect.any(EvaluatorError) as EvaluatorError,
    });
  });
});
