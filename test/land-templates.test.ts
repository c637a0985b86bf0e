/** The templates of the encyclopedia, the map and both together, over the text browser, except those with scripts. */

import { testTemplates } from "./contracts/template-contract.ts";
import { LAND } from "./support/template-sets.ts";

testTemplates(LAND);
