/** A file with one JSON line for each finished seed, so that a run that was stopped resumes. */

import { appendFileSync, existsSync, readFileSync } from "node:fs";

export class SeedLines<Line extends { seed: number }> {
  readonly #path: string;
  readonly #lines = new Map<number, Line>();

  constructor(path: string) {
    this.#path = path;
    if (!existsSync(path)) return;
    for (const text of readFileSync(path, "utf8").split("\n")) {
      const line = parsed(text) as Line | null;
      if (line !== null) this.#lines.set(line.seed, line);
    }
  }

  add(line: Line): void {
    this.#lines.set(line.seed, line);
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }

  left(seeds: readonly number[]): number[] {
    return seeds.filter((seed) => !this.#lines.has(seed));
  }

  of(seeds: readonly number[]): Line[] {
    return seeds.flatMap((seed) => this.#lines.get(seed) ?? []);
  }
}

/** Null for a line that a kill cut off. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
