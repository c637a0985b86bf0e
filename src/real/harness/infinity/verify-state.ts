/** Runs an application's own verifier, a Python function, in a process that gets the state and nothing else. */

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { EvaluatorError } from "../../../core/errors.ts";

export interface VerifyOptions {
  /** Path of the Python file with `verify(server_url) -> (bool, str)`. */
  verifier: string;
  /** The state as JSON text. */
  state: string;
  /** Name or path of Python 3. */
  python: string;
  /** `PATH`, to find Python. */
  searchPath: string | undefined;
}

const VerdictSchema = z.object({ passed: z.boolean(), message: z.string() });
export type Verdict = z.infer<typeof VerdictSchema>;

/** Verifiers only read one JSON document. Python takes 0.1 s to start. */
const TIMEOUT_MS = 20_000;
const COMPLAINT_LENGTH = 300;

/**
 * Verifiers ask a server for the state through the package `requests`. Here `requests` answers from the process's own
 * input, so no server is in reach.
 */
const RUNNER = `
import json, sys, types

state = sys.stdin.read()
out, sys.stdout = sys.stdout, sys.stderr

class Response:
    status_code = 200
    ok = True
    text = state
    def json(self):
        return json.loads(state)
    def raise_for_status(self):
        pass

class RequestException(Exception):
    pass

def get(url, **_):
    if not url.endswith("/api/state"):
        raise RequestException("a verifier can read the state and nothing else, not " + url)
    return Response()

requests = types.ModuleType("requests")
requests.get = get
requests.RequestException = RequestException
requests.exceptions = types.ModuleType("requests.exceptions")
requests.exceptions.RequestException = RequestException
sys.modules["requests"] = requests
sys.modules["requests.exceptions"] = requests.exceptions

path = sys.argv[1]
names = {"__name__": "verifier", "__file__": path}
with open(path, encoding="utf-8") as file:
    exec(compile(file.read(), path, "exec"), names)
passed, message = names["verify"]("http://state.invalid")
out.write(json.dumps({"passed": bool(passed), "message": str(message)}))
`;

/** @throws EvaluatorError if the verifier fails, takes too long, or Python is missing */
export async function verifyState(options: VerifyOptions): Promise<Verdict> {
  const { verifier, state, python, searchPath } = options;
  // -I: without the user's own packages, variables and folders.
  const child = spawn(python, ["-I", "-c", RUNNER, verifier], {
    env: searchPath === undefined ? {} : { PATH: searchPath },
    cwd: "/",
    stdio: ["pipe", "pipe", "pipe"],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
  try {
    const failed = new Promise<never>((_, reject) => child.once("error", reject));
    // A verifier may end before it has read everything.
    child.stdin.on("error", () => null);
    child.stdin.end(state);
    const [said, complaint] = await Promise.race([
      Promise.all([text(child.stdout), text(child.stderr)]),
      failed,
    ]);
    const verdict = VerdictSchema.safeParse(tryJson(said));
    if (verdict.success) return verdict.data;
    const [line = ""] = complaint.trim().split("\n").slice(-1);
    throw new EvaluatorError(
      `Expected a verdict from ${verifier}, got: ${line.slice(0, COMPLAINT_LENGTH) || "nothing"}.`,
    );
  } catch (error) {
    if (error instanceof EvaluatorError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EvaluatorError(`Expected ${python} to run ${verifier}, got: ${reason}.`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

function tryJson(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return null;
  }
}
