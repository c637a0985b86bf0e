import { EventEmitter, once } from "node:events";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EPISODE_HEADER } from "./site-control.ts";
import type { SiteApplication } from "./site-application.ts";
import { provideApplication } from "./site-provider-application.ts";
import { type ProvidedSites, startSites } from "./site-provider.ts";

/** The application has received the request for its slow page, and may answer it. */
const slow = { asked: new EventEmitter(), mayAnswer: new EventEmitter() };

/** Notes in one file, which it reads again for each request: a minimal application. */
const notes: SiteApplication = {
  site: "notes",
  origin: "http://notes.test",
  stateFiles: ["notes.txt"],
  missing: () => Promise.resolve(null),
  seed: ({ seed, folder }) => writeFile(join(folder, "notes.txt"), `world ${seed}\n`),
  async serve({ folder }) {
    const file = join(folder, "notes.txt");
    const server = createServer((request, reply) => {
      const act = async (): Promise<void> => {
        if (request.url === "/slow") {
          slow.asked.emit("now");
          await once(slow.mayAnswer, "now");
        }
        if (request.method === "POST") await appendFile(file, "a note\n");
        const isStyle = request.url === "/style.css";
        reply.setHeader("content-type", isStyle ? "text/css" : "text/html");
        reply.setHeader("x-seen-host", request.headers.host ?? "");
        reply.setHeader("x-seen-token", String(request.headers[EPISODE_HEADER]));
        reply.end(isStyle ? "" : await readFile(file, "utf8"));
      };
      act().catch(() => reply.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
      address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
  accounts: (seed) => [{ username: `user${seed}`, password: "secret", role: "writer" }],
  sessionCookies: (seed) => [{ name: "session", value: `s${seed}` }],
};

describe("provideApplication", () => {
  let sites: ProvidedSites;
  beforeAll(async () => {
    sites = await startSites(provideApplication(notes), { worlds: { A: 1, B: 2 } });
  });
  afterAll(() => sites[Symbol.asyncDispose]());

  const ask = async (
    headers: Record<string, string>,
    { method = "GET", path = "/" } = {},
  ): Promise<Response> =>
    await fetch(`http://${sites.origins["notes"]?.address}${path}`, { method, headers });
  const read = async (headers: Record<string, string>): Promise<string> =>
    await (await ask(headers)).text();

  it("gives each episode its world, its session and its own state", async () => {
    const { control } = sites;
    const [one, two] = [await control.startEpisode("A"), await control.startEpisode("B")];
    expect(one.cookies).toEqual([{ site: "notes", name: "session", value: "s1" }]);
    await ask(one.headers, { method: "POST" });
    expect(await read(one.headers)).toBe("world 1\na note\n");
    expect(await read(two.headers)).toBe("world 2\n");
    expect(await read({})).toBe("world 1\n");
    await control.resetEpisode(one.token);
    expect(await read(one.headers)).toBe("world 1\n");
  });

  it("forwards requests unchanged, except for the token", async () => {
    const { headers } = await sites.control.startEpisode("A");
    const { headers: seen } = await ask(headers);
    expect(seen.get("x-seen-host")).toBe(sites.origins["notes"]?.address);
    expect(seen.get("x-seen-token")).toBe("undefined");
  });

  it("counts pages and assets of each episode, and keeps the counts after the episode's end", async () => {
    const { control } = sites;
    const { token, headers } = await control.startEpisode("B");
    await ask(headers);
    await control.resetEpisode(token);
    await ask(headers, { path: "/style.css" });
    await ask(headers, { method: "POST" });
    expect(await control.endEpisode(token)).toEqual({ pages: 2, assets: 1 });
    const { episodes, visitor, total } = await control.counts();
    expect(episodes[token]).toEqual({ pages: 2, assets: 1 });
    const sum = Object.values(episodes).reduce((pages, counts) => pages + counts.pages, 0);
    expect(total.pages).toBe(sum + visitor.pages);
  });

  it("completes and counts a request whose sender left", async () => {
    const { control, origins } = sites;
    const { token, headers } = await control.startEpisode("A");
    const leaving = new AbortController();
    const asked = once(slow.asked, "now");
    const answer = fetch(`http://${origins["notes"]?.address}/slow`, {
      method: "POST",
      headers,
      signal: leaving.signal,
    });
    await asked;
    leaving.abort();
    await expect(answer).rejects.toThrow("abort");
    // By now the proxy knows that nobody waits.
    expect(await read({})).toBe("world 1\n");
    const counts = control.counts();
    slow.mayAnswer.emit("now");
    expect((await counts).episodes[token]).toEqual({ pages: 1, assets: 0 });
    expect(await read(headers)).toBe("world 1\na note\n");
  });

  it("rejects an application that does not run, by name", async () => {
    const { control } = sites;
    const { token, headers } = await control.startEpisode("A");
    await control.endEpisode(token);
    expect((await ask(headers)).status).toBe(410);
    await expect(control.resetEpisode(token)).rejects.toThrow(token);
    await expect(control.startEpisode("C")).rejects.toThrow('A, B, got "C"');
    expect(() => sites.accounts("C")).toThrow("world");
  });

  it("starts an episode in the used instance of an ended one, without its changes", async () => {
    const { control } = sites;
    const first = await control.startEpisode("A");
    await ask(first.headers, { method: "POST" });
    await control.endEpisode(first.token);
    const { headers } = await control.startEpisode("B");
    expect(await read(headers)).toBe("world 2\n");
  });

  it("keeps a state as a new world", async () => {
    const { control } = sites;
    const { token, headers } = await control.startEpisode("B");
    await ask(headers, { method: "POST" });
    await sites.snapshot?.(token, "noted");
    await ask(headers, { method: "POST" });
    const kept = await control.startEpisode("noted");
    expect(await read(kept.headers)).toBe("world 2\na note\n");
    expect(kept.cookies).toEqual([{ site: "notes", name: "session", value: "s2" }]);
    expect((await control.health()).worlds).toEqual(["A", "B", "noted"]);
    await expect(sites.snapshot?.(token, "A")).rejects.toThrow("new label");
  });

  it("serves all episodes of a read-only world from one server", async () => {
    const served: string[] = [];
    const readOnly: SiteApplication = {
      ...notes,
      readOnly: true,
      async serve(options) {
        served.push(options.folder);
        return await notes.serve(options);
      },
    };
    await using own = await startSites(provideApplication(readOnly), { worlds: { A: 1, B: 2 } });
    const [one, two, other] = [
      await own.control.startEpisode("A"),
      await own.control.startEpisode("A"),
      await own.control.startEpisode("B"),
    ];
    const at = `http://${own.origins["notes"]?.address}/`;
    const texts = [one, one, two, other].map(async ({ headers }) =>
      (await fetch(at, { headers })).text(),
    );
    expect(await Promise.all(texts)).toEqual(["world 1\n", "world 1\n", "world 1\n", "world 2\n"]);
    expect(served.length).toBe(2);
    expect(await own.control.endEpisode(one.token)).toEqual({ pages: 2, assets: 0 });
    expect(await own.control.endEpisode(two.token)).toEqual({ pages: 1, assets: 0 });
  });

  it("prevents browsers from caching pages, because cached visits would not be counted", async () => {
    const { headers } = await sites.control.startEpisode("A");
    expect((await ask(headers)).headers.get("cache-control")).toBe("no-store");
    const asset = await ask(headers, { path: "/style.css" });
    expect(asset.headers.get("cache-control")).toBe(null);
  });

  it("reports missing programs instead of starting", async () => {
    const lacking = { ...notes, missing: () => Promise.resolve("Expected the program `notes`.") };
    await expect(startSites(provideApplication(lacking), { worlds: { A: 1 } })).rejects.toThrow(
      "Expected the program `notes`.",
    );
  });

  it("says that a port is taken", async () => {
    const port = Number(sites.origins["notes"]?.address.split(":")[1]);
    await expect(startSites(provideApplication(notes), { worlds: { A: 1 }, port })).rejects.toThrow(
      `port ${port} to be free`,
    );
  });
});
