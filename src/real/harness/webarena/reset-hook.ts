/** Resets the sites of an instance from outside: by control servers, by a reset server, or by a command. */

import { exec } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { SiteError } from "../../../core/errors.ts";
import type { ResetSettings } from "./webarena-settings.ts";

export interface ResetHookOptions {
  /** Between two looks at a server that resets. */
  pollMs?: number;
  signal?: AbortSignal | undefined;
}

/** @throws SiteError when the sites are not reset in time, or a server or command reports a failure */
export async function resetInstance(
  settings: ResetSettings,
  { pollMs = 2_000, signal }: ResetHookOptions = {},
): Promise<void> {
  const limit = AbortSignal.timeout(settings.timeoutS * 1_000);
  const ends = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  try {
    switch (settings.by) {
      case "env-ctrl":
        await Promise.all(
          settings.urls.map((url) => resetByControl(url, settings.calls, pollMs, ends)),
        );
        return;
      case "server":
        return await resetByServer(settings.url, pollMs, ends);
      case "command":
        return await resetByCommand(settings.command, ends);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!limit.aborted) throw error;
    throw new SiteError(
      `The reset (${settings.by}) took more than ${settings.timeoutS} s. See the log of the sites, or raise \`timeoutS\`.`,
      { cause: error },
    );
  }
}

/** Makes the calls in order, then waits until the site reports that it is ready. */
async function resetByControl(
  url: string,
  calls: readonly string[],
  pollMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (const call of calls) {
    const { status, text } = await ask(`${url}/${call}`, signal, "POST");
    if (status !== 200) throw failed(`POST ${url}/${call}`, status, text);
  }
  for (;;) {
    const { status, text } = await ask(`${url}/status`, signal);
    if (status === 200 && /"success"\s*:\s*true/u.test(text)) return;
    if (status !== 200) throw failed(`GET ${url}/status`, status, text);
    await sleep(pollMs, undefined, { signal });
  }
}

/** `GET /reset` answers 200 (started) or 418 (another one is running). `GET /status` says when it is done. */
async function resetByServer(url: string, pollMs: number, signal: AbortSignal): Promise<void> {
  const started = await ask(`${url}/reset`, signal);
  if (started.status !== 200 && started.status !== 418)
    throw failed(`GET ${url}/reset`, started.status, started.text);
  for (;;) {
    await sleep(pollMs, undefined, { signal });
    const { status, text } = await ask(`${url}/status`, signal);
    if (status !== 200) throw failed(`GET ${url}/status`, status, text);
    if (text.includes("Ready for duty!")) return;
  }
}

async function resetByCommand(command: string, signal: AbortSignal): Promise<void> {
  try {
    await promisify(exec)(command, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    const { code, stderr } = error as { code?: number; stderr?: string };
    throw new SiteError(
      `The reset command failed with code ${code ?? "unknown"}: ${lastLine(stderr ?? "") || "it wrote no error"}. Run it by hand: ${command}`,
      { cause: error },
    );
  }
}

async function ask(
  url: string,
  signal: AbortSignal,
  method = "GET",
): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(url, { method, signal });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    if (signal.aborted) throw error;
    const { cause } = error as { cause?: { code?: string } };
    throw new SiteError(
      `${method} ${url} got no answer${cause?.code === undefined ? "" : ` (${cause.code})`}. Start the reset service, or correct its address.`,
      { cause: error, retryable: true },
    );
  }
}

function failed(call: string, status: number, text: string): SiteError {
  return new SiteError(
    `${call} failed with status ${status}: ${lastLine(text) || "without a reason"}. See the log of the reset service.`,
  );
}

const lastLine = (text: string): string => (text.trim().split("\n").at(-1) ?? "").slice(0, 200);
