/**
 * Records the traffic of `test/support/engine-script.ts` with a training engine, for `test/engine-transcript.test.ts`:
 *
 *     npx tsx tools/record-engine.ts <engine's address> <base model> <file>
 */

import { rmSync } from "node:fs";
import { useEngine } from "../test/support/engine-script.ts";
import { recordTraffic } from "../test/support/engine-transcript.ts";
import { openEngine } from "../test/support/open-engine.ts";

const [engineUrl, baseModel, file] = process.argv.slice(2);
if (engineUrl === undefined || baseModel === undefined || file === undefined) {
  console.error(
    "Expected address, base model and file, got less. The first lines of this file show how.",
  );
  process.exit(2);
}
rmSync(file, { force: true });
await using proxy = await recordTraffic(engineUrl, file);
await using engine = await openEngine(proxy.url, "skyrl-jax");
console.log(JSON.stringify(await useEngine(engine, baseModel), null, 1));
