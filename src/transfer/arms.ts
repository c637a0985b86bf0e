/** The ways of training to compare. All start from the same offline data. Each differs from the next in one thing. */

export type ArmName =
  | "bc"
  | "bc-real"
  | "dream"
  | "dream-real"
  | "placebo"
  | "placebo-real"
  | "real-scratch";

/** Where an arm trains without real interactions. */
type Imagination = "dream" | "placebo" | null;

export interface Arm {
  name: ArmName;
  /** Starts from the behaviour-cloned checkpoint; otherwise from random weights. */
  cloned: boolean;
  imagination: Imagination;
  /** Continues with RL in real browsers. */
  real: boolean;
  /** One line for the report. */
  description: string;
}

export const ARMS: readonly Arm[] = [
  {
    name: "bc",
    cloned: true,
    imagination: null,
    real: false,
    description: "behaviour cloning of the offline demonstrations",
  },
  {
    name: "bc-real",
    cloned: true,
    imagination: null,
    real: true,
    description: "bc, then RL in real browsers: the arm to beat",
  },
  {
    name: "dream",
    cloned: true,
    imagination: "dream",
    real: false,
    description: "bc, then RL in the dream, without further real steps",
  },
  {
    name: "dream-real",
    cloned: true,
    imagination: "dream",
    real: true,
    description: "dream, then RL in real browsers",
  },
  {
    name: "placebo",
    cloned: true,
    imagination: "placebo",
    real: false,
    description: "like dream, but each request gets another request's answer: a control",
  },
  {
    name: "placebo-real",
    cloned: true,
    imagination: "placebo",
    real: true,
    description: "placebo, then RL in real browsers",
  },
  {
    name: "real-scratch",
    cloned: false,
    imagination: null,
    real: true,
    description: "RL in real browsers from random weights",
  },
];

/** The arm that `arm` continues with real RL: `dream-real` begins where `dream` ends. Null for arms without real RL. */
export function warmStartOf(arm: Arm): ArmName | "scratch" | null {
  if (!arm.real) return null;
  if (!arm.cloned) return "scratch";
  return arm.imagination ?? "bc";
}
