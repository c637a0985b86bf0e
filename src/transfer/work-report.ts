/** How long-running work says how far it is, to whoever started it. */

export interface WorkReport {
  /** What happens now; replaces the state before. `done` of `total`, where that is known. */
  update(state: string, work?: { done: number; total: number }): void;
  /** A line that stays. */
  note(line: string): void;
  /** A line for the log file alone. */
  log(line: string): void;
  /** From now on notes also go into this file; while one is kept, others are not opened. */
  keepLog(path: string): void;
}

/** Says nothing. */
export const SILENT_REPORT: WorkReport = {
  update: () => {},
  note: () => {},
  log: () => {},
  keepLog: () => {},
};
