/** How the servers of the Tinker API differ. A user names the profile: nothing in the protocol does. */

export const PROFILE_NAMES = [
  "skyrl-jax",
  "skyrl-train",
  "skyrl-json",
  "tinker",
  "open-rl",
  "twinkle",
] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

export type LossName =
  | "cross_entropy"
  | "importance_sampling"
  | "ppo"
  | "cispo"
  | "gspo"
  | "dppo"
  | "dro";

export interface EngineProfile {
  readonly name: ProfileName;
  /** How `forward_backward` is sent. Replies are read in both forms. */
  readonly encoding: "json" | "protobuf";
  /**
   * How the server adds up losses: `sum` over all tokens; `sequence-mean`: the weighted mean of each sequence, then the
   * mean over all sequences since the last step of the optimiser.
   */
  readonly lossReduction: "sum" | "sequence-mean";
  readonly losses: readonly LossName[];
  /** Keys of the clip range in the configuration of `ppo`. */
  readonly clipKeys: "thresholds" | "clip_range";
  /** Whether it computes log-probabilities without a gradient. */
  readonly hasForward: boolean;
  /** Whether a request may be sent again with the same number without a second effect. */
  readonly idempotentSeq: boolean;
}

const BASE = {
  encoding: "json",
  lossReduction: "sum",
  losses: ["cross_entropy", "importance_sampling", "ppo", "cispo"],
  clipKeys: "thresholds",
  hasForward: true,
  idempotentSeq: true,
} as const;

export const PROFILES: Readonly<Record<ProfileName, EngineProfile>> = {
  /** SkyRL 0.4 and newer takes and gives protobuf alone for training and samples. */
  "skyrl-jax": { ...BASE, name: "skyrl-jax", encoding: "protobuf", lossReduction: "sequence-mean" },
  "skyrl-train": {
    ...BASE,
    name: "skyrl-train",
    encoding: "protobuf",
    losses: [...BASE.losses, "gspo", "dppo"],
  },
  /** SkyRL up to 0.3, with its JAX backend. */
  "skyrl-json": { ...BASE, name: "skyrl-json", lossReduction: "sequence-mean" },
  /** Thinking Machines' own service. Its SDK sends protobuf alone since 0.25. */
  tinker: { ...BASE, name: "tinker", encoding: "protobuf", losses: [...BASE.losses, "dro"] },
  "open-rl": {
    ...BASE,
    name: "open-rl",
    losses: ["cross_entropy", "importance_sampling", "ppo"],
    clipKeys: "clip_range",
    hasForward: false,
    idempotentSeq: false,
  },
  /** It turns any other loss into cross entropy without a word. */
  twinkle: {
    ...BASE,
    name: "twinkle",
    lossReduction: "sequence-mean",
    losses: ["cross_entropy", "importance_sampling"],
    idempotentSeq: false,
  },
};
