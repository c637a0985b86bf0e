/** One recording from its first page to its whole file: opens a browser, and closes and scores what was recorded. */

import type { Browser } from "playwright";
import { boundary, BrowserError, DreamgymError } from "../../../core/errors.ts";
import type { Evaluator } from "../../../core/evaluator.ts";
import type { DecisionNotes } from "../../../core/policy.ts";
import type { Score } from "../../../core/score.ts";
import type { SiteRequest } from "../../../core/site-request.ts";
import type { Task } from "../../../core/task.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import type { SecretVault } from "../../../page/secret-vault.ts";
import type { RecordingFolder } from "../../../store/recording-folder.ts";
import type { SessionIdentity } from "../../browser/browser-session.ts";
import { capturePage } from "../../browser/capture-page.ts";
import { createLiveProbe } from "../../browser/live-probe.ts";
import { WINDOW_SIZE } from "../../browser/window-size.ts";
import { originAllowlist, type SiteOrigin } from "../../sites/site-origins.ts";
import { NetworkLog } from "./network-log.ts";
import { RecordingVideo } from "./video.ts";
import { SecretWatch } from "./secret-watch.ts";
import { Recorder, type RecorderOptions } from "./recorder.ts";

export interface OpenRecordingOptions extends Pick<
  RecorderOptions,
  "secrets" | "takesScreenshots" | "isHandled" | "now" | "onWarning" | "onStep"
> {
  browser: Browser;
  /** Null: any. */
  origins: readonly SiteOrigin[] | null;
  startUrls: readonly string[];
  /** Who the sites take the browser for. */
  identity?: SessionIdentity;
  /** Made once the start pages are loaded. */
  createFolder: (startRequests: SiteRequest[]) => RecordingFolder;
  /** Also writes all requests and answers, as HAR. */
  keepsNetwork?: boolean;
  /** Encodes a video. It must have no window. Absent: no video. */
  videoBrowser?: Browser;
  /** Written into the HAR file. */
  version?: string;
}

export interface Recording extends AsyncDisposable {
  readonly recorder: Recorder;
  readonly folder: RecordingFolder;
  /** Writes the end of the trajectory. @returns the path of its file */
  finish(ending: RecordingEnding): Promise<FinishedRecording>;
}

export interface RecordingEnding {
  /** Null: whoever acted did not stop. */
  answer: string | null;
  /** Of a policy's decision to stop. */
  notes?: DecisionNotes;
  /** A verdict of a person, instead of the evaluator's. */
  score?: Score;
  /** Scores the recording. */
  task?: Task;
  evaluator?: Evaluator;
  error?: string;
}

export interface FinishedRecording {
  path: string;
  steps: number;
  score: Score | null;
  /** What was lost, one sentence each. */
  uncaptured: readonly string[];
}

export async function openRecording(options: OpenRecordingOptions): Promise<Recording> {
  const { browser, origins, secrets, identity } = options;
  const context = await boundary(BrowserError, "a window to record in", () =>
    browser.newContext({
      viewport: options.isHandled ? null : WINDOW_SIZE,
      serviceWorkers: "block",
      locale: "en-US",
      timezoneId: "UTC",
      ...(origins !== null && { proxy: originAllowlist(origins) }),
    }),
  );
  try {
    let folder: RecordingFolder | null = null;
    const watch = new SecretWatch(context, secrets);
    const network = options.keepsNetwork
      ? new NetworkLog(context, secrets, () => watch.settle())
      : null;
    const { videoBrowser, now } = options;
    const video = videoBrowser === undefined ? null : await RecordingVideo.open(videoBrowser, now);
    const recorder = await Recorder.open({
      ...options,
      onPicture: (picture) => video?.add(picture),
      context,
      folder: () => folder as RecordingFolder,
      beforeRead: () => watch.settle(),
    });
    if (identity !== undefined) await recorder.session.identify(identity);
    await recorder.openPages(options.startUrls);
    const startRequests = await recorder.session.requests.take();
    folder = options.createFolder(startRequests);
    network?.open(folder.path);
    video?.start(folder.path);
    await recorder.start();
    const { path } = folder;
    const endFiles = async (): Promise<void> => {
      await network?.finish(path, options.version ?? "");
      const loss = (await video?.finish()) ?? null;
      if (loss !== null) recorder.warn(loss);
    };
    return new OpenedRecording(recorder, folder, startRequests, secrets, endFiles);
  } catch (error) {
    await context.close().catch(() => null);
    throw error;
  }
}

class OpenedRecording implements Recording {
  readonly recorder: Recorder;
  readonly folder: RecordingFolder;
  readonly #startRequests: readonly SiteRequest[];
  readonly #secrets: SecretVault;
  readonly #endFiles: () => Promise<void>;

  constructor(
    recorder: Recorder,
    folder: RecordingFolder,
    startRequests: readonly SiteRequest[],
    secrets: SecretVault,
    endFiles: () => Promise<void>,
  ) {
    this.#endFiles = endFiles;
    this.recorder = recorder;
    this.folder = folder;
    this.#startRequests = startRequests;
    this.#secrets = secrets;
  }

  async finish(ending: RecordingEnding): Promise<FinishedRecording> {
    const { answer, error } = ending;
    const state = await this.recorder.stop();
    const observation = state?.observation ?? NO_PAGE;
    const score = ending.score ?? (await this.#scoreOrNot(ending, observation.url));
    const reward = score?.status === "scored" ? score.value : 0;
    if (answer !== null)
      this.folder.addStep(
        {
          observation,
          action: { kind: "stop", answer },
          reward,
          ...ending.notes,
          requests: await this.recorder.session.requests.take(),
          ...(state?.page && { page: state.page }),
        },
        state?.screenshot ?? null,
      );
    await this.#endFiles();
    const { warnings } = this.recorder;
    const path = this.folder.finish(
      {
        finalObservation: observation,
        ...(state?.page && { finalPage: state.page }),
        stopReason: error === undefined ? (answer === null ? "truncated" : "terminated") : "error",
        score,
        error: error ?? null,
        ...(error !== undefined && { failedPart: "policy" as const }),
        ...(warnings.length > 0 && { uncaptured: [...warnings] }),
      },
      state?.screenshot ?? null,
    );
    return { path, steps: this.folder.transitions.length, score, uncaptured: warnings };
  }

  /** What was recorded is kept, whatever becomes of a judge or a site. */
  async #scoreOrNot(ending: RecordingEnding, finalUrl: string): Promise<Score | null> {
    try {
      return await this.#score(ending, finalUrl);
    } catch (error) {
      if (!(error instanceof DreamgymError)) throw error;
      return { status: "unscored", reason: error.message, checks: [] };
    }
  }

  async #score(
    { task, evaluator, answer }: RecordingEnding,
    finalUrl: string,
  ): Promise<Score | null> {
    if (task === undefined || evaluator === undefined || answer === null) return null;
    const { session } = this.recorder;
    const tab = session.tabs.active;
    return await evaluator.evaluate(task, {
      answer,
      finalUrl,
      finalPage: await capturePage(tab, this.#secrets, "checks"),
      finalMarkup: (await capturePage(tab, this.#secrets, "markup")).html,
      requests: [
        ...this.#startRequests,
        ...this.folder.transitions.flatMap(({ requests }) => requests),
      ],
      probe: createLiveProbe(session),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.folder[Symbol.dispose]();
    await this.recorder.session.close().catch(() => null);
  }
}

const NO_PAGE: Trajectory["finalObservation"] = {
  url: "",
  title: "",
  nodes: [],
  tabs: [],
  lastActionError: null,
};
