/** What a `SiteApplication` can be wrong in, told when it is started, before an episode stumbles over its consequence. */

import { readdir, stat } from "node:fs/promises";
import { connect } from "node:net";
import { isAbsolute, join, normalize, sep } from "node:path";
import { ConfigError, SiteError } from "../../core/errors.ts";
import type { SiteApplication } from "./site-application.ts";

type Definition = Pick<SiteApplication, "site" | "origin" | "stateFiles" | "readOnly" | "reset">;

/** @throws ConfigError for a definition that cannot work, whatever the application does */
export function checkApplication(definition: Definition): void {
  const { site, origin, stateFiles, readOnly, reset } = definition;
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/u.test(site))
    throw new ConfigError(
      `Expected a site name of lower-case letters, digits and _, since __NAME__ stands for it in task files, got "${site}". Choose another.`,
    );
  const url = URL.parse(origin);
  if (url?.protocol !== "http:" || url.origin !== origin)
    throw new ConfigError(
      `Expected the origin of ${site} as http:// and a host, such as http://${site.replaceAll("_", "-")}.test, without a path or a slash at the end, got "${origin}". Write it so; it is served over plain HTTP on loopback.`,
    );
  if (stateFiles.length === 0 && readOnly !== true && reset === undefined)
    throw new ConfigError(
      `Expected stateFiles of ${site} to name the files that hold its state, got none. Name them, or say readOnly: true; for state that is elsewhere, add a reset().`,
    );
  const outside = stateFiles.find((file) => isAbsolute(file) || normalize(file).startsWith(".."));
  if (outside !== undefined)
    throw new ConfigError(
      `Expected stateFiles of ${site} to name files in the folder that seed is given, got "${outside}". Keep the state there.`,
    );
}

/**
 * Whether the seed has left what instances are made of: each state file or folder, and no other file. A file that is not named
 * would be missing in every instance. Hidden ones are the settings and locks of programs, and may stay behind.
 *
 * @throws SiteError
 */
export async function checkSeeded(
  { site, stateFiles, readOnly }: Definition,
  folder: string,
): Promise<void> {
  const left = (await readdir(folder, { recursive: true })).filter(
    (path) => !/(^|[\\/])\./u.test(path),
  );
  for (const file of stateFiles) {
    if ((await stat(join(folder, file)).catch(() => null)) !== null) continue;
    throw new SiteError(
      `Expected the seed of ${site} to write ${file} that stateFiles names, got ${left.join(", ") || "nothing"}. Write it, or name in stateFiles what is written.`,
    );
  }
  if (readOnly === true) return;
  const named = stateFiles.map((file) => normalize(file).replace(/[\\/]$/u, ""));
  const isNamed = (path: string): boolean =>
    named.some((name) => path === name || path.startsWith(join(name, sep)));
  for (const path of left)
    if (!isNamed(path) && (await stat(join(folder, path))).isFile())
      throw new SiteError(
        `Expected stateFiles of ${site} to name every file that its seed leaves, got ${path} beside them, which no instance would have. Name it, or have the seed remove it.`,
      );
}

/** @throws SiteError when nobody listens at the address that `serve` has given */
export async function checkServing(site: string, address: string): Promise<void> {
  const [, host, port] = /^([\w.-]+|\[[\da-f:]+\]):(\d+)$/iu.exec(address) ?? [];
  if (host === undefined)
    throw new SiteError(
      `Expected serve of ${site} to give an address such as 127.0.0.1:4321, got "${address}". Leave out scheme and path.`,
    );
  const socket = connect({ host: host.replaceAll(/[[\]]/gu, ""), port: Number(port) });
  try {
    await new Promise((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new SiteError(
      `Expected ${site} to listen at ${address} once serve has given it, got ${reason}. Wait for it in serve, and see the application's own log.`,
      { cause: error },
    );
  } finally {
    socket.destroy();
  }
}

/** What a Cookie header may hold: RFC 6265, section 4.1.1. */
const COOKIE_NAME = /^[!#$%&'*+\-.^`|~\w]+$/u;
const COOKIE_VALUE = /^[!#-+\--:<-[\]-~]*$/u;

/** @throws SiteError for what no Cookie header can hold */
export function checkCookies(
  site: string,
  cookies: readonly { name: string; value: string }[],
): void {
  for (const { name, value } of cookies) {
    if (COOKIE_NAME.test(name) && typeof value === "string" && COOKIE_VALUE.test(value)) continue;
    throw new SiteError(
      `Expected sessionCookies of ${site} to give names and values as a Cookie header holds them, got ${JSON.stringify({ name, value })}. Encode the value as the application does.`,
    );
  }
}
