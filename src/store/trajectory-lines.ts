/** The lines of a trajectory file: a header, one line per transition, and an end. */

import { z } from "zod";
import { RecordingError } from "../core/errors.ts";
import {
  type Trajectory,
  TrajectorySchema,
  type Transition,
  TransitionSchema,
} from "../core/trajectory.ts";
import { parseJsonLine } from "./json-lines.ts";
import { splitJsonLines, toJsonLine } from "./json-text.ts";

/**
 * Rises when a reader of the old format cannot read the new one. Version 2 adds `thought` and `failedPart`, version 3
 * adds `errorCode` and two failed parts. Version 4 adds what a recorder knows of a step, parse failures and tokens.
 */
const TRAJECTORY_VERSION = 4;
/** Files of every version stay readable. */
const READABLE_VERSIONS = [1, 2, 3, TRAJECTORY_VERSION];

const { id, taskId, goal, templateId, world, source, actor, seed, ...ending } =
  TrajectorySchema.shape;
const { transitions: _transitions, startRequests, ...end } = ending;

const HeaderLineSchema = z.strictObject({
  kind: z.literal("header"),
  version: z.literal(READABLE_VERSIONS, {
    error: ({ input }) =>
      `expected ${READABLE_VERSIONS.slice(0, -1).join(", ")} or ${TRAJECTORY_VERSION}, got ${JSON.stringify(input) ?? "none"}. A newer dreamgym may have written the file: update dreamgym.`,
  }),
  id,
  taskId,
  goal,
  templateId,
  world,
  source,
  actor,
  seed,
  startRequests,
});
const TransitionLineSchema = TransitionSchema.extend({ kind: z.literal("transition") });
export const EndLineSchema = z.strictObject({
  kind: z.literal("end"),
  /** Number of transition lines, so that a reader notices missing ones. */
  steps: z.int().min(0),
  ...end,
});

/** What is known when an episode begins. */
export type TrajectoryHeader = Omit<z.infer<typeof HeaderLineSchema>, "kind" | "version">;
/** What is known when it ends. */
export type TrajectoryEnding = Omit<Trajectory, keyof TrajectoryHeader | "transitions">;

type Line<Schema extends z.ZodType> = z.input<Schema>;

export function headerLine(header: TrajectoryHeader): Line<typeof HeaderLineSchema> {
  return { kind: "header", version: TRAJECTORY_VERSION, ...header };
}

/** Log-probabilities that are not finite are left out: JSON cannot hold them, and they stand for unknown ones. */
export function transitionLine({
  logprob,
  tokens,
  ...transition
}: Transition): Line<typeof TransitionLineSchema> {
  return {
    kind: "transition",
    ...transition,
    ...(logprob !== undefined && Number.isFinite(logprob) && { logprob }),
    ...(tokens !== undefined && {
      tokens: tokens.logProbs.every(Number.isFinite) ? tokens : { ...tokens, logProbs: [] },
    }),
  };
}

export function endLine(steps: number, ending: TrajectoryEnding): Line<typeof EndLineSchema> {
  return { kind: "end", steps, ...ending };
}

export function toLines(trajectory: Trajectory, path: string): string {
  const header: Record<string, unknown> = {};
  const ending: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(trajectory))
    if (key !== "transitions" && value !== undefined)
      (key in HeaderLineSchema.shape ? header : ending)[key] = value;
  const { transitions } = trajectory;
  return [
    headerLine(header as TrajectoryHeader),
    ...transitions.map(transitionLine),
    endLine(transitions.length, ending as unknown as TrajectoryEnding),
  ]
    .map((line, index) => toJsonLine(line, `${path}:${index + 1}`))
    .join("");
}

/** A file without its end, as a killed recorder leaves it. A torn last line does not count. */
export function parseUnfinished(
  text: string,
  path: string,
): { header: TrajectoryHeader; transitions: Transition[] } {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const [first, ...others] = splitJsonLines(whole);
  const {
    kind: _header,
    version: _version,
    ...header
  } = parseJsonLine(first?.line ?? "", HeaderLineSchema, `${path}:${first?.number ?? 1}`);
  const transitions = others.map(({ line, number }) => {
    const { kind: _kind, ...transition } = parseJsonLine(
      line,
      TransitionLineSchema,
      `${path}:${number}`,
    );
    return transition;
  });
  return { header, transitions };
}

/** JSON Schema (draft 2020-12) of a line, for readers in other languages. It is kept in docs/schemas. */
export function trajectoryJsonSchema(): object {
  const { $schema, ...lines } = z.toJSONSchema(
    z.union([HeaderLineSchema, TransitionLineSchema, EndLineSchema]),
    { io: "input" },
  );
  return {
    $schema,
    $id: `urn:dreamgym-web:trajectory:${TRAJECTORY_VERSION}`,
    title: "A line of a trajectory",
    description:
      "A file has a header line, a transition line for each step, and an end line. Each line is one JSON object.",
    ...lines,
  };
}

/** @throws RecordingError with file and line of the first fault */
export function parseTrajectory(text: string, path: string): Trajectory {
  const lines = splitJsonLines(text);
  const parse = <T>(at: { line: string; number: number } | undefined, schema: z.ZodType<T>): T =>
    parseJsonLine(at?.line ?? "", schema, `${path}:${at?.number ?? lines.length + 1}`);
  const { kind: _header, version: _version, ...header } = parse(lines[0], HeaderLineSchema);
  const transitions = lines.slice(1, -1).map((line) => {
    const { kind: _kind, ...transition } = parse(line, TransitionLineSchema);
    return transition;
  });
  const { kind: _end, steps, ...ending } = parse(lines.slice(1).at(-1), EndLineSchema);
  if (steps !== transitions.length) {
    throw new RecordingError(
      `${path}: expected ${steps} transition lines, got ${transitions.length}. Delete the file to record it again.`,
    );
  }
  return { ...header, transitions, ...ending };
}
