/** The sites' addresses in WebArena-Verified's config: `environments.__GITLAB__.urls`. */

import { readFileSync } from "node:fs";
import { z } from "zod";
import { ConfigError } from "../../../core/errors.ts";
import { reportIssues } from "../../../core/schema-issues.ts";
import type { AddressBook } from "../../../evaluation/verified/site-addresses.ts";

/** Other keys of the config are about running the sites. */
const ConfigSchema = z.looseObject({
  environments: z
    .record(
      z.string(),
      z.looseObject({ urls: z.array(z.string().min(1)), active_url_idx: z.int().nullish() }),
    )
    .nullish(),
});

/** @throws ConfigError */
export function readAddressConfig(path: string): AddressBook {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ConfigError(`Expected a config in JSON at ${path}, got ${code ?? message}.`, {
      cause: error,
    });
  }
  const parsed = ConfigSchema.safeParse(value);
  if (!parsed.success) throw new ConfigError(`${path}: ${reportIssues(parsed.error, value)}`);
  return Object.fromEntries(
    Object.entries(parsed.data.environments ?? {}).map(([name, { urls, active_url_idx }]) => {
      const active = urls[active_url_idx ?? 0];
      const others = urls.filter((url) => url !== active);
      return [siteName(name), active === undefined ? urls : [active, ...others]];
    }),
  );
}

/** The same config, as a file's text. */
export function formatAddressConfig(addresses: AddressBook): string {
  const environments = Object.fromEntries(
    Object.entries(addresses).map(([site, urls]) => [`__${site.toUpperCase()}__`, { urls }]),
  );
  return `${JSON.stringify({ environments }, null, 2)}\n`;
}

function siteName(name: string): string {
  return name.replaceAll(/^_+|_+$/gu, "").toLowerCase();
}
