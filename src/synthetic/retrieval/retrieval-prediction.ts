/** An answer of the retrieval model. */

import type { Prediction } from "../../core/experience.ts";
import type { Basis } from "../certainty.ts";

export interface RetrievalPrediction extends Prediction {
  /** The basis of the prediction, and the model's own figure before calibration. */
  basis: Basis;
  support: number;
}
