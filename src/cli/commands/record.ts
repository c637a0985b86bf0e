/** `dreamgym record`: records what a person, a script or an agent does in a browser. */

import { existsSync } from "node:fs";
import type { Command } from "commander";
import { ConfigError } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import { SecretVault } from "../../page/secret-vault.ts";
import { launchBrowser } from "../../real/browser/launch-browser.ts";
import { logInOnce } from "../../real/browser/played-login.ts";
import { limitPolicy, type PolicyLimits } from "../../real/harness/limit-policy.ts";
import { drive, type DriveOptions } from "../../real/record/capture/drive.ts";
import {
  type FinishedRecording,
  openRecording,
  type Recording,
  type RecordingEnding,
} from "../../real/record/capture/recording.ts";
import { createScriptPolicy, readScriptSteps } from "../../page/script-policy.ts";
import { writeSecretFile } from "../../store/run-folder.ts";
import { browserFor } from "../browsers.ts";
import { addSiteOptions, chooseSites, namesSites, type SiteFlags } from "../choose-sites.ts";
import { type AddCommand, type CliContext, CommandFailed } from "../context.ts";
import { browserOption, countFromOne, jsonOption, pathName, wholeNumber } from "../flags.ts";
import { makeTaskOf } from "./make-task.ts";
import { addLlmOptions, type LlmFlags } from "../llm-flags.ts";
import { openAgent } from "../load-agent.ts";
import { readText } from "../read-text.ts";
import { readSecretsFile } from "../secrets-file.ts";
import { createRunModels, type RunModels } from "../run-models.ts";
import { packageVersion } from "../package-version.ts";
import { openEncoder, writeTrace } from "../recording-files.ts";
import { findStart, isAddress, openStart, type RecordingStart } from "../recording-start.ts";
import { recordByHand } from "../../real/record/capture/by-hand.ts";

interface RecordFlags extends SiteFlags, LlmFlags {
  out: string;
  id?: string;
  goal?: string;
  headless?: true;
  script?: string;
  agent?: string;
  maxSteps: number;
  seed: number;
  screenshots: boolean;
  har?: true;
  trace?: true;
  video?: true;
  secrets?: string;
  makeTask?: string;
  saveSession?: string;
  yes?: true;
  resume?: string;
  browser?: string;
  json?: true;
}

export const addRecord: AddCommand = (program, context) => {
  const command = program
    .command("record")
    .description("Record what you, a script or an agent does in a browser, as training data.")
    .argument("[url or task]", "where to begin: an address, or the id of a task of the sites")
    .option("--out <folder>", "the recording's folder goes in here", pathName, "runs/record")
    .option("--id <name>", "name of the recording (default: the next free number)", pathName)
    .option("--goal <text>", "what the recording is to achieve, in words")
    .option("--headless", "no window; needs --script or --agent")
    .option("--script <file>", "JSON Lines of actions, instead of a person", pathName)
    .option("--agent <name or file>", "record an agent: llm, scripted, a checkpoint, or a module")
    .option("--max-steps <n>", "of a script or an agent", countFromOne, 100)
    .option("--seed <n>", "of an agent", wholeNumber, 0)
    .option("--no-screenshots", "no picture of each step")
    .option("--har", "keep all requests and answers")
    .option("--video", "also write video.webm, a frame for each change of the page")
    .option("--trace", "also write trace.zip for Playwright's viewer, with --har")
    .option(
      "--secrets <file>",
      "known secrets to mask: name=value lines, or one value a line",
      pathName,
    )
    .option(
      "--save-session <file>",
      "at the end, store cookies and localStorage there, for --session; keep it secret",
      pathName,
    )
    .option("--make-task <file>", "make a task of it, and add it to this file of tasks", pathName)
    .option("--yes", "with --make-task: take the proposed checks and ask nothing")
    .option("--resume <recording>", "continue a recording that was not finished", pathName);
  addOptions(command, context);
};

function addOptions(command: Command, context: CliContext): void {
  addLlmOptions(command);
  addSiteOptions(command)
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym record https://example.com --goal "Find the documentation"
  dreamgym record https://example.com --make-task my-tasks.json
  dreamgym record 12 --sites shopping                  # a task: its evaluator scores the recording
  dreamgym record http://localhost:3000 --headless --script steps.jsonl
  dreamgym record http://localhost:3000 --headless --goal "Find a lamp" --agent llm --endpoint http://localhost:8000/v1 --model qwen
  dreamgym record --resume runs/record/3`,
    )
    .action((target: string | undefined, flags: RecordFlags) => run(context, target, flags));
}

async function run(
  context: CliContext,
  target: string | undefined,
  flags: RecordFlags,
): Promise<void> {
  assertFlags(flags);
  const closers: (() => PromiseLike<void>)[] = [];
  const secrets = new SecretVault();
  let path: string;
  try {
    path = await record(context, target, flags, secrets, closers);
  } finally {
    for (const close of closers.toReversed()) await close();
  }
  // The sites of the recording are closed: the task is proven in fresh ones.
  if (flags.makeTask !== undefined)
    await makeTaskOf(context, path, { ...flags, out: flags.makeTask }, secrets.secretOf);
}

async function record(
  context: CliContext,
  target: string | undefined,
  flags: RecordFlags,
  secrets: SecretVault,
  closers: (() => PromiseLike<void>)[],
): Promise<string> {
  for (const { kind, value } of flags.secrets === undefined ? [] : readSecretsFile(flags.secrets)) {
    secrets.add(kind, value);
    secrets.addTyped(value);
  }
  const start = findStart(target, flags, await chosenSites(target, flags, context));
  if (start.task !== null && flags.makeTask !== undefined)
    throw new ConfigError(
      `Expected an address with --make-task, got task ${start.task.id}, which has its checks already. Record an address.`,
    );
  const models = createRunModels(flags, context, flags.out, (text) => secrets.maskText(text));
  closers.push(() => models[Symbol.asyncDispose]());
  const driver = await driverFor(flags, start, models, context.environment.variables);
  if (driver?.name !== undefined) start.actor = driver.name;
  const judge = await models.openJudge();
  const { path: executablePath } = await browserFor(context, flags.browser);
  const opened = await openStart(start, closers);
  const isHeadless = flags.headless === true;
  const browser = await launchBrowser({ executablePath, origins: opened.origins, isHeadless });
  closers.push(() => browser.close());
  const videoBrowser =
    flags.video && (isHeadless ? browser : await openEncoder(executablePath, closers));
  const { progress, signal } = context;
  const recording = await openRecording({
    browser,
    origins: await logInOnce(browser, opened),
    startUrls: opened.startUrls,
    ...(opened.identity && { identity: opened.identity }),
    secrets,
    takesScreenshots: flags.screenshots,
    isHandled: driver === null,
    now: context.now,
    onWarning: (sentence) => progress.note(sentence),
    ...((flags.har || flags.trace) && { keepsNetwork: true }),
    ...(videoBrowser && { videoBrowser }),
    version: packageVersion(),
    createFolder: (startRequests) => opened.createFolder(startRequests, secrets.maskDeep),
  });
  closers.push(() => recording[Symbol.asyncDispose]());
  const ending =
    driver === null
      ? await recordByHand({ browser, recording, goal: start.goal, signal })
      : await recordPolicy(recording, driver, start, flags, context);
  if (flags.saveSession !== undefined)
    writeSecretFile(
      flags.saveSession,
      JSON.stringify(await recording.recorder.session.context.storageState(), null, 1),
    );
  const { task } = start;
  // A task's site is reset for the next episode, so nobody can resume there.
  if (signal.aborted && driver !== null && task === null) {
    progress.note(`Stopped. To resume: dreamgym record --resume ${recording.folder.path} …`);
    throw new CommandFailed();
  }
  const finished = await recording.finish({
    ...ending,
    ...(task && {
      task,
      evaluator: createEvaluator(judge === null ? {} : { judge: judge.create("strict") }),
    }),
  });
  if (flags.trace) await writeTrace(finished.path);
  progress.clear();
  const cost = models.describeCost();
  if (cost !== null) progress.note(cost);
  context.print(flags.json ? JSON.stringify(finished) : describeRecording(finished));
  if (ending.error === undefined) return finished.path;
  progress.note(`dreamgym: ${ending.error}`);
  throw new CommandFailed();
}

function describeRecording({ steps, path, score, uncaptured }: FinishedRecording): string {
  const outcome =
    score === null
      ? ""
      : score.status === "scored"
        ? ` Score: ${score.value}.`
        : ` Not scored: ${score.reason}`;
  const lost = ["Not everything could be captured:", ...uncaptured.map((one) => `  ${one}`)];
  return [
    `Recorded ${steps} steps in ${path}.${outcome}`,
    ...(uncaptured.length > 0 ? lost : []),
  ].join("\n");
}

function assertFlags({ headless, script, agent, resume, video, screenshots }: RecordFlags): void {
  if (video && !screenshots)
    throw new ConfigError(
      "Expected pictures with --video, got --no-screenshots: the video is made of them. Remove one of the two.",
    );
  if (script !== undefined && agent !== undefined)
    throw new ConfigError("Expected one of --script and --agent, got both. Remove one of them.");
  if (headless && script === undefined && agent === undefined)
    throw new ConfigError(
      "Expected --script or --agent with --headless, got neither: without a window, nobody can act. Add one of them.",
    );
  if (resume !== undefined && !existsSync(resume))
    throw new ConfigError(`Expected a recording at ${resume}, got none. Check the path.`);
}

async function chosenSites(target: string | undefined, flags: RecordFlags, context: CliContext) {
  if (target === undefined || (isAddress(target) && !namesSites(flags))) return null;
  return await chooseSites(flags, context);
}

/** Who acts, and how long a decision may take. */
interface Driver extends Pick<DriveOptions, "policy" | "decisionTimeoutMs"> {
  /** Of an agent. */
  name?: string;
}

/** Null: a person acts. */
async function driverFor(
  { script, agent, seed }: RecordFlags,
  { task, site }: RecordingStart,
  models: RunModels,
  variables: CliContext["environment"]["variables"],
): Promise<Driver | null> {
  if (script !== undefined)
    return {
      policy: createScriptPolicy(readScriptSteps(readText(script, "--script"), script, variables)),
    };
  if (agent === undefined) return null;
  const named = await openAgent(agent, models, {
    name: "sites",
    ...(site?.createDemonstrator && { createDemonstrator: site.createDemonstrator }),
  });
  const { name, decisionTimeoutMs } = named;
  return {
    name,
    policy: limitPolicy(named.policyFor({ task: task ?? ANY_TASK, trial: 0, seed }), LIMITS),
    ...(decisionTimeoutMs !== undefined && { decisionTimeoutMs }),
  };
}

/** Replies without an action end a recording as they end an evaluation. An action may be repeated. */
const LIMITS: PolicyLimits = { maxRepeats: 0, maxParseFailures: 3, maxTokens: 0 };

const ANY_TASK: Task = {
  id: "",
  goal: "",
  startUrls: [],
  sites: [],
  maxSteps: 0,
  checks: [],
  templateId: 0,
  world: "",
};

async function recordPolicy(
  recording: Recording,
  driver: Driver,
  { goal }: RecordingStart,
  { maxSteps }: RecordFlags,
  { signal }: CliContext,
): Promise<RecordingEnding> {
  try {
    const { recorder } = recording;
    const steps = (): number => recording.folder.transitions.length;
    return await drive({ ...driver, recorder, steps, goal, maxSteps, signal });
  } catch (error) {
    // What was recorded so far is kept.
    return { answer: null, error: error instanceof Error ? error.message : String(error) };
  }
}
