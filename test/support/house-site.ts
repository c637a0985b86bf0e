/** A house of four rooms as a site: small enough that searching it takes no time. */

import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { runEpisode } from "../../src/core/episode.ts";
import type { Task } from "../../src/core/task.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { createHttpEnv, type HttpEnv } from "../../src/text-browser/http/http-env.ts";
import { startPageServer } from "./page-server.ts";

const ORIGIN = "http://site.test";
export const HOUSE_ORIGINS = { site: ORIGIN };
const rooms = ["hall", "attic", "cellar", "garden"];
const chairsIn = (room: string): number => 7 * rooms.indexOf(room) + 12;
const PAGES = {
  "/": `<title>House</title><h1>House</h1>${rooms.map((room) => `<a href="/${room}">The ${room}</a>`).join(" ")}`,
  ...Object.fromEntries(
    rooms.map((room) => [
      `/${room}`,
      `<title>${room}</title><h1>The ${room}</h1><p>Chairs: ${chairsIn(room)}</p><a href="/">House</a>`,
    ]),
  ),
};

export const HOUSE_TASKS: readonly Task[] = rooms.map((room, i) => ({
  id: room,
  goal: `How many chairs are in the ${room}?`,
  startUrls: [`${ORIGIN}/`],
  sites: ["site"],
  maxSteps: 4,
  checks: [{ kind: "string_match", exactMatch: String(chairsIn(room)) }],
  templateId: i % 2,
  world: "",
}));

export interface House extends AsyncDisposable {
  envs: readonly HttpEnv[];
  /** Requests that the site received so far. */
  received(): number;
}

export async function openHouse(count = 1): Promise<House> {
  const server = await startPageServer(PAGES);
  const origins = { site: { origin: ORIGIN, address: server.address } };
  const envs = Array.from({ length: count }, () =>
    createHttpEnv({ origins, evaluator: createEvaluator() }),
  );
  return {
    envs,
    received: () => server.received.length,
    async [Symbol.asyncDispose]() {
      for (const env of envs) await env[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Walks over every page once; it answers the first task right if it is asked to. */
export async function recordHouse({ solves }: { solves: boolean }): Promise<Trajectory[]> {
  await using house = await openHouse();
  const env = house.envs[0] as HttpEnv;
  const first = HOUSE_TASKS[0] as Task;
  const walk = rooms.flatMap((room) => [`${ORIGIN}/${room}`, `${ORIGIN}/`]);
  const play = (urls: string[], answer: string | null, maxSteps: number, id: string) => {
    let step = 0;
    return runEpisode({
      env,
      task: { ...first, maxSteps },
      seed: 0,
      id,
      actor: "script",
      source: "real",
      record: true,
      policy: {
        act({ observation }) {
          const url = urls[step++];
          if (url === undefined) return { action: { kind: "stop", answer: answer ?? "" } };
          const link = observation.nodes.find((node) => node.url === url);
          return { action: { kind: "click", ref: link?.ref ?? "" } };
        },
      },
    });
  };
  const recordings = [await play(walk, null, walk.length, "walk")];
  if (solves) recordings.push(await play([`${ORIGIN}/hall`], "12", 4, "demonstration"));
  return recordings;
}
