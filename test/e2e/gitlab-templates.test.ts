/** The templates of the code host, also across it and another site, in Chromium. */

import { testTemplatesInChromium } from "../contracts/browser-template-contract.ts";
import { CODE_HOST } from "../support/template-sets.ts";

testTemplatesInChromium(CODE_HOST);
