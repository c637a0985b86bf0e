/** Storage states of Playwright: cookies, and what pages keep in localStorage. */

import { existsSync } from "node:fs";
import { z } from "zod";
import { ConfigError } from "../../core/errors.ts";
import { readJsonFile } from "../../store/json-text.ts";

export const StoredSessionSchema = z.object({
  cookies: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      domain: z.string(),
      path: z.string(),
      expires: z.number(),
      httpOnly: z.boolean(),
      secure: z.boolean(),
      sameSite: z.enum(["Strict", "Lax", "None"]),
    }),
  ),
  origins: z
    .array(
      z.object({
        origin: z.string(),
        localStorage: z.array(z.object({ name: z.string(), value: z.string() })),
      }),
    )
    .default([]),
});
export type StoredSession = z.infer<typeof StoredSessionSchema>;

/** @param how says in messages how to write the file. @throws ConfigError if the file is missing or holds something else */
export function readStoredSession(path: string, how: string): StoredSession {
  if (!existsSync(path))
    throw new ConfigError(`Expected a stored session at ${path}, got nothing. ${how}`);
  const session = StoredSessionSchema.safeParse(readJsonFile(path));
  if (session.success) return session.data;
  throw new ConfigError(
    `Expected a storage state of Playwright in ${path}, got something else. ${how}`,
  );
}

/** Several sessions as one. */
export function joinSessions(sessions: readonly StoredSession[]): StoredSession {
  return {
    cookies: sessions.flatMap(({ cookies }) => cookies),
    origins: sessions.flatMap(({ origins }) => origins),
  };
}

/** What a session holds for one origin. */
export function sessionOf(session: StoredSession, origin: string): StoredSession {
  const { hostname } = new URL(origin);
  return {
    cookies: session.cookies.filter(({ domain }) =>
      domain.startsWith(".") ? `.${hostname}`.endsWith(domain) : hostname === domain,
    ),
    origins: session.origins.filter((one) => one.origin === origin),
  };
}
