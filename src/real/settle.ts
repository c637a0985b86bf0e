/** Waits after an action until the page has answered it: no fixed sleep, so that nothing happening costs nothing. */

import type { ChangeSignal } from "./change-signal.ts";
import type { RequestLog } from "./request-log.ts";
import type { Tabs } from "./tabs.ts";

export type SettlingTabs = Pick<Tabs, "isOpening" | "all" | "active">;

export interface SettleOptions {
  tabs: SettlingTabs;
  requests: RequestLog;
  changed: ChangeSignal;
  /** A page that is not quiet by then is taken as it is, in milliseconds. */
  capMs: number;
}

/**
 * Settled is: no load announced or running, no document, script, style or script's request under way, no window on its
 * way, and the page's short timers and changes have come to rest. Events of the protocol come in order, so one round trip
 * to the page after an input shows all that the input started.
 *
 * @returns whether the cap ended it
 */
export async function settle({ tabs, requests, changed, capMs }: SettleOptions): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const cap = new Promise<"cap">((resolve) => {
    timer = setTimeout(resolve, capMs, "cap");
  });
  const isBusy = (): boolean =>
    tabs.isOpening || tabs.all.length === 0 || tabs.active.isLoading || requests.inFlight > 0;
  const acting = tabs.all.length === 0 ? null : tabs.active;
  const look = async (): Promise<"settled" | "again"> => {
    const change = changed.next();
    if (isBusy()) {
      await change;
      return "again";
    }
    const tab = tabs.active;
    // A page that opened a window may only now be telling it where to go.
    if (acting !== null && acting !== tab && !acting.isClosed) await acting.quiet();
    const page = await tab.quiet();
    for (const name of page?.secretNames ?? []) requests.addSecretName(name);
    return page !== null && !isBusy() && tabs.active === tab ? "settled" : "again";
  };
  try {
    for (;;) {
      const outcome = await Promise.race([look(), cap]);
      if (outcome === "settled") return false;
      if (outcome === "cap") break;
    }
  } finally {
    clearTimeout(timer);
  }
  requests.stopWaiting();
  for (const tab of tabs.all) tab.stopWaiting();
  // Where it is by now it still has to say.
  if (tabs.all.length > 0) await tabs.active.quiet();
  return true;
}
