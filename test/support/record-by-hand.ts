/** A whole recording of what Playwright's mouse and keyboard do on a site, as `dreamgym record` makes one. */

import { setTimeout as wait } from "node:timers/promises";
import type { Browser, Page } from "playwright";
import type { Task } from "../../src/core/task.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { SecretVault } from "../../src/page/secret-vault.ts";
import type { SessionIdentity } from "../../src/real/browser/browser-session.ts";
import { openRecording } from "../../src/real/record/capture/recording.ts";
import type { SiteOrigin } from "../../src/real/sites/site-origins.ts";
import { readRecording, RecordingFolder } from "../../src/store/recording-folder.ts";

export interface HandOptions {
  browser: Browser;
  /** The recording's folder goes in here. */
  root: string;
  id: string;
  task: Task;
  origins: readonly SiteOrigin[];
  identity?: SessionIdentity;
}

/** The hand: acts on the page, and waits for the recorder to have read it. */
export interface Hand {
  page: Page;
  /** Acts once, then waits. */
  do(act: (page: Page) => Promise<unknown>): Promise<void>;
}

/** @param act ends with the page on which the recording ends */
export async function recordByHand(
  { browser, root, id, task, origins, identity }: HandOptions,
  act: (hand: Hand) => Promise<void>,
): Promise<Trajectory> {
  const secrets = new SecretVault();
  await using recording = await openRecording({
    browser,
    origins,
    startUrls: task.startUrls,
    secrets,
    takesScreenshots: false,
    isHandled: false,
    now: () => performance.now(),
    ...(identity && { identity }),
    createFolder: (startRequests) =>
      RecordingFolder.create(
        root,
        {
          id,
          taskId: task.id,
          goal: task.goal,
          templateId: task.templateId,
          world: task.world,
          source: "human",
          actor: "person",
          seed: 1,
          startRequests,
        },
        secrets.maskDeep,
      ),
  });
  const { recorder, folder } = recording;
  await act({
    get page() {
      return recorder.session.tabs.active.page;
    },
    async do(one) {
      await one(recorder.session.tabs.active.page);
      // Reports of the last event are on their way.
      await wait(30);
      await recorder.calm();
    },
  });
  await recording.finish({ answer: "", task, evaluator: createEvaluator() });
  return await readRecording(folder.path);
}
