/// <reference lib="dom" />
/**
 * Runs in every document before its own scripts: notices when the page is busy changing itself. Written for the
 * page's main world, since only there can timers be seen.
 */

/** Where the watch is kept; a symbol, so that a page's own enumeration of `window` does not meet it. */
export const QUIET_KEY = "dreamgym.quiet";

/** What a quiet page says about itself. */
export interface QuietPage {
  url: string;
  title: string;
  /** Names of its password fields: what they send is a secret under any name. */
  secretNames: string[];
}

/** Self-contained: it is sent to the page as text. */
export function installQuietWatch(key: string): void {
  /** A script that waits longer than this is not answering an action: a debounce is 100–500 ms, a toast lives seconds. */
  const LONGEST_TIMER_MS = 600;
  /** What `requestIdleCallback` promises at most (W3C, Cooperative Scheduling of Background Tasks). */
  const IDLE_MOMENT_MS = 50;
  /** A page that changes with every frame is an animation: looking longer would not calm it. */
  const MOST_FRAMES = 10;
  /** For a script that has come: only a module that waits for something else takes longer. */
  const MOST_SCRIPT_FRAMES = 50;
  /** By then it is told that it has come, or that its request is under way and to be waited for before the next look. */
  const MOST_ARRIVAL_FRAMES = 10;
  const MOST_WAITS = 2;
  /** Of scripts that are run, and not kept as data. */
  const JAVASCRIPT_TYPE = /^$|^module$|(java|ecma)script$/i;

  const symbol = Symbol.for(key);
  const holder = window as unknown as Record<symbol, () => Promise<QuietPage>>;
  if (holder[symbol] !== undefined) return;
  const nativeSetTimeout = window.setTimeout.bind(window);
  const nativeClearTimeout = window.clearTimeout.bind(window);
  const nativeRequestFrame = window.requestAnimationFrame.bind(window);
  const timers = new Set<number>();
  let isInTimer = false;
  let hasChanged = true;

  // Timers that a timer sets are left out: a carousel would never be quiet.
  const watchedSetTimeout = (
    handler: TimerHandler,
    delayMs?: number,
    ...rest: unknown[]
  ): number => {
    if (typeof handler !== "function" || isInTimer || (delayMs ?? 0) > LONGEST_TIMER_MS)
      return nativeSetTimeout(handler, delayMs, ...rest);
    const timer = nativeSetTimeout(() => {
      timers.delete(timer);
      isInTimer = true;
      try {
        handler.apply(window, rest);
      } finally {
        isInTimer = false;
      }
    }, delayMs);
    timers.add(timer);
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

  const macrotask = (): Promise<void> =>
    new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.addEventListener("message", () => resolve(), { once: true });
      channel.port1.start();
      channel.port2.postMessage(0);
    });
  const frame = (): Promise<void> =>
    new Promise((resolve) => {
      nativeRequestFrame(() => resolve());
      nativeSetTimeout(() => resolve(), 40);
    });

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
    const awaited = [...timers];
    while (awaited.some((timer) => timers.has(timer)))
      await new Promise((resolve) => nativeSetTimeout(resolve, 4));
    const scripts = [...document.scripts].filter(isToRun);
    for (let i = 0; i < MOST_SCRIPT_FRAMES; i++) {
      const left = scripts.filter(isToRun);
      if (!left.some((script) => i < MOST_ARRIVAL_FRAMES || hasCome(script))) break;
      await frame();
    }
    for (const script of scripts) timesAwaited.set(script, (timesAwaited.get(script) ?? 0) + 1);
    for (let i = 0; hasChanged && i < MOST_FRAMES; i++) {
      hasChanged = false;
      await frame();
    }
    hasChanged = false;
    const secretNames: string[] = [];
    for (const field of document.querySelectorAll<HTMLInputElement>("input[type=password]"))
      secretNames.push(field.name);
    return { url: location.href, title: document.title, secretNames };
  };
}
