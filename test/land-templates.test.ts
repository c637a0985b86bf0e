/** The templates of the encyclopedia, the map and both together, over the text browser: all but what needs a script. */

import { testTemplates } from "./contracts/template-contract.ts";
import { LAND } from "./support/template-sets.ts";

testTemplates(LAND);
