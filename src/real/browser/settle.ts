/** Waits after an action until the page has answered it: no fixed sleep, so that nothing happening costs nothing. */

import type { ChangeSignal } from "./change-signal.ts";
import type { RequestLog } from "./request-log.ts";
import type { Tabs } from "./tabs.ts";

/** For a page that was asked for to begin to come, in milliseconds: real sites take seconds. */
const LONGEST_MS = 20_000;

export type SettlingTabs = Pick<Tabs, "isOpening" | "all" | "active">;

export interface SettleOptions {
  tabs: SettlingTabs;
  requests: RequestLog;
  changed: ChangeSignal;
  /** A page that is not quiet so long after the last of its parts came is taken as it is, in milliseconds. */
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
  const patience = new SettleDeadline(requests, capMs);
  const isBusy = (): boolean =>
    tabs.isOpening || tabs.all.length === 0 || tabs.active.isLoading || requests.inFlight > 0;
  const acting = tabs.all.length === 0 ? null : tabs.active;
  const look = async (): Promise<"settled" | "again"> => {
    const change = changed.next();
    if (isBusy()) {
      await change;
      patience.renew();
      return "again";
    }
    const tab = tabs.active;
    // A page that opened a window may only now be telling it where to go.
    if (acting !== null && acting !== tab && !acting.isClosed) await acting.quiet();
    const page = await tab.quiet();
    for (const name of page?.secretNames ?? []) requests.secrets.addName(name);
    for (const value of page?.secretValues ?? []) requests.secrets.addValue(value);
    return page !== null && !isBusy() && tabs.active === tab ? "settled" : "again";
  };
  try {
    for (;;) {
      const outcome = await Promise.race([look(), patience.lost]);
      if (outcome === "settled") return false;
      if (outcome === "cap") break;
    }
  } finally {
    patience.end();
  }
  requests.stopWaiting();
  for (const tab of tabs.all) tab.stopWaiting();
  // Where it is by now it still has to say.
  if (tabs.all.length > 0) await tabs.active.quiet();
  return true;
}

/** Is lost when nothing has come for a while, be it that a page that was asked for has not even begun to. */
class SettleDeadline {
  readonly lost: Promise<"cap">;
  readonly #requests: RequestLog;
  readonly #capMs: number;
  #arrivals: number;
  #lose: (outcome: "cap") => void = () => {};
  #timer: NodeJS.Timeout;
  readonly #limit: NodeJS.Timeout;
  #isOver = false;

  constructor(requests: RequestLog, capMs: number) {
    this.#requests = requests;
    this.#capMs = capMs;
    this.#arrivals = requests.arrivals;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#timer = this.#wait();
    this.#limit = setTimeout(this.#lose, Math.max(capMs, LONGEST_MS), "cap");
  }

  /** Waits anew, if a part of a page came since. */
  renew(): void {
    if (this.#isOver || this.#requests.arrivals === this.#arrivals) return;
    this.#arrivals = this.#requests.arrivals;
    clearTimeout(this.#timer);
    this.#timer = this.#wait();
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#limit);
  }

  #wait(): NodeJS.Timeout {
    return setTimeout(() => {
      if (this.#requests.awaitsPage) this.#timer = this.#wait();
      else this.#lose("cap");
    }, this.#capMs);
  }
}
