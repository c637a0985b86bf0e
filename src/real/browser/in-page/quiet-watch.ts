/// <reference lib="dom" />
/**
 * Runs in every document before its own scripts: notices when the page is busy changing itself. Written for the
 * page's main world, since only there can timers be seen.
 */

import type { SecretRules } from "./in-page-source.ts";

/** Where the watch is kept; a symbol, so that a page's own enumeration of `window` does not meet it. */
export const QUIET_KEY = "dreamgym.quiet";

/** What a quiet page says about itself. */
export interface QuietPage {
  url: string;
  title: string;
  /** Names of its secret fields, frames of the same origin included: what they send is a secret under any name. */
  secretNames: string[];
  /** What secret fields hold that nobody typed, such as the token of a form. */
  secretValues: string[];
  /** What other fields hold. */
  plainValues: string[];
}

/** Self-contained: it is sent to the page as text. */
export function installQuietWatch(key: string, createRules: () => SecretRules): void {
  /** A script that waits longer than this is not answering an action: a debounce is 100–500 ms, a toast lives seconds. */
  const LONGEST_WAIT_MS = 600;
  /** Of tasks that set each other: promises of older libraries are chains of timers, a carousel is one without an end. */
  const MOST_DEPTH = 40;
  /** What `requestIdleCallback` promises at most (W3C, Cooperative Scheduling of Background Tasks). */
  const IDLE_MOMENT_MS = 50;
  /** A page that changes with every frame is an animation: looking longer would not calm it. */
  const MOST_FRAMES = 10;
  /** That a script asks for one after the other: fading in or out takes up to 25. */
  const MOST_FRAMES_AHEAD = 30;
  /** A window that nobody sees has no frames at all. */
  const LONGEST_FRAME_MS = 100;
  /** For a script that has come: only a module that waits for something else takes longer. */
  const MOST_SCRIPT_FRAMES = 50;
  /** By then it is told that it has come, or that its request is under way and to be waited for before the next look. */
  const MOST_ARRIVAL_FRAMES = 10;
  /** Of scripts that add scripts. */
  const MOST_ROUNDS = 10;
  const MOST_WAITS = 2;
  /** For a worker or a socket to answer. */
  const LONGEST_ANSWER_MS = 300;
  /** Nothing of the page's tree comes from these, and buttons have them under every click. */
  const MERE_PAINT = /color|shadow|outline|background|fill|stroke|filter|decoration|radius/;
  /** Of scripts that are run, and not kept as data. */
  const JAVASCRIPT_TYPE = /^$|^module$|(java|ecma)script$/i;

  /** What a script puts off. */
  interface Task {
    depth: number;
    /** Of it and of those that led to it, in milliseconds. */
    waitMs: number;
    /** A look is waiting for it, and for what it puts off in turn. */
    isAwaited: boolean;
  }

  const rules = createRules();
  const symbol = Symbol.for(key);
  const holder = window as unknown as Record<symbol, () => Promise<QuietPage>>;
  if (holder[symbol] !== undefined) return;
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

  // A window that paints next to nothing may have no idle moment for seconds: here it comes at once, and is waited for.
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

  /** Has a method tell on whom it was called. @returns the method as it was */
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

  // Frameworks cut their work into messages to themselves. What is posted is read before what is posted after it.
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
      // Each answer asks again, and always will.
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
   * What fades out or in for a moment is shown as it will be. Who waits for its end is told by the next frame.
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

  // A form or picture by that name stands in the document's own place: `<img name=title>`.
  const find = Document.prototype.querySelectorAll.bind(document);
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

  // A script that has come is run a moment later: until then nothing of what it does can be seen.
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
  /** One that was put in as markup is neither loaded nor run; one on its way is the network's affair. */
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

  /** Frames of other origins are out of reach; one that is taken away while it is asked never answers. */
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

  /** A button that shows a password makes another field of it. */
  const everSecret = new WeakSet<Element>();
  type FieldValues = Pick<QuietPage, "secretNames" | "secretValues" | "plainValues">;
  const readFields = (inner: readonly QuietPage[]): FieldValues => {
    const secretNames = inner.flatMap((page) => page.secretNames);
    const secretValues = inner.flatMap((page) => page.secretValues);
    const plainValues = inner.flatMap((page) => page.plainValues);
    for (const field of find("input, textarea, select, meta[name], meta[property]")) {
      const tag = field.localName;
      const value =
        tag === "meta" ? (field as HTMLMetaElement).content : (field as HTMLInputElement).value;
      if (rules.isSecretField(tag, (name) => field.getAttribute(name))) everSecret.add(field);
      if (everSecret.has(field)) {
        if (tag !== "meta") secretNames.push(field.getAttribute("name") || field.id);
        secretValues.push(value);
      } else if (tag === "select")
        for (const option of (field as HTMLSelectElement).selectedOptions)
          plainValues.push(option.label);
      else if (tag !== "meta" && value !== "") plainValues.push(value);
    }
    return { secretNames, secretValues, plainValues };
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
