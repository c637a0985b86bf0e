/** A page as the model predicts it, before calibration sets its certainty. */

import { applyEdits, type PageEdit } from "../tree/page-edit.ts";
import type { PageExample } from "./binding/page-binding.ts";
import type { Basis } from "../certainty.ts";

/** The page at some moment of the session. */
export interface PagePrediction {
  url: string;
  status: number;
  redirectStatus: number | null;
  html: string;
  evidence: string[];
  /** Texts of it that are only a guess. */
  guesses: readonly string[];
  support: number;
  /** 0–1: that a redirect leads to `url`. Absent without a redirect, or where the page is as sure as its URL. */
  urlSupport?: number;
  basis: Basis;
  reasons: string[];
}

/** A page that is a recorded one with edits. */
export function pageOn(
  skeleton: PageExample,
  url: string,
  edits: readonly PageEdit[],
  about: Pick<PagePrediction, "evidence" | "guesses" | "support" | "basis"> & { reason: string },
): PagePrediction {
  const { reason, ...rest } = about;
  return {
    url,
    status: 200,
    redirectStatus: null,
    html: applyEdits(skeleton.tree.html, edits),
    ...rest,
    reasons: [reason],
  };
}
