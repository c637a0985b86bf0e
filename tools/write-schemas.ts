/** Writes the JSON Schema of trajectories into the docs: `npm run schemas`. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trajectoryJsonSchema } from "../src/store/trajectory-lines.ts";

const folder = join(import.meta.dirname, "..", "docs", "schemas");
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, "trajectory.schema.json"),
  `${JSON.stringify(trajectoryJsonSchema(), null, 2)}\n`,
);
