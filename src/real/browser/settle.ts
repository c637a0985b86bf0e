/** Waits until the page has answered an action. There is no fixed sleep, so an action without effect costs no time. */

import type { ChangeSignal } from "./change-signal.ts";
import type { RequestLog } from "./request-log.ts";
import type { Tabs } from "./tabs.ts";

/** How long a requested page may take to start loading, in milliseconds. Real sites take seconds. */
const LONGEST_MS = 20_000;

export type SettlingTabs = Pick<Tabs, "isOpening" | "all" | "active">;

export interface SettleOptions {
  tabs: SettlingTabs;
  requests: RequestLog;
  changed: ChangeSignal;
  /** A page that is not quiet this long after its last part arrived is read as it is, in milliseconds. */
  capMs: number;
}

/**
 * A page is settled when it has no announced or running load, no document, script, style or script request in progress,
 * no window on its way, and no short timers or changes left. Protocol events arrive in order. One round trip to the
 * page after an input therefore shows everything that the input started.
 *
 * @returns whether the cap ended the wait
 */
export async function settle({ tabs, requests, changed, capMs }: SettleOptions): Promise<boolean> {
  const patience = new SettleDeadline(requests, capMs);
  const isBusy = (): boolean =>
    tabs.isOpening ||
    tabs.all.length === 0 ||
    tabs.active.isLoading ||
    tabs.all.some((tab) => tab.isUnread && tab.isLoading) ||
    requests.inFlight > 0;
  const acting = tabs.all.length === 0 ? null : tabs.active;
  const look = async (): Promise<"settled" | "again"> => {
    const change = changed.next();
    if (isBusy()) {
      await change;
      patience.renew();
      return "again";
    }
    const tab = tabs.active;
    // A page that opened a window may set the window's address only now.
    if (acting !== null && acting !== tab && !acting.isClosed) await acting.quiet();
    for (const unread of tabs.all.filter(({ isUnread }) => isUnread)) {
      await unread.quiet();
      unread.isUnread = isBusy();
    }
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
  // The tab has not reported its current URL yet.
  if (tabs.all.length > 0) await tabs.active.quiet();
  return true;
}

/** Ends the wait once nothing has arrived for a while, unless a requested page has not started to load. */
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

  /** Waits again if a part of a page has arrived since. */
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
