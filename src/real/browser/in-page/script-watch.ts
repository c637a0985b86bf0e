/// <reference lib="dom" />
/** Tracks scripts that have loaded, or still load, and have not run yet. The page gets it as text. */

import type { TaskWatch } from "./task-watch.ts";

export interface ScriptWatch {
  /** Waits for the scripts that the document has now. @returns whether there was anything to wait for */
  toRun: () => Promise<boolean>;
}

/** Self-contained. */
export function createScriptWatch({ frame }: TaskWatch, mostWaits: number): ScriptWatch {
  /** Limit for a loaded script to run. Only a module that waits for something takes longer. */
  const MOST_SCRIPT_FRAMES = 50;
  /** By then the script has loaded, or its request is known to be in progress and the next look waits for it. */
  const MOST_ARRIVAL_FRAMES = 10;
  /** Types of scripts that run, as opposed to data. */
  const JAVASCRIPT_TYPE = /^$|^module$|(java|ecma)script$/i;

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
    (timesAwaited.get(script) ?? 0) < mostWaits;
  /** A script inserted as markup neither loads nor runs. The request log tracks one that is loading. */
  const hasCome = (script: HTMLScriptElement): boolean =>
    performance.getEntriesByName(script.src, "resource").length > 0;

  const toRun = async (): Promise<boolean> => {
    const scripts = [...document.scripts].filter(isToRun);
    if (scripts.length === 0) return false;
    for (let i = 0; i < MOST_SCRIPT_FRAMES; i++) {
      const left = scripts.filter(isToRun);
      if (!left.some((script) => i < MOST_ARRIVAL_FRAMES || hasCome(script))) break;
      await frame();
    }
    for (const script of scripts) timesAwaited.set(script, (timesAwaited.get(script) ?? 0) + 1);
    return true;
  };

  return { toRun };
}
