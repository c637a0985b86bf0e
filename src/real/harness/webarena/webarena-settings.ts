/** Where WebArena's sites are, and how they are logged in to and reset: from environment variables or a config file. */

import { z } from "zod";
import { ConfigError } from "../../../core/errors.ts";
import { WEBARENA_SITES, type WebArenaSite } from "./webarena-sites.ts";

const UrlSchema = z
  .url({ protocol: /^https?$/u, error: "expected a URL such as http://shop.example:7770" })
  // WebArena joins texts, so a slash at the end would double in every address.
  .transform((url) => url.replace(/\/+$/u, ""));

const SiteSchema = z.union([
  UrlSchema.transform((url): { url: string; address?: string } => ({ url })),
  z.strictObject({
    url: UrlSchema,
    /** Host and port that serve the URL, where the URL's own do not: `10.0.0.2:7770`. */
    address: z.string().exactOptional(),
  }),
]);

const siteRecord = <T extends z.ZodType>(value: T) =>
  z.partialRecord(z.enum(WEBARENA_SITES), value);

/** When a reset happens. WebArena resets between runs; only a fast hook is worth it before each task. */
const before = z.enum(["run", "task"]).default("run");
const timeoutS = z.number().positive().default(1_200);

export const ResetSchema = z.discriminatedUnion("by", [
  z.strictObject({
    /** WebArena-Verified's control servers, one for each site. */
    by: z.literal("env-ctrl"),
    urls: z.array(UrlSchema).min(1),
    /** The calls of one reset, in order. */
    calls: z.array(z.string()).min(1).default(["stop", "start?wait=1", "init"]),
    before,
    timeoutS,
  }),
  z.strictObject({
    /** A server with `GET /reset` and `GET /status`, as in webarena-setup. */
    by: z.literal("server"),
    url: UrlSchema,
    before,
    timeoutS,
  }),
  z.strictObject({
    /** A command line for the shell. It ends with 0 once the sites are reset. */
    by: z.literal("command"),
    command: z.string().min(1),
    before,
    timeoutS,
  }),
]);
export type ResetSettings = z.infer<typeof ResetSchema>;

const InstanceSchema = z.strictObject({
  sites: siteRecord(SiteSchema).refine((sites) => Object.keys(sites).length > 0, {
    error: "expected the URL of at least one site, got none",
  }),
  reset: ResetSchema.exactOptional(),
});
export type InstanceSettings = z.infer<typeof InstanceSchema>;

const LoginSchema = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("none") }),
  /** Fills in each site's login form. */
  z.strictObject({ by: z.literal("form") }),
  /** Headers that WebArena-Verified's images understand; the form where a site has none. */
  z.strictObject({ by: z.literal("header") }),
  /** Playwright's storage states, as WebArena's auto_login writes them: `<site>_state.json`. Renewed by the form. */
  z.strictObject({ by: z.literal("stored"), folder: z.string().min(1) }),
]);

export const WebArenaSettingsSchema = z.strictObject({
  /** Copies of the sites. Workers share them out. */
  instances: z.array(InstanceSchema).min(1),
  login: LoginSchema.default({ by: "form" }),
  /** Other accounts than WebArena's public ones. */
  accounts: siteRecord(
    z.strictObject({ username: z.string().min(1), password: z.string() }),
  ).default({}),
  /** Other pages than WebArena's to log in on, and to see whether a login holds. */
  loginPages: siteRecord(
    z.strictObject({
      loginPath: z.string().exactOptional(),
      checkPath: z.string().exactOptional(),
      checkText: z.string().exactOptional(),
    }),
  ).default({}),
  /** Headers of every request of the browser. */
  headers: z.record(z.string(), z.string()).default({}),
});
export type WebArenaSettings = z.infer<typeof WebArenaSettingsSchema>;
export type WebArenaSettingsInput = z.input<typeof WebArenaSettingsSchema>;

/** BrowserGym's word for a site that is not hosted. */
const NOT_HOSTED = "todo";

/**
 * The instance that WebArena's environment variables describe: `SHOPPING`, `SHOPPING_ADMIN`, `REDDIT`, `GITLAB`,
 * `WIKIPEDIA` and `MAP`, or BrowserGym's names with `WA_` before them, which win. `WA_FULL_RESET` is a reset server.
 *
 * @throws ConfigError when none of them is set
 */
export function settingsFromVariables(
  variables: Readonly<Record<string, string | undefined>>,
): WebArenaSettingsInput {
  const sites: Partial<Record<WebArenaSite, string>> = {};
  for (const site of WEBARENA_SITES) {
    const name = site.toUpperCase();
    const url = (variables[`WA_${name}`] ?? variables[name] ?? "").trim();
    if (url !== "" && url.toLowerCase() !== NOT_HOSTED) sites[site] = url;
  }
  if (Object.keys(sites).length === 0)
    throw new ConfigError(
      `Expected the address of a WebArena site in an environment variable (${WEBARENA_SITES.map((site) => site.toUpperCase()).join(", ")}, or the same with WA_ before it), got none. Set them as for WebArena, or give --settings.`,
    );
  const reset = (variables["WA_FULL_RESET"] ?? "").trim();
  return {
    instances: [{ sites, ...(reset !== "" && { reset: { by: "server", url: reset } }) }],
  };
}
