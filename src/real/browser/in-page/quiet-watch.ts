/// <reference lib="dom" />
/**
 * Runs in every document before its own scripts, and detects when the page is busy changing itself. It runs in the
 * page's main world, because timers are visible only there.
 */

import type { FieldValues } from "./field-reader.ts";
import type { SecretRules } from "./in-page-source.ts";

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
): void {
  /** A script that waits longer is not answering an action: a debounce takes 100–500 ms, a toast lives seconds. */
  const LONGEST_WAIT_MS = 600;
  /** Limit for tasks that set each other: older promise libraries chain timers, and a carousel never ends. */
  const MOST_DEPTH = 40;
  /** The longest budget of `requestIdleCallback` (W3C, Cooperative Scheduling of Background Tasks). */
  const IDLE_MOMENT_MS = 50;
  /** A page that changes with every frame is an animation. Waiting longer would not calm it. */
  const MOST_FRAMES = 10;
  /** Limit for frames that a script requests one after the other: a fade takes up to 25. */
  const MOST_FRAMES_AHEAD = 30;
  /** Longest wait for a frame, because an invisible window has none. */
  const LONGEST_FRAME_MS = 100;
  /** Limit for a loaded script to run. Only a module that waits for something takes longer. */
  const MOST_SCRIPT_FRAMES = 50;
  /** By then the script has loaded, or its request is known to be in progress and the next look waits for it. */
  const MOST_ARRIVAL_FRAMES = 10;
  /** Limit for scripts that add scripts. */
  const MOST_ROUNDS = 10;
  const MOST_WAITS = 2;
  /** Limit for a worker or a socket to answer. */
  const LONGEST_ANSWER_MS = 300;
  /** These change no nodes of the page, and buttons have them under every click. */
  const MERE_PAINT = /color|shadow|outline|background|fill|stroke|filter|decoration|radius/;
  /** Types of scripts that run, as opposed to data. */
  const JAVASCRIPT_TYPE = /^$|^module$|(java|ecma)script$/i;

  /** A task that a script deferred. */
  interface Task {
    depth: number;
    /** Total of this delay and those before it, in milliseconds. */
    waitMs: number;
    /** A look is waiting for it, and for the tasks that it defers in turn. */
    isAwaited: boolean;
  }

  const symbol = Symbol.for(key);
  const holder = window as unknown as Record<symbol, () => Promise<QuietPage>>;
  if (holder[symbol] !== undefined) return;
  const readFields = createReader(createRules());
  const nativeSetTimeout = window.setTimeout.bind(window);
  const nativeClearTimeout = window.clearTimeout.bind(window);
  const nativeRequestFrame = window.requestAnimationFrame.bind(window);
  const nativeCancelFrame = window.cancelAnimationFrame.bind(window);
  const NOTHING: Task = { depth: 0, waitMs: 0, isAwaited: false };
  let running = NOTHING;
  let hasChanged = true;

  const putOff = (waitMs: number): Task => ({
    depth: running.depth + 1,
    waitMs: running.waitMs + waitMs,
    isAwaited: running.isAwaited,
  });
  const isWatched = ({ depth, waitMs }: Task): boolean =>
    depth <= MOST_DEPTH && waitMs <= LONGEST_WAIT_MS;
  const run = (task: Task, handler: () => void): void => {
    running = task;
    try {
      handler();
    } finally {
      running = NOTHING;
    }
  };

  const timers = new Map<number, Task>();
  const watchedSetTimeout = (
    handler: TimerHandler,
    delayMs?: number,
    ...rest: unknown[]
  ): number => {
    if (typeof handler !== "function") return nativeSetTimeout(handler, delayMs, ...rest);
    const task = putOff(Math.max(0, Number(delayMs) || 0));
    const timer = nativeSetTimeout(() => {
      try {
        run(task, () => handler.apply(window, rest));
      } finally {
        timers.delete(timer);
      }
    }, delayMs);
    if (isWatched(task)) timers.set(timer, task);
    return timer;
  };
  window.setTimeout = watchedSetTimeout as typeof window.setTimeout;
  window.clearTimeout = (timer) => {
    timers.delete(Number(timer));
    nativeClearTimeout(timer);
  };

  // A window that hardly paints may have no idle moment for seconds. Here it comes at once, and the look waits for it.
  window.requestIdleCallback = (callback) =>
    watchedSetTimeout(
      () => callback({ didTimeout: false, timeRemaining: () => IDLE_MOMENT_MS }),
      1,
    );
  window.cancelIdleCallback = (idle) => window.clearTimeout(idle);

  const frames = new Map<number, Task>();
  window.requestAnimationFrame = (callback) => {
    const task = putOff(LONGEST_WAIT_MS / MOST_FRAMES_AHEAD);
    const request = nativeRequestFrame((timeMs) => {
      try {
        run(task, () => callback(timeMs));
      } finally {
        frames.delete(request);
      }
    });
    if (isWatched(task)) {
      frames.set(request, task);
      nativeSetTimeout(() => frames.delete(request), LONGEST_FRAME_MS);
    }
    return request;
  };
  window.cancelAnimationFrame = (request) => {
    frames.delete(request);
    nativeCancelFrame(request);
  };

  const macrotask = (): Promise<void> =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => resolve(), { once: true });
      port1.start();
      post.call(port2, 0);
    });
  const frame = (): Promise<void> =>
    new Promise((resolve) => {
      nativeRequestFrame(() => resolve());
      nativeSetTimeout(() => resolve(), 40);
    });

  /** Makes a method report the object it is called on. @returns the original method */
  const watchCalls = (
    prototype: object,
    name: string,
    tell: (target: EventTarget) => void,
  ): ((...values: unknown[]) => void) => {
    const native = Reflect.get(prototype, name) as (...values: unknown[]) => void;
    Reflect.set(prototype, name, function (this: EventTarget, ...values: unknown[]): void {
      native.apply(this, values);
      tell(this);
    });
    return native;
  };

  // Frameworks split their work into messages to themselves. Messages arrive in the order of posting.
  const posted = new Set<object>();
  let areMessagesEndless = false;
  const post = watchCalls(MessagePort.prototype, "postMessage", () => {
    if (areMessagesEndless) return;
    const message = {};
    posted.add(message);
    void macrotask().then(() => posted.delete(message));
  });

  interface Question {
    unanswered: number;
    timer: number;
  }
  const questions = new WeakMap<EventTarget, Question>();
  const open = new Set<Question>();
  const ask = (target: EventTarget): void => {
    const question = questions.get(target) ?? { unanswered: 0, timer: 0 };
    const end = (unanswered: number): void => {
      nativeClearTimeout(question.timer);
      open.delete(question);
      question.unanswered = unanswered;
    };
    if (!questions.has(target)) {
      questions.set(target, question);
      target.addEventListener("message", () => end(0));
    }
    if (question.unanswered >= MOST_WAITS) return;
    open.add(question);
    nativeClearTimeout(question.timer);
    question.timer = nativeSetTimeout(() => end(question.unanswered + 1), LONGEST_ANSWER_MS);
  };
  watchCalls(Worker.prototype, "postMessage", ask);
  watchCalls(WebSocket.prototype, "send", ask);

  /** @returns whether there was anything to wait for */
  const answersToCome = async (): Promise<boolean> => {
    if (areMessagesEndless || posted.size + open.size === 0) return false;
    const patience = { isOver: false };
    const timer = nativeSetTimeout(() => (patience.isOver = true), LONGEST_WAIT_MS);
    while (posted.size + open.size > 0) {
      await (posted.size > 0 ? macrotask() : new Promise((end) => nativeSetTimeout(end, 4)));
      if (!patience.isOver) continue;
      // Each answer triggers another request, without end.
      areMessagesEndless = posted.size > 0;
      if (areMessagesEndless) return false;
      for (const question of open) question.unanswered = MOST_WAITS;
      open.clear();
    }
    nativeClearTimeout(timer);
    return true;
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

  const tasksToEnd = async (): Promise<void> => {
    const isAwaited = (task: Task): boolean => task.isAwaited;
    for (const task of [...timers.values(), ...frames.values()]) task.isAwaited = true;
    while ([...timers.values(), ...frames.values()].some(isAwaited))
      await new Promise((resolve) => nativeSetTimeout(resolve, 4));
  };

  const observer = new MutationObserver(() => {
    hasChanged = true;
  });
  let isObserving = false;

  // A loaded script runs a moment later. Until then its effects are invisible.
  const isScript = (target: EventTarget | null): target is HTMLScriptElement =>
    target instanceof HTMLScriptElement;
  const ran = new WeakSet<HTMLScriptElement>();
  for (const outcome of ["load", "error"])
    document.addEventListener(
      outcome,
      ({ target }) => {
        if (isScript(target)) ran.add(target);
      },
      { capture: true },
    );
  const timesAwaited = new WeakMap<HTMLScriptElement, number>();
  const isToRun = (script: HTMLScriptElement): boolean =>
    script.isConnected &&
    script.src !== "" &&
    !script.noModule &&
    JAVASCRIPT_TYPE.test(script.type) &&
    !ran.has(script) &&
    (timesAwaited.get(script) ?? 0) < MOST_WAITS;
  /** A script inserted as markup neither loads nor runs. The request log tracks one that is loading. */
  const hasCome = (script: HTMLScriptElement): boolean =>
    performance.getEntriesByName(script.src, "resource").length > 0;

  const scriptsToRun = async (scripts: readonly HTMLScriptElement[]): Promise<void> => {
    for (let i = 0; i < MOST_SCRIPT_FRAMES; i++) {
      const left = scripts.filter(isToRun);
      if (!left.some((script) => i < MOST_ARRIVAL_FRAMES || hasCome(script))) break;
      await frame();
    }
    for (const script of scripts) timesAwaited.set(script, (timesAwaited.get(script) ?? 0) + 1);
  };

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
    const latest = new Promise((end) => nativeSetTimeout(end, LONGEST_WAIT_MS));
    await Promise.race([all, latest]);
    return pages;
  };

  const workToEnd = async (): Promise<void> => {
    for (let i = 0; i < MOST_ROUNDS; i++) {
      await tasksToEnd();
      if (await answersToCome()) continue;
      if (!endAnimations()) break;
      await frame();
    }
  };

  holder[symbol] = async () => {
    if (!isObserving && document.documentElement !== null) {
      isObserving = true;
      observer.observe(document, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      });
      hasChanged = false;
    }
    await macrotask();
    const [inner] = await Promise.all([framesToEnd(), workToEnd()]);
    for (let i = 0; i < MOST_ROUNDS; i++) {
      const scripts = [...document.scripts].filter(isToRun);
      if (scripts.length === 0) break;
      await scriptsToRun(scripts);
      await workToEnd();
    }
    for (let i = 0; hasChanged && i < MOST_FRAMES; i++) {
      hasChanged = false;
      await frame();
    }
    hasChanged = false;
    return { url: location.href, title: title(), ...readFields(inner) };
  };
}
