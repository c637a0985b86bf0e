/** Reads what a page shows while nobody acts on it: the state before the next action. */

import type { Frame } from "playwright";
import type { Observation, PageNode } from "../../../core/observation.ts";
import type { PageSnapshot } from "../../../core/site-request.ts";
import type { SecretVault } from "../../../page/secret-vault.ts";
import type { BrowserSession } from "../../browser/browser-session.ts";
import { recordPage } from "../../browser/capture-page.ts";
import { observe } from "../../browser/observe.ts";
import type { Tab } from "../../browser/tab.ts";
import { ElementMap, type ElementPath } from "./element-map.ts";
import type { InputWatch, Pulse } from "./in-page/input-report.ts";
import { INPUT_KEY } from "./in-page/input-watch.ts";
import { takePicture } from "./take-picture.ts";
import type { ElementSketch } from "./in-page/sketch-element.ts";

/** The element of a frame around another, described in the document around it. */
export interface FrameStep {
  sketch: ElementSketch;
  name: string;
  url: string;
}

export interface PageState {
  readonly tab: Tab;
  readonly observation: Observation;
  readonly nodes: ReadonlyMap<string, PageNode>;
  /** Null: not known. */
  readonly page: PageSnapshot | null;
  readonly screenshot: Buffer | null;
  readonly elements: ElementMap;
  /** The frames around each frame, outermost first. */
  readonly frames: ReadonlyMap<Frame, readonly FrameStep[]>;
  readonly pulses: ReadonlyMap<Frame, Pulse>;
  /** Addresses of frames that run no scripts: what a hand does there cannot be seen. */
  readonly silentFrames: readonly string[];
  /** Known without a look at the page: see `derived-state.ts`. */
  readonly isDerived: boolean;
}

const PULSE = `window[Symbol.for(${JSON.stringify(INPUT_KEY)})]?.() ?? null`;
/** A frame that does not answer so long hangs, or shows a dialog. */
const LONGEST_ANSWER_MS = 1_000;

/** @returns null if somebody acted meanwhile, or the page went away: the state would be neither before nor after */
export async function readState(
  session: BrowserSession,
  vault: SecretVault,
  takesScreenshot: boolean,
): Promise<PageState | null> {
  const { tabs } = session;
  const tab = tabs.active;
  const before = await readPulses(tab);
  const observation = await observe(tabs, null, vault);
  const [elements, page, frames, silentFrames] = await Promise.all([
    ElementMap.read(tab.session),
    recordPage(tab, vault, observation),
    readFrames(tab),
    readSilentFrames(tab),
  ]);
  const screenshot = takesScreenshot ? await takePicture(tab, vault, observation) : null;
  const pulses = await readPulses(tab);
  if (tabs.active !== tab || !isUntouched(before, pulses)) return null;
  const nodes = new Map(observation.nodes.map((node) => [node.ref, node]));
  return {
    tab,
    observation,
    nodes,
    page,
    screenshot,
    elements,
    frames,
    pulses,
    silentFrames,
    isDerived: false,
  };
}

export function framePaths(steps: readonly FrameStep[]): ElementPath[] {
  return steps.map(({ sketch }) => sketch.path);
}

function isUntouched(before: ReadonlyMap<Frame, Pulse>, after: ReadonlyMap<Frame, Pulse>): boolean {
  return [...after].every(([frame, { document, inputs }]) => {
    const earlier = before.get(frame);
    // A frame that came meanwhile shows what the page loaded by itself.
    return earlier === undefined
      ? inputs === 0
      : earlier.inputs === inputs && earlier.document === document;
  });
}

async function readPulses(tab: Tab): Promise<Map<Frame, Pulse>> {
  const pulses = new Map<Frame, Pulse>();
  await Promise.all(
    tab.page.frames().map(async (frame) => {
      const pulse = await inTime(frame.evaluate<Pulse | null>(PULSE));
      if (pulse !== null) pulses.set(frame, pulse);
    }),
  );
  return pulses;
}

async function readFrames(tab: Tab): Promise<Map<Frame, FrameStep[]>> {
  const chains = new Map<Frame, FrameStep[]>();
  // A frame comes after the one around it.
  for (const frame of tab.page.frames()) {
    const outer = frame.parentFrame();
    if (outer === null) {
      chains.set(frame, []);
      continue;
    }
    const around = chains.get(outer);
    const sketch = await inTime(sketchFrame(frame));
    if (around !== undefined && sketch !== null)
      chains.set(frame, [...around, { sketch, name: frame.name(), url: frame.url() }]);
  }
  return chains;
}

async function readSilentFrames(tab: Tab): Promise<string[]> {
  const inner = tab.page.frames().filter((frame) => frame.parentFrame() !== null);
  const areSilent = await Promise.all(inner.map((frame) => inTime(runsNoScripts(frame))));
  return inner.filter((_, at) => areSilent[at] === true).map((frame) => frame.url());
}

async function runsNoScripts(frame: Frame): Promise<boolean> {
  const element = await frame.frameElement();
  try {
    return await element.evaluate((one) =>
      (one as Element).matches("[sandbox]:not([sandbox~='allow-scripts' i])"),
    );
  } finally {
    await element.dispose();
  }
}

async function sketchFrame(frame: Frame): Promise<ElementSketch | null> {
  const element = await frame.frameElement();
  try {
    return await element.evaluate(
      (one, key) =>
        (globalThis as unknown as Record<symbol, InputWatch>)[Symbol.for(key)]?.sketch(
          one as Element,
        ) ?? null,
      INPUT_KEY,
    );
  } finally {
    await element.dispose();
  }
}

/** Null for a page that is gone or does not answer. */
async function inTime<T>(answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, LONGEST_ANSWER_MS, null);
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    answer.catch(() => null);
  }
}
