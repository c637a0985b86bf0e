/** The templates of the back office, also across it and the shop, over the text browser, except those with scripts. */

import { testTemplates } from "./contracts/template-contract.ts";
import { OFFICE } from "./support/template-sets.ts";

testTemplates(OFFICE);
