/** What an export format is. A new one is a file with an `ExportFormat`, and a row in `formats.ts`. */

import { join } from "node:path";
import type { Trajectory } from "../../../core/trajectory.ts";
import { makeFolders, writeFileWhole } from "../../../store/run-folder.ts";

/** An episode to export. */
export interface ExportedEpisode {
  trajectory: Trajectory;
  /** The folder of its file: paths of screenshots are relative to it. */
  folder: string;
}

export interface ExportFormat {
  /** One line for `--help`. */
  summary: string;
  /** What no file of this format can carry, in a sentence. Empty: it carries everything. */
  drops: string;
  /** @param out an existing folder for the files of this format */
  open(out: string): ExportWriter;
}

interface ExportWriter {
  /** @returns what this episode lost in addition to what the format always drops, one sentence each */
  add(episode: ExportedEpisode): readonly string[];
  /** @returns the paths of what was written; of many files, their folder */
  end(): readonly string[];
}

/** A text with what it could not say. */
export interface Rendered {
  text: string;
  losses: readonly string[];
}

/** One file for each episode. */
export function filePerEpisode(
  extension: string,
  render: (trajectory: Trajectory) => Rendered,
): ExportFormat["open"] {
  return (out) => ({
    add({ trajectory }) {
      const { text, losses } = render(trajectory);
      writeFileWhole(join(out, `${trajectory.id}${extension}`), text);
      return losses;
    },
    end: () => [out],
  });
}

/** Lines of JSON in one file. It is written at the end, whole or not at all. */
export function lineFile(
  name: string,
  rowsOf: (trajectory: Trajectory) => { rows: readonly unknown[]; losses?: readonly string[] },
): ExportFormat["open"] {
  return (out) => {
    const lines: string[] = [];
    return {
      add({ trajectory }) {
        const { rows, losses = [] } = rowsOf(trajectory);
        for (const row of rows) lines.push(`${JSON.stringify(row)}\n`);
        return losses;
      },
      end() {
        makeFolders(out);
        const path = join(out, name);
        writeFileWhole(path, lines.join(""));
        return [path];
      },
    };
  };
}
