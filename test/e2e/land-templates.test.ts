/** The templates of the encyclopedia, the map and both together, in Chromium. */

import { testTemplatesInChromium } from "../contracts/browser-template-contract.ts";
import { LAND } from "../support/template-sets.ts";

testTemplatesInChromium(LAND);
