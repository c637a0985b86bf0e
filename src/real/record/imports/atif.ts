/** ATIF trajectories (1.0 to 1.8): our own with their pages as data, others with the text of their pages. */

import { z } from "zod";
import { type Action, ActionSchema } from "../../../core/action.ts";
import { RecordingError } from "../../../core/errors.ts";
import { type Observation, ObservationSchema } from "../../../core/observation.ts";
import { reportIssues } from "../../../core/schema-issues.ts";
import { ScoreSchema } from "../../../core/score.ts";
import { SiteRequestSchema } from "../../../core/site-request.ts";
import type { Transition } from "../../../core/trajectory.ts";
import { extractActionText, parseAction } from "../../../page/action-text.ts";
import { parseBrowserGymAction } from "../../../page/browsergym-text.ts";
import { readWebArenaText } from "../../../page/read-webarena-text.ts";
import { type Imported, type ImportFormat, readJson, toTrajectory } from "./import-format.ts";

const ContentSchema = z.union([
  z.string(),
  z.array(z.object({ type: z.string(), text: z.string().optional() })),
]);
const StepSchema = z.object({
  source: z.enum(["system", "user", "agent"]),
  message: ContentSchema,
  reasoning_content: z.string().nullish(),
  tool_calls: z
    .array(z.object({ function_name: z.string(), arguments: z.record(z.string(), z.unknown()) }))
    .nullish(),
  observation: z
    .object({
      results: z.array(
        z.object({
          content: ContentSchema.nullish(),
          extra: z.record(z.string(), z.unknown()).nullish(),
        }),
      ),
    })
    .nullish(),
  extra: z.record(z.string(), z.unknown()).nullish(),
});
type Step = z.infer<typeof StepSchema>;
const AtifSchema = z.object({
  schema_version: z.string().regex(/^ATIF-v1\.\d+$/u),
  agent: z.object({ name: z.string() }),
  steps: z.array(StepSchema).min(1),
  extra: z.record(z.string(), z.unknown()).nullish(),
});
/** What our own export adds. */
const OwnSchema = z.object({
  task_id: z.string(),
  score: ScoreSchema.nullable(),
});

export const atifFormat: ImportFormat = {
  summary: "Agent Trajectory Interchange Format, a .json file for each episode",
  lacks: "HTML pages; requests, unless dreamgym wrote the file",
  fits: (path) => path.endsWith(".json"),
  read(path) {
    const parsed = AtifSchema.safeParse(readJson(path));
    if (!parsed.success)
      throw new RecordingError(
        `Expected an ATIF trajectory in ${path}: ${reportIssues(parsed.error, null)}`,
      );
    return toImported(path, parsed.data);
  },
};

function toImported(path: string, { agent, steps, extra }: z.infer<typeof AtifSchema>): Imported {
  const losses: string[] = [];
  const own = OwnSchema.safeParse(extra?.["dreamgym"]).data;
  const goal = steps.find(({ source }) => source === "user");
  const transitions: Transition[] = [];
  let page = pageOf(
    steps.find(({ source, observation }) => source === "system" && observation) ?? null,
  );
  for (const step of steps) {
    if (step.source !== "agent") continue;
    const actions = actionsOf(step);
    if (actions.length === 0)
      losses.push("A step of the agent without a browser action is left out.");
    if (actions.length > 1) losses.push("Several actions in one step see the same page.");
    for (const action of actions)
      transitions.push({
        observation: page,
        action,
        reward: Number(step.extra?.["reward"] ?? 0),
        requests: z.array(SiteRequestSchema).safeParse(step.extra?.["requests"]).data ?? [],
        ...(typeof step.reasoning_content === "string" && { thought: step.reasoning_content }),
      });
    if (step.observation) page = pageOf(step);
  }
  const trajectory = toTrajectory({
    path,
    taskId: own?.task_id ?? "",
    goal: goal === undefined ? "" : textOf(goal.message),
    source: "real",
    actor: agent.name,
    transitions,
    finalObservation: page,
    score: own?.score ?? null,
  });
  return { trajectory, losses };
}

/** Tool calls under our names, or an action of WebArena or BrowserGym in an argument or in the message. */
function actionsOf({ tool_calls: calls, message }: Step): Action[] {
  const texts = [textOf(message)];
  for (const { function_name: kind, arguments: values } of calls ?? []) {
    const own = ActionSchema.safeParse({ kind, ...values });
    if (own.success) return [own.data];
    texts.push(...Object.values(values).filter((value) => typeof value === "string"));
  }
  for (const text of texts) {
    const action = readAction(text);
    if (action !== null) return [action];
  }
  return [];
}

/** WebArena's or BrowserGym's form of an action. */
export function readAction(text: string): Action | null {
  const quoted = extractActionText(text) ?? text;
  for (const read of [parseAction, parseBrowserGymAction]) {
    const parsed = read(quoted);
    if ("action" in parsed) return parsed.action;
  }
  return null;
}

function textOf(content: z.infer<typeof ContentSchema>): string {
  return typeof content === "string" ? content : content.map(({ text = "" }) => text).join("\n");
}

function pageOf(step: Step | null): Observation {
  const results = step?.observation?.results ?? [];
  for (const { extra } of results) {
    const own = ObservationSchema.safeParse(extra?.["observation"]);
    if (own.success) return own.data;
  }
  const text = results.map(({ content }) => (content ? textOf(content) : "")).join("\n");
  const { nodes, titles } = readWebArenaText(text);
  return {
    url: /https?:\/\/[^\s"'<>]+/u.exec(text)?.[0] ?? "about:blank",
    title: titles[0] ?? "",
    nodes,
    tabs: [],
    ...(nodes.length === 0 && text !== "" && { text }),
    lastActionError: null,
  };
}
