import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { startLocalServer } from "./local-server.ts";

/** A program that prints that it is ready, and then does this. */
const start = (then: string) =>
  startLocalServer({
    command: (port) => [
      process.execPath,
      "-e",
      `const port = ${port}; console.log("ready"); ${then}`,
    ],
    environment: {},
    ready: /ready/u,
  });

describe("startLocalServer", () => {
  it("waits for a server that says it is ready before it listens", async () => {
    const listen = `require("node:net").createServer().listen(port, "127.0.0.1")`;
    await using server = await start(`setTimeout(() => ${listen}, 300)`);
    const socket = connect({ host: "127.0.0.1", port: Number(server.address.split(":")[1]) });
    const connected = new Promise((resolve, reject) => {
      socket.once("connect", () => resolve("connected")).once("error", reject);
    });
    expect(await connected).toBe("connected");
    socket.destroy();
  });

  it("says that a server ended before it listened", async () => {
    await expect(start("")).rejects.toThrow("Expected the server to listen on port");
  });
});
