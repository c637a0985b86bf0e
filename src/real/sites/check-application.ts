/** Checks a `SiteApplication` at its start, so that a mistake does not surface later in an episode. */

import { readdir, stat } from "node:fs/promises";
import { connect } from "node:net";
import { isAbsolute, join, normalize, sep } from "node:path";
import { ConfigError, SiteError } from "../../core/errors.ts";
import type { SiteApplication } from "./site-application.ts";

type Definition = Pick<SiteApplication, "site" | "origin" | "stateFiles" | "readOnly" | "reset">;

/** @throws ConfigError for a definition that cannot work with any application */
export function checkApplication(definition: Definition): void {
  const { site, origin, stateFiles, readOnly, reset } = definition;
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/u.test(site))
    throw new ConfigError(
      `Expected a site name of lower-case letters, digits and _, because __NAME__ is its placeholder in task files, got "${site}". Choose another.`,
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
 * Whether the seed wrote what instances need: each state file or folder, and no other file. An unnamed file would be
 * missing in every instance. Hidden files are settings and locks of programs, and may stay.
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
        `Expected stateFiles of ${site} to name every file that its seed leaves, got ${path} in addition, which no instance would have. Name it, or have the seed remove it.`,
      );
}

/** @throws SiteError if nobody listens at the address that `serve` returned */
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

/** What a Cookie header may contain: RFC 6265, section 4.1.1. */
const COOKIE_NAME = /^[!#$%&'*+\-.^`|~\w]+$/u;
const COOKIE_VALUE = /^[!#-+\--:<-[\]-~]*$/u;

/** @throws SiteError for a cookie that no Cookie header can hold */
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
