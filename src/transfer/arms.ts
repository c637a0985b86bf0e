/** The ways of training to compare. All start from the same offline data. Each differs from the next in one thing. */

export const ARM_NAMES = [
  "bc",
  "bc-real",
  "dream",
  "dream-real",
  "dream-coevolve",
  "placebo",
  "placebo-real",
  "search-real",
  "real-scratch",
  "oracle",
  "agent",
] as const;
export type ArmName = (typeof ARM_NAMES)[number];

/** Where an arm trains before its real steps. `truth`: in the true world, unpaid, which nobody has. */
type Imagination = "dream" | "placebo" | "truth";

/**
 * How an arm spends real steps: on RL; on RL between which the dream learns what the rollouts met and is searched
 * again; or on searching the real sites.
 */
type RealPhase = "rl" | "coevolve" | "search";

export interface Arm {
  name: ArmName;
  /** Starts from the behaviour-cloned checkpoint; otherwise from random weights. */
  cloned: boolean;
  imagination: Imagination | null;
  /** Null: no real training step. */
  real: RealPhase | null;
  /** One line for the report. */
  description: string;
}

export const ARMS: readonly Arm[] = [
  {
    name: "bc",
    cloned: true,
    imagination: null,
    real: null,
    description: "behaviour cloning of the offline demonstrations",
  },
  {
    name: "bc-real",
    cloned: true,
    imagination: null,
    real: "rl",
    description: "bc, then RL on the real sites: the arm to beat",
  },
  {
    name: "dream",
    cloned: true,
    imagination: "dream",
    real: null,
    description: "bc, then search and RL in the dream, without further real steps",
  },
  {
    name: "dream-real",
    cloned: true,
    imagination: "dream",
    real: "rl",
    description: "dream, then RL on the real sites",
  },
  {
    name: "dream-coevolve",
    cloned: true,
    imagination: "dream",
    real: "coevolve",
    description: "dream-real, whose rollouts enter the dream, which is searched again",
  },
  {
    name: "placebo",
    cloned: true,
    imagination: "placebo",
    real: null,
    description: "like dream, but each request gets another request's answer: a control",
  },
  {
    name: "placebo-real",
    cloned: true,
    imagination: "placebo",
    real: "rl",
    description: "placebo, then RL on the real sites",
  },
  {
    name: "search-real",
    cloned: true,
    imagination: null,
    real: "search",
    description: "bc, then the dream's search on the real sites, paid for in real steps",
  },
  {
    name: "real-scratch",
    cloned: false,
    imagination: null,
    real: "rl",
    description: "RL on the real sites from random weights",
  },
  {
    name: "oracle",
    cloned: true,
    imagination: "truth",
    real: null,
    description: "the same search in the true world, unpaid: the ceiling, never part of a claim",
  },
  {
    name: "agent",
    cloned: false,
    imagination: null,
    real: null,
    description: "the agent of --agent as it is: evaluated, and trained on nothing here",
  },
];

/** The arms of a comparison that names none. The others cost more than a newcomer wants to wait for. */
export const DEFAULT_ARMS: readonly ArmName[] = [
  "bc",
  "bc-real",
  "dream",
  "dream-real",
  "placebo",
  "placebo-real",
  "real-scratch",
];

export function armNamed(name: string): Arm {
  const arm = ARMS.find((candidate) => candidate.name === name);
  if (arm === undefined)
    throw new RangeError(`Expected an arm out of ${ARM_NAMES.join(", ")}, got ${name}.`);
  return arm;
}

/** The arm that `arm` continues on the real sites: `dream-real` begins where `dream` ends. Null without a real phase. */
export function warmStartOf(arm: Arm): "bc" | "dream" | "placebo" | "scratch" | null {
  if (arm.real === null) return null;
  if (!arm.cloned) return "scratch";
  return arm.imagination === "dream" || arm.imagination === "placebo" ? arm.imagination : "bc";
}

/** The named arms and those that they need: `bc`, their warm starts, and the dream that a placebo has to equal. */
export function withNeeded(names: readonly ArmName[]): Arm[] {
  const needed = new Set<string>(names);
  for (const name of names) needed.add(warmStartOf(armNamed(name)) ?? name);
  if (needed.has("placebo")) needed.add("dream");
  needed.add("bc");
  return ARMS.filter(({ name }) => needed.has(name));
}
