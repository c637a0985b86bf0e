/** The templates that are proven together, each over the text browser and in Chromium. */

import { collectLandEntities } from "../../fixtures/templates/across/land-entities.ts";
import { CODE_HOST_ACROSS_TEMPLATES } from "../../fixtures/templates/across/code-host-templates.ts";
import { ACROSS_TEMPLATES } from "../../fixtures/templates/across/templates.ts";
import { OFFICE_AND_SHOP_TEMPLATES } from "../../fixtures/templates/across/shop-templates.ts";
import { collectEntities } from "../../fixtures/templates/entities.ts";
import { GITLAB_TEMPLATES } from "../../fixtures/templates/gitlab/templates.ts";
import { MAP_TEMPLATES } from "../../fixtures/templates/map/templates.ts";
import { collectShoppingEntities } from "../../fixtures/templates/shopping/entities.ts";
import { collectOfficeEntities } from "../../fixtures/templates/shopping-admin/entities.ts";
import { SHOPPING_ADMIN_TEMPLATES } from "../../fixtures/templates/shopping-admin/templates.ts";
import { WIKIPEDIA_TEMPLATES } from "../../fixtures/templates/wikipedia/templates.ts";
import type { TemplateSet } from "./prove-templates.ts";

export const LAND: TemplateSet = {
  name: "the land's",
  templates: [...WIKIPEDIA_TEMPLATES, ...MAP_TEMPLATES, ...ACROSS_TEMPLATES],
  leastOnSite: { wikipedia: 6, map: 8 },
  leastAcross: 4,
  entitiesOf: collectLandEntities,
};

export const OFFICE: TemplateSet = {
  name: "the back office's",
  templates: [...SHOPPING_ADMIN_TEMPLATES, ...OFFICE_AND_SHOP_TEMPLATES],
  leastOnSite: { shopping_admin: 14 },
  leastAcross: 3,
  entitiesOf: (world, split) => [
    ...collectShoppingEntities(world, split),
    ...collectOfficeEntities(world, split),
  ],
};

export const CODE_HOST: TemplateSet = {
  name: "the code host's",
  templates: [...GITLAB_TEMPLATES, ...CODE_HOST_ACROSS_TEMPLATES],
  leastOnSite: { gitlab: 14 },
  leastAcross: 4,
  entitiesOf: collectEntities,
};
