/** From flags and config files to a strict schema: every fault is one line that names the key. */

import { readFileSync } from "node:fs";
import { InvalidArgumentError, Option } from "commander";
import type { ZodType } from "zod";
import { ConfigError } from "../core/errors.ts";
import { reportIssues } from "../store/schema-issues.ts";

/** For commander: a whole number ≥ 0. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 0 up.");
  return Number(text);
}

/** Where it came from is part of the message. @throws ConfigError */
export function parseConfig<T>(schema: ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${where}: ${reportIssues(parsed.error)}`);
}

/** Reads a JSON object; `{}` for no file. @throws ConfigError */
export function readConfigFile(path: string | undefined): Record<string, unknown> {
  if (path === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ConfigError(
      `Expected JSON in ${path}, got: ${(error as Error).message.replaceAll(/\s+/g, " ")}`,
      { cause: error },
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new ConfigError(`Expected a JSON object in ${path}, got ${JSON.stringify(value)}.`);
}

/** Leaves out what was not given, so that it does not hide a default or a config file's value. */
export function given(flags: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

export const browserOption = (): Option =>
  new Option("--browser <path>", "Chromium to use (else DREAMGYM_BROWSER, else looked for)");
export const jsonOption = (): Option => new Option("--json", "print the result as JSON");
