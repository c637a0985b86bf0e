import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type PageServer, startPageServer } from "../../../../test/support/page-server.ts";
import { resetInstance } from "./reset-hook.ts";
import { ResetSchema } from "./webarena-settings.ts";

const closers: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(pages: Parameters<typeof startPageServer>[0]): Promise<PageServer> {
  const server = await startPageServer(pages);
  closers.push(() => server[Symbol.asyncDispose]());
  return server;
}

const reset = (settings: object) => resetInstance(ResetSchema.parse(settings), { pollMs: 5 });
const paths = (server: PageServer) =>
  server.received.map(({ method, path }) => `${method} ${path}`);

describe("resetInstance", () => {
  it("calls a control server in order, and waits until it is ready", async () => {
    let looks = 0;
    const ok = () => '{"success": true}';
    const server = await serve({
      "/stop": ok,
      "/start": ok,
      "/init": ok,
      "/status": () => JSON.stringify({ success: ++looks > 2 }),
    });
    await reset({ by: "env-ctrl", urls: [`http://${server.address}/`] });
    expect(paths(server)).toEqual([
      "POST /stop",
      "POST /start?wait=1",
      "POST /init",
      "GET /status",
      "GET /status",
      "GET /status",
    ]);
  });

  it("names the call of a control server that failed", async () => {
    const server = await serve({
      "/stop": (_, reply) => void reply.writeHead(500).end('{"error": "no supervisor"}'),
    });
    await expect(reset({ by: "env-ctrl", urls: [`http://${server.address}`] })).rejects.toThrow(
      `POST http://${server.address}/stop failed with status 500: {"error": "no supervisor"}.`,
    );
  });

  it("starts a reset server, or joins its running reset, and waits for its word", async () => {
    for (const status of [200, 418]) {
      let looks = 0;
      const server = await serve({
        "/reset": (_, reply) => void reply.writeHead(status).end(),
        "/status": () => (++looks > 1 ? "Ready for duty!" : "Reset ongoing"),
      });
      await reset({ by: "server", url: `http://${server.address}` });
      expect(paths(server)).toEqual(["GET /reset", "GET /status", "GET /status"]);
    }
  });

  it("reports a reset that failed, one that takes too long, and a service that is not there", async () => {
    const server = await serve({
      "/reset": () => "",
      "/status": (_, reply) => void reply.writeHead(500).end("docker: no space left"),
    });
    const url = `http://${server.address}`;
    await expect(reset({ by: "server", url })).rejects.toThrow(
      /status 500: docker: no space left/u,
    );
    server.pages["/status"] = () => "Reset ongoing";
    await expect(reset({ by: "server", url, timeoutS: 0.05 })).rejects.toThrow(
      /took more than 0.05 s/u,
    );
    await expect(reset({ by: "server", url: "http://127.0.0.1:9" })).rejects.toThrow(
      /GET http:\/\/127.0.0.1:9\/reset got no answer/u,
    );
  });

  it("runs a command, and repeats the last line of its error", async () => {
    const folder = await mkdtemp(join(tmpdir(), "reset-"));
    closers.push(() => rm(folder, { recursive: true }));
    const file = join(folder, "done");
    await reset({ by: "command", command: `echo reset > ${file}` });
    expect(await readFile(file, "utf8")).toBe("reset\n");
    await expect(
      reset({ by: "command", command: "echo one >&2; echo two >&2; exit 3" }),
    ).rejects.toThrow(/^The reset command failed with code 3: two\./u);
    await expect(reset({ by: "command", command: "sleep 5", timeoutS: 0.05 })).rejects.toThrow(
      /took more than 0.05 s/u,
    );
  });
});
