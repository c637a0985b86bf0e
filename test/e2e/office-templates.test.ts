/** The templates of the back office, and those across it and the shop, in Chromium. */

import { testTemplatesInChromium } from "../contracts/browser-template-contract.ts";
import { OFFICE } from "../support/template-sets.ts";

testTemplatesInChromium(OFFICE);
