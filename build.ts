/** `npm run build`: compiles into dist/ and puts beside it what the sites serve as it is. */

import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = import.meta.dirname;

rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"],
  { cwd: root, stdio: "inherit" },
);
cpSync(join(root, "fixtures"), join(root, "dist", "fixtures"), {
  recursive: true,
  filter: (path) => !path.endsWith(".ts"),
});
