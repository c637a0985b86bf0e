/**
 * The tool shed as a site module: what `dreamgym collect`, `dream`, `compare` and `tasks validate` take.
 *
 *     npm run dreamgym -- collect --site-module examples/your-own-site/site.ts --out runs/shed --episodes 24
 */

// In a project of your own: from "dreamgym-web".
import { provideApplication, type SiteModule } from "../../src/index.ts";
import { shedApplication } from "./provider.ts";
import { createDemonstrator, createTasks, heldOut } from "./templates.ts";

const SEED = 1;

export default {
  provider: provideApplication(shedApplication),
  worlds: { A: SEED },
  tasks: { train: createTasks(SEED, "train"), dev: createTasks(SEED, "dev") },
  createDemonstrator,
  heldOut: heldOut(SEED),
} satisfies SiteModule;
