/** `npm run build`: compiles into dist/ and puts beside it what the sites serve as it is. */

import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = import.meta.dirname;

rmSync(join(root, "dist"), { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"],
  { cwd: root, stdio: "inherit" },
);
// The compiler has said what is wrong.
if (status !== 0) process.exit(1);
// Also what the viewer's page consists of.
for (const folder of ["fixtures", join("src", "serve", "viewer", "assets")])
  cpSync(join(root, folder), join(root, "dist", folder), {
    recursive: true,
    filter: (path) => !path.endsWith(".ts"),
  });
