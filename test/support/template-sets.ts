/** The templates that are proven together, each over the text browser and in Chromium. */

import { collectLandEntities } from "../../fixtures/templates/across/land-entities.ts";
import { ACROSS_TEMPLATES } from "../../fixtures/templates/across/templates.ts";
import { MAP_TEMPLATES } from "../../fixtures/templates/map/templates.ts";
import { WIKIPEDIA_TEMPLATES } from "../../fixtures/templates/wikipedia/templates.ts";
import type { TemplateSet } from "./prove-templates.ts";

export const LAND: TemplateSet = {
  name: "the land's",
  templates: [...WIKIPEDIA_TEMPLATES, ...MAP_TEMPLATES, ...ACROSS_TEMPLATES],
  leastOnSite: { wikipedia: 6, map: 8 },
  leastAcross: 4,
  entitiesOf: collectLandEntities,
};
