/** The templates of the code host, also across it and another site, over the text browser. Without script tasks. */

import { testTemplates } from "./contracts/template-contract.ts";
import { CODE_HOST } from "./support/template-sets.ts";

testTemplates(CODE_HOST);
