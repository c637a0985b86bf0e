/**
 * The errors of the toolkit, one class for each boundary. A message says what was expected, what came, where, and what
 * to do. A failed rollout is data, not an exception: see `Trajectory.error`.
 */

interface DreamgymErrorOptions {
  /** The original error. */
  cause?: unknown;
  /** Whether the same call may succeed on a retry. */
  retryable?: boolean;
}

/** Base of every error that this toolkit throws on purpose. */
export class DreamgymError extends Error {
  /** A stable word for programs, such as `browser`. */
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: DreamgymErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** A flag, config or path from the user is wrong. */
export class ConfigError extends DreamgymError {
  constructor(message: string, options?: DreamgymErrorOptions) {
    super("config", message, options);
  }
}

/** A task file or one of its tasks is wrong, or a task is unknown. */
export class TaskError extends DreamgymError {
  constructor(message: string, options?: DreamgymErrorOptions) {
    super("task", message, options);
  }
}

/** The browser is missing, crashed, or could not be driven. Never a reward. */
export class BrowserError extends DreamgymError {
  constructor(message: string, options?: DreamgymErrorOptions) {
    super("browser", message, options);
  }
}

/** A site could not be started, reached or reset. Never a reward. */
export class SiteError extends DreamgymError {
  constructor(message: string, options?: DreamgymErrorOptions) {
    super("site", message, options);
  }
}

/** A policy threw, returned no action, or took too long. Its episode is data. Only many failures in a row throw. */
export class PolicyError extends DreamgymError {
  constructor(message: string, options?: DreamgymErrorOptions) {
    super("policy", message, options);
  }
}

/** A check could not be computed because the evaluator itself failed. */
export class EvaluatorError extends DreamgymError {
  constructor(message: string, options?: DreamgymErrorOptions) {
    super("evaluator", message, options);
  }
}

/** An episode reached its limit of time or tokens. Its episode is data. Not a reward: the agent was not scored. */
export class LimitError extends DreamgymError {
  constructor(message: string, options?: DreamgymErrorOptions) {
    super("limit", message, options);
  }
}

/** A model returned something that its port does not allow. */
export class ModelError extends DreamgymError {
  constructor(message: string, options?: DreamgymErrorOptions) {
    super("model", message, options);
  }
}

/**
 * The money or the tokens of a whole run are spent. Not a fault of an episode: it has no result, and a run with a
 * larger budget plays it.
 */
export class BudgetError extends DreamgymError {
  constructor(message: string, options?: DreamgymErrorOptions) {
    super("budget", message, options);
  }
}

/** A recorded file is broken, or could not be written or read. */
export class RecordingError extends DreamgymError {
  constructor(message: string, options?: DreamgymErrorOptions) {
    super("recording", message, options);
  }
}

/** `step` was called before `reset`, or after the episode had ended. */
export class ResetNeededError extends DreamgymError {
  constructor(
    message = "Expected a running episode, got a call to step() without one. Call reset() first.",
  ) {
    super("reset-needed", message);
  }
}

/**
 * Codes of what only the caller can mend: mistakes, and a spent budget. Every other episode would fail the same way, so
 * they throw and never become data.
 */
export const CALLER_MISTAKES: ReadonlySet<string> = new Set([
  "config",
  "task",
  "reset-needed",
  "budget",
]);

/**
 * Runs `body` and wraps any foreign error in `ErrorClass`. Errors of this toolkit pass unchanged.
 *
 * @param what the action, for the message: "click e12"
 */
export async function boundary<T>(
  ErrorClass: new (message: string, options?: DreamgymErrorOptions) => DreamgymError,
  what: string,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof DreamgymError) throw error;
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new ErrorClass(`${what}: ${reason}`, { cause: error });
  }
}
