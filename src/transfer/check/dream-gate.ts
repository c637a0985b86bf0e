/** The gate: whether a dream is true enough to train in, and if not, what to record. */

import { z } from "zod";
import { DreamgymError } from "../../core/errors.ts";
import type { Share } from "../../synthetic/measure/share.ts";
import type { DreamMeasures } from "./dream-measures.ts";
import type { WeakSpot } from "./weak-spots.ts";

const share = z.number().min(0).max(1);

/**
 * The defaults are lenient: they stop a dream that is mostly wrong, not one that is merely far from good. A share
 * fails only if its whole 95 % interval lies beyond the threshold, so few cases stop nothing.
 */
export const DreamGateSchema = z.strictObject({
  enabled: z.boolean().default(true).describe("false: measure and report, but never stop"),
  walks: z
    .int()
    .min(1)
    .default(200)
    .describe("recorded states to dream from, at most; each takes a fraction of a second"),
  minLooksRight: share
    .default(0.2)
    .describe("least share of actions after which the page looks right"),
  maxWrongUnderSurface: share
    .default(0.5)
    .describe("greatest share of pages that look right and are wrong in what they do not show"),
  minUrlAfterFour: share
    .default(0.3)
    .describe("least share of right URLs after four dreamed actions in a row"),
  maxCalibrationError: share.default(0.35).describe("greatest expected calibration error"),
  minPlansThatHold: share
    .default(0.5)
    .describe("of plans that succeed in the dream: least share that succeeds in reality"),
  minRefusalAgreement: share
    .default(0.5)
    .describe("of actions that the browser refuses: least share that the dream refuses alike"),
});
export type DreamGateConfig = z.infer<typeof DreamGateSchema>;

const RequirementSchema = z.strictObject({
  key: z.string().describe("of the gate's config"),
  what: z.string().describe("the figure in words"),
  limit: z.number(),
  value: z.number().nullable().describe("null: nothing to measure"),
  passed: z.boolean().nullable().describe("null: nothing to measure, which stops nothing"),
});

export const GateResultSchema = z.strictObject({
  enabled: z.boolean(),
  passed: z.boolean().describe("no requirement failed"),
  requirements: z.array(RequirementSchema),
  advice: z
    .array(z.string())
    .describe("what to record, worst first; also where the gate is passed"),
});
export type GateResult = z.infer<typeof GateResultSchema>;

/** A calibration error over fewer answers says little. */
const ENOUGH_ANSWERS = 30;
/** Pieces of advice of each kind. */
const ADVICE = 3;

export function applyGate(config: DreamGateConfig, measures: DreamMeasures): GateResult {
  const { changes, horizons, calibration, plans, contract } = measures;
  const all = changes.find(({ size }) => size === "all");
  const fourth = horizons.find(({ horizon }) => horizon === 4);
  const isCalibrationKnown = calibration.all.answers >= ENOUGH_ANSWERS;
  const requirements = [
    atLeast(config, "minLooksRight", "pages that look right", all?.looksRight),
    atMost(
      config,
      "maxWrongUnderSurface",
      "of these, wrong under the surface",
      all?.wrongUnderSurface,
    ),
    atLeast(config, "minUrlAfterFour", "right URL after four dreamed actions", fourth?.rightUrl),
    {
      key: "maxCalibrationError",
      what: "calibration error",
      limit: config.maxCalibrationError,
      value: calibration.all.error,
      passed: isCalibrationKnown
        ? (calibration.all.error ?? 0) <= config.maxCalibrationError
        : null,
    },
    ...plans.map(({ source, all: { holds } }) =>
      atLeast(config, "minPlansThatHold", `plans that hold in reality (${source})`, holds),
    ),
    ...contract.map(({ source, all: { refusalAgreement } }) =>
      atLeast(
        config,
        "minRefusalAgreement",
        `refusals alike in both worlds (${source})`,
        refusalAgreement,
      ),
    ),
  ];
  return {
    enabled: config.enabled,
    passed: requirements.every(({ passed }) => passed !== false),
    requirements,
    advice: advise(measures),
  };
}

type Requirement = GateResult["requirements"][number];
type Threshold = Exclude<keyof DreamGateConfig, "enabled" | "walks">;

function atLeast(
  config: DreamGateConfig,
  key: Threshold,
  what: string,
  found: Share | undefined,
): Requirement {
  const limit = config[key];
  const passed = found?.ci95 ? found.ci95[1] >= limit : null;
  return { key, what, limit, value: found?.share ?? null, passed };
}

function atMost(
  config: DreamGateConfig,
  key: Threshold,
  what: string,
  found: Share | undefined,
): Requirement {
  const limit = config[key];
  const passed = found?.ci95 ? found.ci95[0] <= limit : null;
  return { key, what, limit, value: found?.share ?? null, passed };
}

function advise({ weakSpots, plans }: DreamMeasures): string[] {
  const of = ({ wrong: { count, of } }: WeakSpot): string => `${count} of ${of} actions`;
  const short = (goal: string): string => (goal.length > 60 ? `${goal.slice(0, 59)}…` : goal);
  const falsePlans = plans
    .flatMap(({ templates }) => templates)
    .filter(({ onlyDream }) => onlyDream.count > 0)
    .toSorted((a, b) => b.onlyDream.count - a.onlyDream.count);
  return [
    ...weakSpots.pages
      .slice(0, ADVICE)
      .map((spot) => `Record more pages like ${spot.site} ${spot.page}: wrong after ${of(spot)}.`),
    ...weakSpots.templates
      .slice(0, ADVICE)
      .map(
        (spot) =>
          `Record more episodes of ${spot.site} template ${spot.templateId} ("${short(spot.goal ?? "")}"): wrong after ${of(spot)}.`,
      ),
    ...falsePlans
      .slice(0, ADVICE)
      .map(
        ({ site, templateId, goal, onlyDream }) =>
          `Record more episodes of ${site} template ${templateId} ("${short(goal)}"): ${onlyDream.count} of ${onlyDream.of} plans succeed only in the dream.`,
      ),
  ];
}

/** The dream is not true enough, so no training may trust it. */
class DreamGateError extends DreamgymError {
  constructor(message: string) {
    super("gate", message);
  }
}

/** @throws DreamGateError naming what failed and what to record, if the gate is enabled */
export function assertGate({ enabled, requirements, advice }: GateResult): void {
  const failed = requirements.filter(({ passed }) => passed === false);
  if (!enabled || failed.length === 0) return;
  throw new DreamGateError(
    `Expected a dream that is true enough to train in, got ${failed.map(describeRequirement).join("; ")}. ${advice.join(" ")} Or lower the threshold in \`gate\` of the config; \`"gate": { "enabled": false }\` trains in any dream.`,
  );
}

export function describeRequirement({ key, what, limit, value, passed }: Requirement): string {
  const isLeast = key.startsWith("min");
  const direction = isLeast ? "at least" : "at most";
  const figure = value === null ? "nothing to measure" : value.toFixed(2);
  const isBeyond = value !== null && (isLeast ? value < limit : value > limit);
  const few = passed === true && isBeyond ? ", from too few cases to fail it" : "";
  return `${what} ${figure}${few} (${direction} ${limit}: ${key})`;
}
