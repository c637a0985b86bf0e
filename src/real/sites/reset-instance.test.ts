/** Applications that keep state outside of their folder, such as on a database server. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { SiteApplication } from "./site-application.ts";
import { provideApplication } from "./site-provider-application.ts";
import { startSites } from "./site-provider.ts";

/** A guest book. One server holds the entries of all instances, in one table per instance, named after its folder. */
function createGuestBook(options: { isServerDown?: () => boolean } = {}) {
  const tables = new Map<string, string[]>();
  const resets: { folder: string; seed: number }[] = [];
  const application: SiteApplication = {
    site: "guests",
    origin: "http://guests.test",
    stateFiles: [],
    missing: () => Promise.resolve(null),
    seed: () => Promise.resolve(),
    async reset({ folder, seed }) {
      if (options.isServerDown?.() === true) throw new Error("the database does not answer");
      resets.push({ folder, seed });
      await Promise.resolve();
      tables.set(folder, [`guest ${seed}`]);
    },
    async serve({ folder }) {
      const server = createServer((request, reply) => {
        const table = tables.get(folder) ?? [];
        if (request.method === "POST") table.push("somebody");
        reply.setHeader("content-type", "text/html").end(table.join());
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
    accounts: () => [],
    sessionCookies: () => [],
  };
  return { application, resets };
}

const worlds = { A: 1, B: 2 };

describe("an application with its own reset", () => {
  it("starts every episode at its world's start, and keeps episodes apart", async () => {
    const { application, resets } = createGuestBook();
    await using sites = await startSites(provideApplication(application), { worlds });
    const ask = async (headers: Record<string, string>, method = "GET"): Promise<string> => {
      const { address } = sites.origins["guests"] ?? { address: "" };
      const host = { host: "guests.test" };
      return (
        await fetch(`http://${address}/`, { method, headers: { ...host, ...headers } })
      ).text();
    };
    const first = await sites.control.startEpisode("A");
    const second = await sites.control.startEpisode("A");
    expect(await ask(first.headers, "POST")).toBe("guest 1,somebody");
    expect(await ask(second.headers)).toBe("guest 1");
    const again = await sites.control.resetEpisode(first.token);
    expect(await ask(again.headers)).toBe("guest 1");
    // The instance of an ended episode is used again, in another world.
    await sites.control.endEpisode(first.token);
    const third = await sites.control.startEpisode("B");
    expect(await ask(third.headers)).toBe("guest 2");
    expect(new Set(resets.map(({ folder }) => folder)).size).toBe(2);
  });

  it("names the application if its reset fails", async () => {
    let isDown = false;
    const { application } = createGuestBook({ isServerDown: () => isDown });
    await using sites = await startSites(provideApplication(application), { worlds });
    isDown = true;
    await expect(sites.control.startEpisode("A")).rejects.toMatchObject({
      code: "site",
      message: "reset of guests: the database does not answer",
    });
  });

  it("reports a failing reset at the start, before any episode", async () => {
    const { application } = createGuestBook({ isServerDown: () => true });
    const start = startSites(provideApplication(application), { worlds });
    await expect(start).rejects.toThrow("reset of guests: the database does not answer");
  });

  it("rejects a snapshot, which would only contain the files", async () => {
    const { application } = createGuestBook();
    await using sites = await startSites(provideApplication(application), { worlds });
    const { token } = await sites.control.startEpisode("A");
    await expect(sites.snapshot?.(token, "later")).rejects.toThrow("guests");
  });
});
