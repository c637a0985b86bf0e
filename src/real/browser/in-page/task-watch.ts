/// <reference lib="dom" />
/** Tracks the tasks that a page's scripts put off: timers, idle moments and frames. The page gets it as text. */

export interface TaskWatch {
  /** The page's own functions, which nobody tracks. */
  setTimer: (handler: () => void, delayMs: number) => number;
  clearTimer: (timer: number) => void;
  /** The next frame, or a moment later in a window that paints none. */
  frame: () => Promise<void>;
  /** Waits for the tasks that are put off now, and for those that they put off in turn. */
  toEnd: () => Promise<void>;
}

/** Self-contained. */
export function createTaskWatch(longestWaitMs: number): TaskWatch {
  /** Limit for tasks that set each other: older promise libraries chain timers, and a carousel never ends. */
  const MOST_DEPTH = 40;
  /** The longest budget of `requestIdleCallback` (W3C, Cooperative Scheduling of Background Tasks). */
  const IDLE_MOMENT_MS = 50;
  /** Limit for frames that a script requests one after the other: a fade takes up to 25. */
  const MOST_FRAMES_AHEAD = 30;
  /** Limit for ticks of an interval that send requests: a page may ask for news forever. */
  const MOST_WAVES = 5;
  /** Longest wait for a frame, because an invisible window has none. */
  const LONGEST_FRAME_MS = 100;

  /** A task that a script deferred. */
  interface Task {
    depth: number;
    /** Total of this delay and those before it, in milliseconds. */
    waitMs: number;
    /** A look is waiting for it, and for the tasks that it defers in turn. */
    isAwaited: boolean;
  }

  const nativeSetTimeout = window.setTimeout.bind(window);
  const nativeClearTimeout = window.clearTimeout.bind(window);
  const nativeRequestFrame = window.requestAnimationFrame.bind(window);
  const nativeCancelFrame = window.cancelAnimationFrame.bind(window);
  const NOTHING: Task = { depth: 0, waitMs: 0, isAwaited: false };
  let running = NOTHING;

  const putOff = (waitMs: number): Task => ({
    depth: running.depth + 1,
    waitMs: running.waitMs + waitMs,
    isAwaited: running.isAwaited,
  });
  const isWatched = ({ depth, waitMs }: Task): boolean =>
    depth <= MOST_DEPTH && waitMs <= longestWaitMs;
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

  let answers = 0;
  const answerObserver = new PerformanceObserver((list) => {
    for (const { initiatorType } of list.getEntries() as PerformanceResourceTiming[])
      if (initiatorType === "fetch" || initiatorType === "xmlhttprequest") answers++;
  });
  const nativeSetInterval = window.setInterval.bind(window);
  /**
   * The ticks of an interval are timers that set each other. Clients that limit their rate send requests with each
   * tick: after a tick that followed answers, the next one is as near as the first.
   */
  const watchedSetInterval = (
    handler: TimerHandler,
    delayMs?: number,
    ...rest: unknown[]
  ): number => {
    if (typeof handler !== "function") return nativeSetInterval(handler, delayMs, ...rest);
    // Most pages have no interval, and observe nothing. A second call changes nothing.
    answerObserver.observe({ type: "resource" });
    const waitMs = Math.max(0, Number(delayMs) || 0);
    let task = putOff(waitMs);
    let answersBefore = answers;
    let waves = 0;
    const interval = nativeSetInterval(() => {
      const isWave = answers > answersBefore && ++waves <= MOST_WAVES;
      answersBefore = answers;
      const next = {
        ...task,
        depth: task.depth + 1,
        waitMs: isWave ? waitMs : task.waitMs + waitMs,
      };
      try {
        run(task, () => handler.apply(window, rest));
      } finally {
        task = next;
        // The handler may have ended the interval.
        if (timers.delete(interval) && isWatched(task)) timers.set(interval, task);
      }
    }, delayMs);
    if (isWatched(task)) timers.set(interval, task);
    return interval;
  };
  window.setInterval = watchedSetInterval as typeof window.setInterval;
  window.clearInterval = window.clearTimeout;

  // A window that hardly paints may have no idle moment for seconds. Here it comes at once, and the look waits for it.
  window.requestIdleCallback = (callback) =>
    watchedSetTimeout(
      () => callback({ didTimeout: false, timeRemaining: () => IDLE_MOMENT_MS }),
      1,
    );
  window.cancelIdleCallback = (idle) => window.clearTimeout(idle);

  const frames = new Map<number, Task>();
  window.requestAnimationFrame = (callback) => {
    const task = putOff(longestWaitMs / MOST_FRAMES_AHEAD);
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

  const frame = (): Promise<void> =>
    new Promise((resolve) => {
      nativeRequestFrame(() => resolve());
      nativeSetTimeout(() => resolve(), 40);
    });

  const toEnd = async (): Promise<void> => {
    const isAwaited = (task: Task): boolean => task.isAwaited;
    for (const task of [...timers.values(), ...frames.values()]) task.isAwaited = true;
    while ([...timers.values(), ...frames.values()].some(isAwaited))
      await new Promise((resolve) => nativeSetTimeout(resolve, 4));
  };

  return { setTimer: nativeSetTimeout, clearTimer: nativeClearTimeout, frame, toEnd };
}
