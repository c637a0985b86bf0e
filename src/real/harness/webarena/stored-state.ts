/** Storage states of Playwright, as WebArena's auto_login.py writes them: cookies, and what pages keep in localStorage. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext } from "playwright";
import { z } from "zod";
import { ConfigError } from "../../../core/errors.ts";
import { readJsonFile } from "../../../store/json-text.ts";

const StateSchema = z.object({
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
export type StoredState = z.infer<typeof StateSchema>;

/** @throws ConfigError if the file is missing or does not hold such a state */
export function readStoredState(folder: string, site: string): StoredState {
  const path = join(folder, `${site}_state.json`);
  if (!existsSync(path))
    throw new ConfigError(
      `Expected a stored session at ${path}, got nothing. Write it with WebArena's auto_login.py, or log in by the form.`,
    );
  const state = StateSchema.safeParse(readJsonFile(path));
  if (state.success) return state.data;
  throw new ConfigError(
    `Expected a storage state of Playwright in ${path}, got something else. Write it again with auto_login.py.`,
  );
}

/** Several sites' states as one. */
export function joinStates(states: readonly StoredState[]): StoredState {
  return {
    cookies: states.flatMap(({ cookies }) => cookies),
    origins: states.flatMap(({ origins }) => origins),
  };
}

/** Gives a state to a context without cookies and storage of its own. */
export async function giveState(context: BrowserContext, state: StoredState): Promise<void> {
  // Playwright opens a page of each origin for this, so it is only for states that need it.
  if (state.origins.length > 0) await context.setStorageState(state);
  else if (state.cookies.length > 0) await context.addCookies(state.cookies);
}
