/** The parts of a study: the comparison itself, the same without one thing at a time, and the other sites. */

import type { z } from "zod";
import type { ArmName } from "./arms.ts";
import { type CompareConfig, CompareConfigSchema, PRESETS } from "./compare-config.ts";

type ConfigInput = z.input<typeof CompareConfigSchema>;
type StudyConfig = Omit<ConfigInput, "sites" | "worlds">;

export interface StudyPlan {
  /** The comparison that carries the claim. */
  main: StudyConfig;
  /** Names of what is taken away, one at a time. */
  ablations: readonly string[];
  /** How many of its seeds an ablation repeats. */
  ablationSeeds: number;
  /** How many seeds each other site gets. */
  siteSeeds: number;
}

/** The same comparison without one thing. */
export interface Ablation {
  name: string;
  /** What is missing, for the report. */
  without: string;
  /** The arm that misses it. */
  arm: ArmName;
  change: (config: CompareConfig) => Partial<CompareConfig>;
}

export const ABLATIONS: readonly Ablation[] = [
  {
    name: "no-search",
    without: "search: RL in the dream by sampling alone, with as many dreamed steps",
    arm: "dream",
    change: ({ imagination }) => ({
      imagination: {
        ...imagination,
        search: { ...imagination.search, rounds: 0 },
      },
    }),
  },
  {
    name: "no-curriculum",
    without:
      "curriculum: no solutions are derived by hindsight and analogy, and no variations of tasks",
    arm: "dream",
    change: ({ imagination }) => ({ imagination: { ...imagination, derive: false } }),
  },
  {
    name: "no-certainty",
    without: "evidence: the search follows pages that the dream is unsure of",
    arm: "dream",
    change: ({ imagination }) => ({
      imagination: {
        ...imagination,
        search: {
          ...imagination.search,
          search: { ...imagination.search.search, minCertainty: 0 },
        },
      },
    }),
  },
  {
    name: "no-plan-choice",
    without: "choice among plans: the first plan of each task is cloned",
    arm: "dream",
    change: ({ imagination }) => ({
      imagination: {
        ...imagination,
        search: { ...imagination.search, choice: { ...imagination.search.choice, rounds: 0 } },
      },
    }),
  },
  {
    name: "no-carry-over",
    without: "carrying over: every plan of the search is cloned, also one that no sibling confirms",
    arm: "dream",
    change: ({ imagination }) => ({ imagination: { ...imagination, carryOver: false } }),
  },
  {
    name: "no-enrichment",
    without: "enrichment: the dream learns nothing from real rollouts",
    arm: "dream-coevolve",
    change: ({ real }) => ({ real: { ...real, coevolve: { ...real.coevolve, enrich: false } } }),
  },
  {
    name: "half-the-data",
    without: "half of the offline data",
    arm: "dream",
    change: ({ offline }) => ({ offline: { ...offline, share: 0.5 } }),
  },
  {
    name: "quarter-of-the-data",
    without: "three quarters of the offline data",
    arm: "dream",
    change: ({ offline }) => ({ offline: { ...offline, share: 0.25 } }),
  },
  {
    name: "no-exploration",
    without: "recorded exploration: demonstrations alone",
    arm: "dream",
    change: ({ offline }) => ({ offline: { ...offline, exploration: false } }),
  },
];

/** Real steps after which an arm is evaluated, all of them in Chromium: an evaluation takes as long as 5,000 steps. */
const POINTS = [1000, 4000, 16_000, 40_000];
const { standard, quick } = PRESETS;

export const STUDIES: Record<"quick" | "full", StudyPlan> = {
  full: {
    main: {
      ...standard,
      preset: "study",
      seeds: [1, 2, 3, 4, 5, 6, 7, 8],
      collections: "per-seed",
      arms: [
        "bc-real",
        "dream-real",
        "dream-coevolve",
        "placebo-real",
        "search-real",
        "real-scratch",
        "oracle",
      ],
      imagination: { ...standard.imagination, search: { rounds: 2 } },
      real: {
        ...standard.real,
        steps: 4000,
        stepsOf: { "bc-real": 80_000 },
        world: "text-browser",
      },
      points: POINTS,
    },
    ablations: ABLATIONS.map(({ name }) => name),
    ablationSeeds: 4,
    siteSeeds: 2,
  },
  quick: {
    main: {
      ...quick,
      preset: "study-quick",
      seeds: [1, 2],
      collections: "per-seed",
      arms: ["bc-real", "dream-real", "placebo-real", "search-real"],
      imagination: {
        ...quick.imagination,
        steps: 500,
        search: { rounds: 1, search: { expansions: 150 }, choice: { rounds: 1 } },
      },
      real: {
        ...quick.real,
        steps: 200,
        stepsOf: { "bc-real": 2000 },
        world: "text-browser",
      },
      points: [500],
      evaluate: [{ split: "heldout-world", tasks: 40, points: "all" }],
    },
    ablations: ["no-search", "no-curriculum", "half-the-data"],
    ablationSeeds: 1,
    siteSeeds: 0,
  },
};

/** The config of an ablation: the first seeds of the study, and the arm that misses something. */
export function ablated(
  main: CompareConfig,
  { arm, change }: Ablation,
  seeds: number,
): CompareConfig {
  return CompareConfigSchema.parse({
    ...main,
    ...change(main),
    // What an ablation takes away may be what the gate asks for.
    gate: { ...main.gate, enabled: false },
    arms: [arm],
    seeds: main.seeds.slice(0, seeds),
  });
}

/** The config of a comparison on other sites: what the dream gives there, and the ceiling of it. */
export function onOtherSites(
  main: CompareConfig,
  sites: readonly string[],
  worlds: Readonly<Record<string, number>>,
  seeds: number,
): CompareConfig {
  return CompareConfigSchema.parse({
    ...main,
    sites: [...sites],
    worlds,
    gate: { ...main.gate, enabled: false },
    arms: ["dream", "placebo", "oracle"],
    seeds: main.seeds.slice(0, seeds),
  });
}
