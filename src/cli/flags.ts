/** From flags and config files to a strict schema: every fault is one line that names the key. */

import { InvalidArgumentError, Option } from "commander";
import type { ZodType } from "zod";
import { ConfigError } from "../core/errors.ts";
import { reportIssues } from "../core/schema-issues.ts";
import { readJsonFile } from "../store/json-text.ts";

/** For commander: a whole number ≥ 0. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 0 up.");
  return Number(text);
}

/** For commander: a whole number ≥ 1. */
export function countFromOne(text: string): number {
  if (!/^0*[1-9]\d*$/.test(text))
    throw new InvalidArgumentError("Expected a whole number from 1 up.");
  return Number(text);
}

/** For commander: a port of this machine; 0 stands for any free one. */
export function portNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError("Expected a port from 0 to 65535.");
  return Number(text);
}

/** For commander: a path, which an unset variable of a shell is not. */
export function pathName(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("Expected a path, got an empty text.");
  return text;
}

/** For commander: a share above 0 and below 1. */
export function shareBelowOne(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < 1))
    throw new InvalidArgumentError("Expected a number above 0 and below 1.");
  return value;
}

/** For commander, repeatable: `name=url` adds a site. */
export function siteUrl(text: string, sites: Record<string, string> = {}): Record<string, string> {
  const [, name, url = ""] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || !URL.canParse(url))
    throw new InvalidArgumentError(
      "Expected name=url, the name of letters, digits and _, such as notes=http://localhost:4321.",
    );
  return { ...sites, [name.toLowerCase()]: url };
}

/** For commander: names with commas between them; one that is named twice counts once. */
export function commaList(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Expected names, a comma between them.");
  return [...new Set(names)];
}

/** For commander, repeatable: each use adds one. */
export function listOf(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** @param known what there is to choose from. @throws ConfigError naming all of it */
export function assertOneOf(flag: string, value: string, known: ReadonlySet<string>): void {
  if (known.has(value)) return;
  throw new ConfigError(`Expected ${flag} to be one of ${[...known].join(", ")}, got ${value}.`);
}

/** Where it came from is part of the message. @throws ConfigError */
export function parseConfig<T>(schema: ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${where}: ${reportIssues(parsed.error, value)}`);
}

/** Reads a JSON object; `{}` for no file. @throws ConfigError */
export function readConfigFile(path: string | undefined): Record<string, unknown> {
  if (path === undefined) return {};
  let value: unknown;
  try {
    value = readJsonFile(path);
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
export const browsersOption = (): Option =>
  new Option("--browsers <n>", "how many run at the same time, at most")
    .argParser(countFromOne)
    .default(2);
export const jsonOption = (): Option => new Option("--json", "print the result as JSON");
