/** An answer of the retrieval model. */

import type { PageRequest, Prediction } from "../../core/experience.ts";
import type { Basis } from "../certainty.ts";

export interface RetrievalPrediction extends Prediction {
  /** The basis of the prediction, and the model's own figure before calibration. */
  basis: Basis;
  support: number;
}

/** The answer about an address that nothing recorded resembles. */
export function unknownAddress({ method, url }: PageRequest): RetrievalPrediction {
  return {
    reasoning: `no recording of a request like ${method} ${url}`,
    next: {
      kind: "page",
      url,
      status: 404,
      redirectStatus: null,
      html: "<!doctype html><html><head><title>Unknown page</title></head><body><main><h1>Unknown page</h1><p>Nothing is known about this address.</p></main></body></html>",
    },
    evidence: [],
    certainty: 0,
    basis: "nothing",
    support: 0,
  };
}
