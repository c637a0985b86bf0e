/** Progress for a person, on stderr: one line that refreshes on a terminal, plain lines every few seconds elsewhere. */

export interface Progress {
  /** What is going on now; replaces the state before it. */
  update(state: string): void;
  /** A line that stays. */
  note(line: string): void;
  /** Takes the refreshing line away; where there is none, prints the last state once. */
  clear(): void;
}

export interface ProgressOptions {
  stream: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  now: () => number;
  /** Off a terminal, at most one line in this time. 5 s: quick enough to see life in a log, slow enough to read it. */
  everyMs?: number;
}

const CLEAR_LINE = "\r\u001B[2K";

export function createProgress({ stream, now, everyMs = 5000 }: ProgressOptions): Progress {
  const isTerminal = stream.isTTY === true;
  let state = "";
  let printedState = "";
  let printedAt = Number.NEGATIVE_INFINITY;
  const printState = (): void => {
    if (state === printedState) return;
    stream.write(`${state}\n`);
    printedState = state;
    printedAt = now();
  };
  const drawState = (): void => {
    const width = (stream.columns ?? 80) - 1;
    stream.write(`${CLEAR_LINE}${state.length > width ? `${state.slice(0, width - 1)}…` : state}`);
  };
  return {
    update(next) {
      state = next;
      if (isTerminal) drawState();
      else if (now() - printedAt >= everyMs) printState();
    },
    note(line) {
      stream.write(isTerminal ? `${CLEAR_LINE}${line}\n` : `${line}\n`);
      if (isTerminal && state !== "") drawState();
    },
    clear() {
      if (state === "") return;
      if (isTerminal) stream.write(CLEAR_LINE);
      else printState();
      state = "";
      printedState = "";
    },
  };
}
