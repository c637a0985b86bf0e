/**
 * `verified` gives the reference's verdicts. There an agent that answers `^.*$`, or a list of guesses, passes where a
 * text is expected. `strict` takes neither from an agent.
 */
export const PROFILES = ["verified", "strict"] as const;
export type Profile = (typeof PROFILES)[number];
