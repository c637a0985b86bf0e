import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SiteApplication } from "./site-application.ts";
import { provideApplication } from "./site-provider-application.ts";
import { startSites } from "./site-provider.ts";

const notes: SiteApplication = {
  site: "notes",
  origin: "http://notes.test",
  stateFiles: ["notes.txt"],
  missing: () => Promise.resolve(null),
  seed: ({ folder }) => writeFile(join(folder, "notes.txt"), ""),
  async serve() {
    const server = createServer((_, reply) => reply.end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
      address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      async [Symbol.asyncDispose]() {
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
  accounts: () => [],
  sessionCookies: () => [],
};

/** The error of starting the application and one episode of it. */
async function faultOf(change: Partial<SiteApplication>): Promise<string> {
  try {
    await using sites = await startSites(provideApplication({ ...notes, ...change }), {
      worlds: { A: 1 },
    });
    await sites.control.startEpisode("A");
    return "none";
  } catch (error) {
    return (error as Error).message;
  }
}

/** An address without a listener. */
async function serveNothing(): Promise<Awaited<ReturnType<SiteApplication["serve"]>>> {
  const { address, ...server } = await notes.serve({ folder: "" });
  await server[Symbol.asyncDispose]();
  return { address, async [Symbol.asyncDispose]() {} };
}

describe("a faulty application", () => {
  it("differs from a sound one", async () => {
    expect(await faultOf({})).toBe("none");
  });

  it.each(["http://notes.test/", "http://notes.test/app", "notes.test", "https://notes.test"])(
    "is rejected for its origin %s",
    async (origin) => {
      expect(await faultOf({ origin })).toContain(
        `such as http://notes.test, without a path or a slash at the end, got "${origin}"`,
      );
    },
  );

  it("is rejected for a site name that cannot be a placeholder", async () => {
    expect(await faultOf({ site: "reading-club" })).toContain('got "reading-club"');
  });

  it("is rejected for state files that are missing, lie elsewhere, or are not written by the seed", async () => {
    expect(await faultOf({ stateFiles: [] })).toContain("got none. Name them, or say readOnly");
    expect(await faultOf({ stateFiles: ["../notes.txt"] })).toContain('got "../notes.txt"');
    expect(await faultOf({ stateFiles: ["nots.txt"] })).toContain(
      "write nots.txt that stateFiles names, got notes.txt.",
    );
  });

  it("is rejected for a seeded file that no instance would have, unless the file is hidden", async () => {
    const leaving =
      (name: string): SiteApplication["seed"] =>
      async ({ folder }) => {
        for (const file of ["notes.txt", name]) await writeFile(join(folder, file), "");
      };
    expect(await faultOf({ seed: leaving("notes.db-wal") })).toContain(
      "got notes.db-wal in addition",
    );
    expect(await faultOf({ seed: leaving(".settings") })).toBe("none");
  });

  it("may keep state files in folders", async () => {
    const seed: SiteApplication["seed"] = async ({ folder }) => {
      await mkdir(join(folder, "data"));
      await writeFile(join(folder, "data", "notes.txt"), "");
    };
    for (const name of ["data/notes.txt", "data", "data/"])
      expect(await faultOf({ seed, stateFiles: [name] }), name).toBe("none");
    expect(await faultOf({ seed, stateFiles: ["dat"] })).toContain("write dat that stateFiles");
  });

  it("is named with its error", async () => {
    const fail = (): never => {
      throw new Error("no such table\nat a line");
    };
    expect(await faultOf({ seed: fail })).toBe("seed 1 of notes: no such table");
    expect(await faultOf({ serve: fail })).toBe("serve of notes: no such table");
  });

  it("is rejected if nobody listens at its address, or the address is invalid", async () => {
    expect(await faultOf({ serve: serveNothing })).toMatch(
      /^Expected notes to listen at 127\.0\.0\.1:\d+ once serve has given it, got ECONNREFUSED/,
    );
    const serve: SiteApplication["serve"] = async (options) => {
      const server = await notes.serve(options);
      return Object.assign(server, { address: `http://${server.address}/` });
    };
    expect(await faultOf({ serve })).toContain("Leave out scheme and path");
  });

  it("is rejected for a cookie that no header can hold", async () => {
    const sessionCookies = () => [{ name: "session", value: "a b; c" }];
    expect(await faultOf({ sessionCookies })).toContain('got {"name":"session","value":"a b; c"}');
  });
});
