/** Loads a user's own file: TypeScript or JavaScript, whether dreamgym runs from source or built. */

import { existsSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError } from "../core/errors.ts";
import {
  type CheckedSiteModule,
  checkSiteModule,
  SiteModuleSchema,
} from "../transfer/site-module.ts";

/** @param path as the user wrote it. @throws ConfigError when it is not there, does not load or is not complete */
export async function loadSiteModule(path: string): Promise<CheckedSiteModule> {
  const exported = await importFile(path);
  const { default: whole, ...named } = exported;
  if (whole !== undefined) return checkSiteModule(whole, path);
  const known = Object.keys(SiteModuleSchema.shape).filter((name) => name in named);
  if (known.length > 0)
    return checkSiteModule(Object.fromEntries(known.map((name) => [name, named[name]])), path);
  throw new ConfigError(
    `Expected ${path} to export a site module with a \`provider\` or \`urls\`, got ${Object.keys(named).join(", ") || "no export"}. Write \`export default { provider: … }\`: see "A site module" in docs/your-own-site.md.`,
  );
}

/** All exports of a module. @throws ConfigError when it is not there or does not load */
export async function importFile(path: string): Promise<Record<string, unknown>> {
  const file = resolve(path);
  if (!existsSync(file))
    throw new ConfigError(`Expected a file at ${path}, got nothing. Check the path.`);
  try {
    await learnTypeScript(file);
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `${path} cannot be loaded: ${reason.replaceAll(/\s+/g, " ")}. Correct the file; \`npx tsx ${path}\` shows the whole error.`,
      { cause: error },
    );
  }
}

/**
 * Node alone does not read TypeScript in every version that we support. From source whoever started us reads it
 * already. Registered, not `tsImport`: that one would load this package a second time for the user's file.
 */
async function learnTypeScript(file: string): Promise<void> {
  if (!/^\.[cm]?ts$/u.test(extname(file)) || import.meta.filename.endsWith(".ts")) return;
  const { register } = await import("tsx/esm/api");
  register();
}
