/**
 * The folder of a run. Its `config.json` defines the run. The same command opens it again and resumes. Another config
 * is rejected, unless it differs only in keys that may grow. One process at a time writes into the folder.
 */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ConfigError } from "../core/errors.ts";
import { findConfigDifference } from "./config-difference.ts";
import { readJsonFile } from "./json-text.ts";
import { takeRunLock } from "./run-lock.ts";

export interface RunFolder extends Disposable {
  readonly path: string;
  /** False if the folder already existed: the run resumes. */
  readonly isNew: boolean;
  /** Path of a file or folder in it. */
  file(...names: string[]): string;
}

/** Writes a whole file or nothing: a reader never sees half of it. */
export function writeFileWhole(path: string, content: string | Uint8Array): void {
  const unfinished = `${path}.unfinished`;
  writeFileSync(unfinished, content, { flush: true });
  renameSync(unfinished, path);
}

/** Only its owner may read the file. */
export function writeSecretFile(path: string, content: string): void {
  makeFolders(dirname(path));
  writeFileSync(path, content, { mode: 0o600 });
  chmodSync(path, 0o600);
}

/** Like `mkdir -p`. Node's `recursive` loops forever if the parent exists but accepts no folders, such as `/proc`. */
export function makeFolders(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeFolders(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been faster.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

const CONFIG_FILE = "config.json";

function readConfig(path: string): unknown {
  try {
    return readJsonFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (!(error instanceof SyntaxError)) throw error;
    throw new ConfigError(
      `Expected JSON in ${path}, got something else. Delete the run folder, or choose another with --out.`,
    );
  }
}

/** A run may contain the runs that it builds on, and they may be older than it. */
function isRun(path: string): boolean {
  return existsSync(join(path, CONFIG_FILE));
}

export interface RunFolderOptions {
  /**
   * Top-level keys that may be more than in the folder, which extends the run: larger numbers, or lists that also have
   * other values. Default: none.
   */
  mayGrow?: readonly string[];
}

function prepare(path: string, config: unknown, mayGrow: readonly string[]): boolean {
  const configPath = join(path, CONFIG_FILE);
  const before = readConfig(configPath);
  const content = readdirSync(path).filter(
    (name) => name !== CONFIG_FILE && !name.startsWith(".") && !name.endsWith(".unfinished"),
  );
  const create = (): true => {
    writeFileWhole(configPath, `${JSON.stringify(config, null, 2)}\n`);
    return true;
  };
  if (before === undefined) {
    const others = content.filter((name) => !isRun(join(path, name)));
    if (others.length > 0) {
      throw new ConfigError(
        `Expected an empty folder or a run folder at ${path}, got one with "${others[0]}" and no config.json. Choose another with --out.`,
      );
    }
    return create();
  }
  const after: unknown = JSON.parse(JSON.stringify(config));
  const grown = mayGrow.filter((key) => covers(valueAt(after, key), valueAt(before, key)));
  const difference = findConfigDifference(without(before, grown), without(after, grown));
  if (difference !== null) {
    // A run without a first file contains nothing that another could spoil.
    if (content.length === 0) return create();
    const [key = ""] = difference.key.split(".");
    if (mayGrow.includes(key))
      throw new ConfigError(
        `Expected \`${key}\` to be at least ${show(valueAt(before, key))}, which the run in ${path} has, got ${show(valueAt(after, key))}. A run can be extended, but not made smaller. Choose another folder with --out.`,
      );
    throw new ConfigError(
      `Expected ${path} to be a run with this config, got one with ${difference.key} = ${show(difference.before)} instead of ${show(difference.after)}. Choose another folder with --out, or delete this one.`,
    );
  }
  if (findConfigDifference(before, after) !== null) create();
  return false;
}

function valueAt(config: unknown, key: string): unknown {
  return (config as Record<string, unknown> | null)?.[key];
}

function covers(after: unknown, before: unknown): boolean {
  if (typeof after === "number" && typeof before === "number") return after >= before;
  if (!Array.isArray(after) || !Array.isArray(before)) return false;
  const values = new Set<unknown>(after);
  return before.every((value) => values.has(value));
}

function without(config: unknown, keys: readonly string[]): unknown {
  if (keys.length === 0) return config;
  return Object.fromEntries(
    Object.entries(config as Record<string, unknown>).filter(([key]) => !keys.includes(key)),
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/**
 * Creates the folder of a run, or opens it again.
 *
 * @param config plain JSON with every value that defines the run
 * @throws ConfigError if the folder cannot be written, has another config, or another process is writing to it
 */
export function openRunFolder(
  path: string,
  config: unknown,
  { mayGrow = [] }: RunFolderOptions = {},
): RunFolder {
  try {
    makeFolders(resolve(path));
    const lock = takeRunLock(join(path, ".lock"));
    try {
      const isNew = prepare(path, config, mayGrow);
      return {
        path,
        isNew,
        file: (...names) => join(path, ...names),
        [Symbol.dispose]: () => lock[Symbol.dispose](),
      };
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR" || code === "EEXIST")
      throw new ConfigError(
        `Expected a folder at ${path}, got a file on the way to it. Choose another with --out.`,
        { cause: error },
      );
    throw new ConfigError(
      `Expected to write into run folder ${path}, got ${code ?? (error as Error).message}. Choose another with --out, or change its permissions.`,
      { cause: error },
    );
  }
}
