/** Turns a prediction into a page, and decides whether that page is right. Calibration and fidelity share it. */

import type { Prediction } from "../../core/experience.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { withoutFragment } from "../../page/url-parts.ts";
import { pageAfterEvent } from "../../text-browser/event-effect.ts";
import {
  changeBetween,
  compareChanges,
  countNodes,
  f1,
  type ForcedStep,
} from "../buffer/teacher-forcing.ts";

/** The page that a prediction leads to, with the browser's own effect on the controls. */
export function predictedPage(prediction: Prediction, step: ForcedStep): PageSnapshot {
  const { next } = prediction;
  if (next.kind === "unchanged") return unansweredPage(step);
  const page = { url: next.url, html: next.html };
  const { cause } = step.query;
  // A script may open another page, where the browser's own effect on the old one is lost.
  if (cause.kind === "request" || withoutFragment(page.url) !== step.before.url) return page;
  return pageAfterEvent(step.before, cause.event, page);
}

/** The page when the site does nothing: it shows the typed or chosen values. */
export function unansweredPage({ query: { cause }, before }: ForcedStep): PageSnapshot {
  if (cause.kind === "request" || before.html === "") return before;
  return pageAfterEvent(before, cause.event, null);
}

/** An answer is right if it leads where the site leads and makes the site's changes, up to one node in ten. */
const RIGHT_F1 = 0.9;

/** 1 for a right answer, else 0. */
export function truthOf(predicted: PageSnapshot, { truth, before }: ForcedStep): number {
  if (predicted.url !== truth.url) return 0;
  const start = countNodes(before);
  const overlap = compareChanges(
    changeBetween(start, countNodes(predicted)),
    changeBetween(start, countNodes(truth)),
  );
  return f1(overlap) >= RIGHT_F1 ? 1 : 0;
}
