/** Makes a task of a recording: proposes checks, has somebody choose, proves the task by replay, and writes it. */

import { ConfigError } from "../core/errors.ts";
import { isMutation } from "../core/site-request.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { parseTaskConfig, type TaskConfig } from "../evaluation/task-config.ts";
import { toTask } from "../evaluation/to-task.ts";
import { createWitness, playOfRecording, type Witness } from "../real/record/make-task/play.ts";
import { proposeChecks, type Proposals } from "../real/record/make-task/propose-checks.ts";
import {
  lookAtStart,
  playOf,
  type Repeated,
  repeatRecording,
} from "../real/record/make-task/repeat.ts";
import { nameOrigins, toTaskConfig } from "../real/record/make-task/to-task-config.ts";
import { originsOf as originsOfRecording } from "../real/record/replay/recorded-sites.ts";
import { type CheckedSiteModule, originsOf } from "../transfer/site-module.ts";
import { chooseProposals } from "./choose-proposals.ts";
import type { CliContext } from "./context.ts";
import { openOnSites, openRecordedAddresses, type ReplayPlace } from "./replay-place.ts";
import { addTask, nextTaskId } from "./task-file.ts";

export interface MakeTaskOptions {
  recorded: Trajectory;
  /** Null: the recorded addresses themselves. */
  site: CheckedSiteModule | null;
  executablePath: string;
  /** A file of tasks, which gets one more. */
  out: string;
  goal?: string;
  /** Takes the marked proposals and asks nothing. */
  isUnasked: boolean;
  /** The secret behind a placeholder of the recording. Null if nobody knows it. */
  secretOf: (placeholder: string) => string | null;
}

export interface MadeTaskFile extends Proposals {
  path: string;
  taskId: number;
  /** Origin by site name. */
  origins: Readonly<Record<string, string>>;
  chosen: readonly string[];
  /**
   * Scores in fresh sessions. `emptyAnswer` is of the same end without the answer; null where no check reads it, or
   * none could.
   */
  proof: { end: number | null; start: number | null; emptyAnswer: number | null };
}

/** How often the recording is repeated to see what is stable. */
const REPEATS = 2;

/** @throws ConfigError, RecordingError; nothing is written then */
export async function makeTask(
  context: CliContext,
  options: MakeTaskOptions,
): Promise<MadeTaskFile> {
  const { recorded, out } = options;
  const goal = await goalOf(context, options);
  await askBeforeChanges(context, options);
  const observed = await observe(context, options);
  const { proposals, leftOut } = observed;
  const chosen = await chooseProposals(context, observed, options.isUnasked);
  const origins = originsFor(options, observed.loadedFrom);
  const config = parseTaskConfig(
    toTaskConfig({
      id: nextTaskId(out),
      goal,
      world: recorded.world,
      startUrls: startUrlsOf(recorded),
      steps: recorded.transitions.length,
      checks: chosen.map(({ check }) => check),
      origins,
    }),
    out,
  );
  const proof = await prove(context, options, config, origins);
  addTask(out, config);
  return {
    path: out,
    taskId: config.task_id,
    origins,
    chosen: chosen.map(({ words }) => words),
    proposals,
    leftOut,
    proof,
  };
}

async function goalOf({ ask }: CliContext, options: MakeTaskOptions): Promise<string> {
  const { recorded, isUnasked } = options;
  if (recorded.taskId !== "")
    throw new ConfigError(
      `Expected a recording without a task, got one of task ${recorded.taskId}. It has its checks already.`,
    );
  const asked = isUnasked ? undefined : ask;
  const goal = options.goal ?? (recorded.goal || (await asked?.("What is the task, in words? ")));
  if (goal !== undefined && goal.trim() !== "") return goal.trim();
  throw new ConfigError(
    `Expected a goal for the task, got none: the recording ${recorded.id} has no goal. Add --goal "…".`,
  );
}

/** Nobody resets such a site, and each repeat changes it once more. */
async function askBeforeChanges(context: CliContext, options: MakeTaskOptions): Promise<void> {
  const { recorded, site, isUnasked } = options;
  const changes = recorded.transitions.flatMap(({ requests }) => requests).filter(isMutation);
  if (changes.length === 0 || site?.provider !== undefined) return;
  const requests = [...new Set(changes.map(({ method, url }) => `${method} ${url}`))].join(", ");
  const sentence = `Nobody resets this site. The recording is repeated ${REPEATS + 1} times, and each time it sends again: ${requests}.`;
  if (isUnasked || context.ask === undefined) return context.progress.note(sentence);
  const reply = await context.ask(`${sentence}\nRepeat it? [y/N] `);
  if (!/^y/iu.test(reply.trim()))
    throw new ConfigError("The recording was not repeated, so no task was made.");
}

/** Repeats the recording, looks at the start, and proposes what distinguishes them. */
async function observe(
  context: CliContext,
  options: MakeTaskOptions,
): Promise<Proposals & { loadedFrom: readonly string[] }> {
  const { recorded } = options;
  const evaluator = createEvaluator();
  const witness = createWitness(evaluator);
  await using place = await openPlace(options, witness);
  const repeats: Repeated[] = [];
  for (let number = 1; number <= REPEATS; number++) {
    context.progress.update(`repeating the recording: ${number} of ${REPEATS + 1}`);
    repeats.push(await repeat(context, place, options, witness, { ...place.task, checks: [] }));
  }
  // After the repeats: what they left on the site for good is there at the start now.
  const start = await look(context, place, witness, { ...place.task, checks: [] });
  context.progress.clear();
  const plays = { recorded: playOfRecording(recorded), replays: repeats.map(playOf) };
  const proposed = await proposeChecks({ ...plays, start: start.outcome }, evaluator);
  if (proposed.proposals.length === 0)
    throw new ConfigError(
      `Expected something that distinguishes the end of ${recorded.id} from its start, got nothing stable. Record an answer, or end on a page that shows what was done.${proposed.leftOut.map((line) => `\n  ${line}`).join("")}`,
    );
  return { ...proposed, loadedFrom: [...repeats, start].flatMap(({ origins }) => origins) };
}

/** Plays the task itself, on its own sites alone. @throws ConfigError if it does not hold */
async function prove(
  context: CliContext,
  options: MakeTaskOptions,
  config: TaskConfig,
  origins: Readonly<Record<string, string>>,
): Promise<MadeTaskFile["proof"]> {
  const witness = createWitness(createEvaluator());
  await using place = await openPlace(options, witness, origins);
  const task = toTask(config, origins);
  context.progress.update(`proving the task: ${REPEATS + 1} of ${REPEATS + 1}`);
  const end = await repeat(context, place, options, witness, task);
  const start = await look(context, place, witness, task);
  context.progress.clear();
  const readsAnswer = config.eval.eval_types.includes("string_match");
  const proof = {
    end: valueOf(end.score),
    start: valueOf(start.score),
    emptyAnswer: readsAnswer ? valueOf(end.withoutAnswer) : null,
  };
  if (proof.end === 1 && proof.start === 0 && proof.emptyAnswer !== 1) return proof;
  const failed = [...(end.score?.checks ?? [])].filter(({ passed }) => passed !== true);
  throw new ConfigError(
    `Expected the task to score 1 at the end and 0 at the start, got ${proof.end} and ${proof.start}: ${failed.map(({ detail }) => detail).join("; ") || "an episode that does nothing passes"}. Choose other checks. Nothing was written.`,
  );
}

/** Null: it could not be computed. */
const valueOf = (score: Repeated["score"]): number | null =>
  score?.status === "scored" ? score.value : null;

async function openPlace(
  { recorded, site, executablePath }: MakeTaskOptions,
  evaluator: Witness,
  origins?: Readonly<Record<string, string>>,
): Promise<ReplayPlace> {
  return site === null
    ? await openRecordedAddresses(recorded, { executablePath, evaluator }, origins)
    : await openOnSites(site, recorded, { executablePath, evaluator });
}

async function repeat(
  { signal }: CliContext,
  { env, recorded }: ReplayPlace,
  { secretOf }: MakeTaskOptions,
  witness: Witness,
  task: Task,
): Promise<Repeated> {
  // The task's own limit is for agents.
  const whole = { ...task, maxSteps: recorded.transitions.length + 1 };
  return await repeatRecording({ env, recorded, task: whole, witness, secretOf, signal });
}

async function look(
  { signal }: CliContext,
  { env, recorded }: ReplayPlace,
  witness: Witness,
  task: Task,
): Promise<Repeated> {
  return await lookAtStart({ env, task, recorded, witness, signal });
}

function startUrlsOf({ transitions, finalObservation }: Trajectory): string[] {
  const { url, tabs } = transitions[0]?.observation ?? finalObservation;
  return tabs.length === 0 ? [url] : tabs.map((tab) => tab.url);
}

/** Every site that the recording reached, by name. */
function originsFor(
  { recorded, site }: MakeTaskOptions,
  loadedFrom: readonly string[],
): Record<string, string> {
  const reached = originsOfRecording(recorded);
  if (site === null) return nameOrigins([...new Set([...reached, ...loadedFrom])]);
  return Object.fromEntries(
    Object.entries(originsOf(site)).filter(([, origin]) => reached.includes(origin)),
  );
}
