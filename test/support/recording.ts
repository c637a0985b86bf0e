/** A recorder on pages of a test, driven with Playwright's mouse and keyboard as a hand would. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright";
import { SecretVault } from "../../src/page/secret-vault.ts";
import { Recorder, type RecorderOptions } from "../../src/real/record/capture/recorder.ts";
import { RecordingFolder } from "../../src/store/recording-folder.ts";

export class TestRecording {
  readonly root = mkdtempSync(join(tmpdir(), "recording-"));
  readonly secrets = new SecretVault();
  folder!: RecordingFolder;
  recorder!: Recorder;
  context!: BrowserContext;
  page!: Page;

  async start(
    browser: Browser,
    url: string,
    options: Partial<RecorderOptions> = {},
  ): Promise<void> {
    this.context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    this.folder = RecordingFolder.create(
      this.root,
      {
        id: "one",
        taskId: "",
        goal: "Look around.",
        templateId: 0,
        world: "",
        source: "human",
        actor: "person",
        seed: 0,
        startRequests: [],
      },
      this.secrets.maskDeep,
    );
    this.recorder = await Recorder.open({
      context: this.context,
      origins: null,
      secrets: this.secrets,
      folder: () => this.folder,
      takesScreenshots: false,
      isHandled: false,
      now: () => performance.now(),
      ...options,
    });
    await this.recorder.openPages([url]);
    await this.recorder.start();
    this.page = this.recorder.session.tabs.active.page;
  }

  /** Waits until the recorder has read the page after the last action. */
  async calm(): Promise<void> {
    // Reports of the last event are on their way.
    await wait(30);
    await this.recorder.calm();
  }

  /** Waits as a person does who looks: menus open, wheels come to rest. */
  async rest(): Promise<void> {
    await wait(350);
    await this.recorder.calm();
  }

  /** The recorded actions as short texts, with the role and name of their element. */
  said(): string[] {
    return this.folder.transitions.map(({ action, observation, effects = [] }) => {
      const { kind, ...details } = action;
      const nameOf = (ref: unknown): string => {
        const node = observation.nodes.find((one) => one.ref === ref);
        return node === undefined ? "?" : `${node.role} "${node.name}"`;
      };
      const parts = Object.entries(details).map(([key, value]) =>
        ["ref", "to", "over"].includes(key) ? nameOf(value) : `${key}=${JSON.stringify(value)}`,
      );
      const files = effects.filter((one) => one.kind === "download").map(() => "(download)");
      return [kind, ...parts.toSorted(byEquals), ...files].join(" ");
    });
  }

  async end(): Promise<void> {
    await this.recorder.stop();
    this.folder[Symbol.dispose]();
    await this.context.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Arguments before elements. */
const byEquals = (a: string, b: string): number =>
  Number(b.includes("=")) - Number(a.includes("="));
