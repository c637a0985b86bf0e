/** `dreamgym dream`: learns an experience model from recordings, says how true it is, and shows a dream beside reality. */

import { SITE_URLS } from "../../../fixtures/index.ts";
import { resolve } from "node:path";
import { ConfigError } from "../../core/errors.ts";
import { createRandom } from "../../core/random.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import { toTask } from "../../evaluation/to-task.ts";
import { loadTaskConfigs } from "../../real/harness/load-tasks.ts";
import { createRetrievalModel } from "../../synthetic/retrieval/create-retrieval-model.ts";
import { createExperienceEnv } from "../../synthetic/experience-env.ts";
import { ReplayBuffer } from "../../synthetic/buffer/replay-buffer.ts";
import { replayInDream } from "../../synthetic/measure/closed-loop-fidelity.ts";
import type { RetrievalModel } from "../../synthetic/retrieval/retrieval-model.ts";
import { findFidelityWarnings, measureDream } from "../../transfer/dream-fidelity.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { formatFidelity, formatReplay } from "../text/dream-text.ts";
import { jsonOption, pathName, shareBelowOne, siteUrl, wholeNumber } from "../flags.ts";
import { type TemplateSplit, holdOutTemplateOf, holdOutTemplates } from "../template-split.ts";
import { tasksFolder } from "../package-root.ts";
import { findRecording, readRecordings } from "../read-recordings.ts";
import { checkOutput, putOut } from "../text/text-output.ts";
import { watchCalibration, watchModel } from "../watch-model.ts";

interface Flags {
  from: string;
  on?: string;
  show?: string | true;
  share: number;
  seed: number;
  tasks: string;
  site?: Record<string, string>;
  out?: string;
  json?: true;
}

export const addDream: AddCommand = (program, context) => {
  program
    .command("dream")
    .description("Learn a dream from recordings; say how true it is, or show one beside reality.")
    .option("--from <run>", "run folder with the recordings to learn from", "runs/collect")
    .option("--on <run>", "run folder with other recordings to ask about (else some held back)")
    .option("--share <number>", "of the task templates to hold back", shareBelowOne, 0.25)
    .option("--seed <n>", "of the choice of what is held back", wholeNumber, 1)
    .option("--show [id]", "one recorded episode in the dream, step by step (else the longest)")
    .option("--tasks <path>", "task file or folder, to score episodes by", tasksFolder())
    .option("--site <name=url>", "what __NAME__ in tasks stands for; may be repeated", siteUrl)
    .option("--out <file>", "write it there instead of printing; .md for Markdown", pathName)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym dream --from runs/first                     # how true, on templates held back
  dreamgym dream --from runs/first --on runs/second    # how true, on another recording
  dreamgym dream --from runs/first --show              # read a dream beside reality
  dreamgym dream --from runs/first --show 00003-random-116004 --out dream.md`,
    )
    .action(async (flags: Flags) => {
      checkOutput(flags.out);
      const setting = await prepare(context, flags);
      await (setting.shown === null ? measure : show)(context, flags, setting);
    });
};

interface Setting extends TemplateSplit {
  /** The episode to show; null: how true the dream is, over all that is held back. */
  shown: Trajectory | null;
  /** Of what is held back, as far as their tasks are known. */
  tasks: Task[];
  buffer: ReplayBuffer;
  model: RetrievalModel;
  /** Origin by site name. */
  origins: Record<string, string>;
}

async function prepare(context: CliContext, flags: Flags): Promise<Setting> {
  const split = await chooseEpisodes(context, flags);
  const origins = { ...SITE_URLS, ...flags.site };
  const wanted = new Set(split.heldOut.map(({ taskId }) => taskId));
  const isBundled = flags.tasks === tasksFolder();
  const tasks = loadTaskConfigs(flags.tasks, (line) => isBundled || context.progress.note(line))
    .filter(({ task_id }) => wanted.has(String(task_id)))
    .map((config) => toTask(config, origins));
  const buffer = new ReplayBuffer(split.learned);
  if (buffer.size === 0) {
    throw new ConfigError(
      `Expected recordings with pages in ${flags.from}, got ${split.learned.length} episodes without any. Record them with \`dreamgym collect\`, or with record: true in runEpisode.`,
    );
  }
  context.progress.update(`learning from ${split.learned.length} episodes, ${buffer.size} answers`);
  const model = await createRetrievalModel({ buffer, onQuestion: watchCalibration(context) });
  return { ...split, origins, tasks, buffer, model };
}

async function chooseEpisodes(
  context: CliContext,
  { from, on, show, share, seed }: Flags,
): Promise<TemplateSplit & { shown: Trajectory | null }> {
  if (on !== undefined && resolve(on) === resolve(from)) {
    throw new ConfigError(
      `Expected other recordings with --on than with --from, got ${on} twice. Leave --on out to hold some of them back.`,
    );
  }
  const recordings = await readRun(context, from);
  const asked = on === undefined ? recordings : await readRun(context, on);
  const choose = (episodes: readonly Trajectory[]): Trajectory | null => {
    if (show === undefined) return null;
    return show === true ? longest(episodes) : findRecording(episodes, show);
  };
  if (on !== undefined) return { learned: recordings, heldOut: asked, shown: choose(asked) };
  if (typeof show === "string") {
    const shown = findRecording(recordings, show);
    return { ...holdOutTemplateOf(recordings, shown), shown };
  }
  const split = holdOutTemplates(recordings, share, createRandom(seed).fork("hold back"));
  return { ...split, shown: choose(split.heldOut) };
}

/** Episodes that an infrastructure failure ended teach nothing and are not asked about. */
async function readRun({ progress }: CliContext, run: string): Promise<Trajectory[]> {
  const recordings = await readRecordings(run, (episodes) =>
    progress.update(`reading ${run}: episode ${episodes}`),
  );
  return recordings.filter(({ stopReason }) => stopReason !== "error");
}

const longest = (episodes: readonly Trajectory[]): Trajectory | null =>
  episodes.toSorted((a, b) => b.transitions.length - a.transitions.length)[0] ?? null;

async function measure(context: CliContext, flags: Flags, setting: Setting): Promise<void> {
  const { learned, heldOut, buffer, tasks, origins } = setting;
  const fidelity = await measureDream({
    model: watchModel(setting.model, context),
    buffer,
    heldOut: heldOut,
    tasks,
    origins,
    evaluator: createEvaluator(),
  });
  context.progress.clear();
  const doubts = findFidelityWarnings(fidelity);
  if (flags.json) {
    const counts = { learned: learned.length, answers: buffer.size, heldOut: heldOut.length };
    putOut(context, flags.out, "", () => [JSON.stringify({ ...counts, fidelity, doubts })]);
    return;
  }
  const known = new Set(tasks.map(({ id }) => id));
  const unknown = heldOut.filter(({ taskId }) => !known.has(taskId)).length;
  putOut(context, flags.out, "How true the dream is", (paint) => [
    ...formatSetting(flags, setting),
    "",
    ...formatFidelity(fidelity),
    ...(unknown === 0
      ? []
      : [
          `${unknown} whole episodes not replayed: their tasks are not in ${flags.tasks}. Name the file that holds them with --tasks.`,
        ]),
    ...doubts.map((doubt) => paint.yellow(`Doubtful: ${doubt}.`)),
  ]);
}

async function show(context: CliContext, flags: Flags, setting: Setting): Promise<void> {
  const { buffer, tasks, origins, model } = setting;
  const shown = setting.shown as Trajectory;
  const known = tasks.find(({ id }) => id === shown.taskId);
  const task = known ?? withoutChecks(shown);
  const env = createExperienceEnv({
    model: watchModel(model, context),
    evaluator: createEvaluator(),
    origins,
  });
  const replayed = await replayInDream(env, task, shown);
  const replay = known === undefined ? { ...replayed, score: null } : replayed;
  context.progress.clear();
  if (flags.json) {
    putOut(context, flags.out, "", () => [JSON.stringify(replay)]);
    return;
  }
  const provenance = (id: string): ReturnType<ReplayBuffer["provenance"]> => buffer.provenance(id);
  putOut(context, flags.out, `A dream of ${shown.id}`, (paint) => [
    ...formatSetting(flags, setting),
    "",
    ...formatReplay({ replay, startPages: task.startUrls.length, provenance, paint }),
  ]);
}

/** For an episode whose task is not known: it can be dreamed, but not scored. */
function withoutChecks({
  taskId,
  goal,
  templateId,
  world,
  transitions,
  finalObservation,
}: Trajectory): Task {
  const first = transitions[0]?.observation ?? finalObservation;
  const startUrls = first.tabs.map(({ url }) => url);
  return {
    id: taskId,
    goal,
    startUrls: startUrls.length === 0 ? [first.url] : startUrls,
    sites: [],
    maxSteps: transitions.length + 1,
    checks: [],
    templateId,
    world,
  };
}

function formatSetting({ from, on }: Flags, { learned, heldOut, buffer }: Setting): string[] {
  const templates = new Set(heldOut.map(({ templateId }) => templateId)).size;
  return [
    `Learned from ${count(learned.length, "episode")} of ${from}: ${count(buffer.size, "answer")} of the site.`,
    on === undefined
      ? `Held back: ${count(heldOut.length, "episode")}, all of ${count(templates, "task template")}.`
      : `Asked about: ${count(heldOut.length, "episode")} of ${on}.`,
  ];
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
