/** The port through which long-running work reports its progress to its caller. */

export interface WorkReport {
  /** The current work; replaces the state before. `done` of `total`, where that is known. */
  update(state: string, work?: { done: number; total: number }): void;
  /** A line that stays. */
  note(line: string): void;
  /** A line for the log file alone. */
  log(line: string): void;
  /** From now on notes also go into this file. While one file is in use, others are not opened. */
  keepLog(path: string): void;
}

/** Reports nothing. */
export const SILENT_REPORT: WorkReport = {
  update: () => {},
  note: () => {},
  log: () => {},
  keepLog: () => {},
};
