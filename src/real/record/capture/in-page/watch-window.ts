/// <reference lib="dom" />
/** Reports what a person does with the window around a document: dialogs, tabs, history and the address bar. */

import type { InputReport } from "./input-report.ts";

type Unstamped<Report> = Report extends unknown ? Omit<Report, "pulse"> : never;
/** Sends a report with the pulse of its moment. */
export type SendReport = (report: Unstamped<InputReport>) => void;

/** Self-contained: the page gets it as text. */
export function watchWindow(send: SendReport): void {
  for (const dialog of ["alert", "confirm", "prompt"] as const) {
    const native = window[dialog] as (message?: string, text?: string) => unknown;
    (window as unknown as Record<string, unknown>)[dialog] = (...texts: string[]) => {
      // Pages pass all kinds of values.
      const [message = "", ...more] = texts.map(String);
      send({ type: "dialog", dialog, message });
      const result = native.call(window, message, ...more);
      const accept = dialog === "alert" || (result !== false && result !== null);
      send({ type: "answer", accept, text: typeof result === "string" ? result : null });
      return result;
    };
  }
  const close = window.close.bind(window);
  window.close = () => {
    send({ type: "closing" });
    close();
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") send({ type: "shown" });
  });

  interface NavigationLike extends EventTarget {
    currentEntry: { key: string; url: string } | null;
  }
  const { navigation } = window as unknown as { navigation?: NavigationLike };
  if (window !== window.top || navigation === undefined) return;
  const first = performance.getEntriesByType("navigation")[0] as
    | PerformanceNavigationTiming
    | undefined;
  const entry = (how: string): void => {
    const now = navigation.currentEntry;
    if (now !== null) send({ type: "entry", key: now.key, how, url: now.url });
  };
  entry(first?.type ?? "navigate");
  navigation.addEventListener("currententrychange", (event) => {
    entry((event as unknown as { navigationType: string | null }).navigationType ?? "replace");
  });
  navigation.addEventListener("navigate", (event) => {
    const { navigationType, userInitiated, destination, downloadRequest } = event as unknown as {
      downloadRequest: string | null;
      navigationType: string;
      userInitiated: boolean;
      destination: { sameDocument: boolean; url: string };
    };
    if (downloadRequest !== null) return;
    const { sameDocument, url } = destination;
    send({ type: "leaves", how: navigationType, byHand: userInitiated, sameDocument, url });
  });
}
