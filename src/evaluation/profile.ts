/**
 * Which rules score an episode. `strict`, the default, mends WebArena's known faults. `webarena` repeats them, so that
 * results compare with published ones. docs/webarena.md lists every difference.
 */
export type ScoringProfile = "strict" | "webarena";
