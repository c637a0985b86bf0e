/// <reference lib="dom" />
/**
 * Runs in every document before its own scripts, and detects when the page is busy changing itself. It runs in the
 * page's main world, because timers are visible only there.
 */

import type { createAnswerWatch } from "./answer-watch.ts";
import type { FieldValues } from "./field-reader.ts";
import type { SecretRules } from "./in-page-source.ts";
import type { createScriptWatch } from "./script-watch.ts";
import type { createTaskWatch } from "./task-watch.ts";
import type { createViewWatch } from "./view-watch.ts";

/** Key of the watch. It is a symbol, so that a page that enumerates `window` does not find it. */
export const QUIET_KEY = "dreamgym.quiet";

/** What a quiet page reports about itself. */
export interface QuietPage extends FieldValues {
  url: string;
  title: string;
}

/** Self-contained: the page gets it as text. */
export function installQuietWatch(
  key: string,
  createRules: () => SecretRules,
  createReader: (rules: SecretRules) => (inner: readonly FieldValues[]) => FieldValues,
  watchTasks: typeof createTaskWatch,
  watchAnswers: typeof createAnswerWatch,
  watchScripts: typeof createScriptWatch,
  watchViews: typeof createViewWatch,
): void {
  /** A script that waits longer is not answering an action: a debounce takes 100–500 ms, a toast lives seconds. */
  const LONGEST_WAIT_MS = 600;
  /** A page that changes with every frame is an animation. Waiting longer would not calm it. */
  const MOST_FRAMES = 10;
  /** Limit for scripts that add scripts. */
  const MOST_ROUNDS = 10;
  const MOST_WAITS = 2;
  /** Limit for the event that ends a load: a document that a script wrote has none. */
  const LONGEST_SHOW_MS = 50;
  /** These change no nodes of the page, and buttons have them under every click. */
  const MERE_PAINT = /color|shadow|outline|background|fill|stroke|filter|decoration|radius/;

  const symbol = Symbol.for(key);
  const holder = window as unknown as Record<symbol, () => Promise<QuietPage>>;
  if (holder[symbol] !== undefined) return;
  const readFields = createReader(createRules());
  const tasks = watchTasks(LONGEST_WAIT_MS);
  const answers = watchAnswers(tasks, { longestWaitMs: LONGEST_WAIT_MS, mostWaits: MOST_WAITS });
  const scripts = watchScripts(tasks, MOST_WAITS);
  const views = watchViews(tasks, answers);
  let hasChanged = true;

  // It comes in a task of its own after the load. The protocol may report the end of a load before both.
  const pageShown = new Promise<void>((resolve) => {
    window.addEventListener("pageshow", () => resolve(), { capture: true, once: true });
  });
  const loadToEnd = async (): Promise<void> => {
    if (location.protocol === "about:") return;
    const longestMs = document.readyState === "complete" ? LONGEST_SHOW_MS : LONGEST_WAIT_MS;
    const latest = new Promise<void>((end) => tasks.setTimer(end, longestMs));
    await Promise.race([pageShown, latest]);
  };

  const animations = Document.prototype.getAnimations.bind(document);
  /**
   * Finishes short fades, so that the page shows their result. The next frame notifies scripts that wait for the end.
   *
   * @returns whether there was any
   */
  const endAnimations = (): boolean => {
    let hasEnded = false;
    for (const animation of animations()) {
      const { transitionProperty = "" } = animation as Partial<CSSTransition>;
      if (animation.playState !== "running" || animation.playbackRate === 0) continue;
      if (MERE_PAINT.test(transitionProperty)) continue;
      const endMs = Number(animation.effect?.getComputedTiming().endTime ?? Number.NaN);
      if (!(endMs - Number(animation.currentTime ?? 0) <= LONGEST_WAIT_MS)) continue;
      animation.finish();
      hasEnded = true;
    }
    return hasEnded;
  };

  // A form or picture with that name shadows the document's own property: `<img name=title>`.
  const titleProperty = Object.getOwnPropertyDescriptor(Document.prototype, "title");
  const title = (): string => String(titleProperty?.get?.call(document) ?? "");
  const select = Document.prototype.querySelector.bind(document);

  const observer = new MutationObserver(() => {
    hasChanged = true;
  });
  let isObserving = false;

  /** Frames of other origins are out of reach. A frame that is removed meanwhile never answers. */
  const framesToEnd = async (): Promise<QuietPage[]> => {
    const quiet: Promise<QuietPage>[] = [];
    for (let i = 0; i < window.length; i++) {
      try {
        const inner = window[i] as unknown as Partial<typeof holder>;
        const answer = inner[symbol]?.();
        if (answer !== undefined) quiet.push(answer);
      } catch {
        continue;
      }
    }
    if (quiet.length === 0) return [];
    const pages: QuietPage[] = [];
    const all = Promise.all(quiet.map(async (page) => pages.push(await page)));
    const latest = new Promise<void>((end) => tasks.setTimer(end, LONGEST_WAIT_MS));
    await Promise.race([all, latest]);
    return pages;
  };

  const workToEnd = async (): Promise<void> => {
    for (let i = 0; i < MOST_ROUNDS; i++) {
      await tasks.toEnd();
      if (await answers.toCome()) continue;
      if (await views.toCome()) continue;
      if (!endAnimations()) break;
      await tasks.frame();
    }
  };

  holder[symbol] = async () => {
    // A question to the page before comes here when this page takes its place: nothing of it may have arrived.
    if (!isObserving) await loadToEnd();
    if (!isObserving && document.documentElement !== null) {
      isObserving = true;
      observer.observe(document, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      });
      hasChanged = false;
      if (select("[autofocus]") !== null) views.expect();
    }
    await answers.macrotask();
    const [inner] = await Promise.all([framesToEnd(), workToEnd()]);
    for (let i = 0; i < MOST_ROUNDS; i++) {
      if (!(await scripts.toRun())) break;
      await workToEnd();
    }
    for (let i = 0; hasChanged && i < MOST_FRAMES; i++) {
      hasChanged = false;
      await tasks.frame();
    }
    hasChanged = false;
    return { url: location.href, title: title(), ...readFields(inner) };
  };
}
