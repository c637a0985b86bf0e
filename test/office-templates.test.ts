/** The templates of the back office, and those across it and the shop, over the text browser: all but what needs a script. */

import { testTemplates } from "./contracts/template-contract.ts";
import { OFFICE } from "./support/template-sets.ts";

testTemplates(OFFICE);
