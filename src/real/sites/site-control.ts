/** Client for a site process's control: starts, resets and ends episodes of its sites over a Unix socket. */

import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { boundary, SiteError } from "../../core/errors.ts";

const CountsSchema = z.object({ pages: z.int(), assets: z.int() });
/** Requests in the sites' own count. */
export type SiteCounts = z.infer<typeof CountsSchema>;

const AllCountsSchema = z.object({
  episodes: z.record(z.string(), CountsSchema),
  visitor: CountsSchema,
  total: CountsSchema,
});
type AllSiteCounts = z.infer<typeof AllCountsSchema>;

const StartedSchema = z.object({
  token: z.string(),
  cookies: z.array(z.object({ site: z.string(), name: z.string(), value: z.string() })),
});

export interface SiteEpisode extends z.infer<typeof StartedSchema> {
  /** Every request with these cookies or headers reaches this episode's state. */
  headers: Record<string, string>;
}

const HealthSchema = z.object({ ok: z.literal(true), worlds: z.array(z.string()), pid: z.int() });
type SiteHealth = z.infer<typeof HealthSchema>;

/** All calls throw SiteError if the process does not answer correctly. */
export interface SiteControl extends Disposable {
  startEpisode(world: string): Promise<SiteEpisode>;
  /** Resets to the world's start state. Token and counts stay. */
  resetEpisode(token: string): Promise<SiteEpisode>;
  /** @returns all requests with the episode's token */
  endEpisode(token: string): Promise<SiteCounts>;
  counts(): Promise<AllSiteCounts>;
  health(): Promise<SiteHealth>;
}

/** Selects the episode whose state a request reaches. */
export const EPISODE_HEADER = "x-dreamgym-episode";

export function connectSites({ socketPath }: { socketPath: string }): SiteControl {
  const agent = new Agent({ keepAlive: true });

  const call = async <T>(
    method: string,
    path: string,
    schema: z.ZodType<T>,
    body?: object,
  ): Promise<T> =>
    await boundary(SiteError, `site control ${method} ${path}`, async () => {
      const { status, answer } = await exchange(agent, socketPath, method, path, body);
      if (status !== 200)
        throw new SiteError(
          `site control ${method} ${path}: ${errorOf(answer)} (status ${status})`,
        );
      return schema.parse(answer);
    });
  const episode = async (path: string, body?: object): Promise<SiteEpisode> => {
    const started = await call("POST", path, StartedSchema, body);
    return { ...started, headers: { [EPISODE_HEADER]: started.token } };
  };

  return {
    startEpisode: (world) => episode("/episodes", { world }),
    resetEpisode: (token) => episode(`/episodes/${token}/reset`),
    endEpisode: (token) => call("DELETE", `/episodes/${token}`, CountsSchema),
    counts: () => call("GET", "/counts", AllCountsSchema),
    health: () => call("GET", "/health", HealthSchema),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function exchange(
  agent: Agent,
  socketPath: string,
  method: string,
  path: string,
  body: object | undefined,
): Promise<{ status: number; answer: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, socketPath, method, path, host: "localhost" }, (response) => {
      json(response).then(
        (answer) => resolve({ status: response.statusCode ?? 0, answer }),
        reject,
      );
    });
    sent.once("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function errorOf(answer: unknown): string {
  return typeof answer === "object" && answer !== null && "error" in answer
    ? String(answer.error)
    : "expected an answer, got none";
}
