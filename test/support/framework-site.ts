/** A page of a framework behind a server: built from its npm package, under another build name whenever a test says so. */

import { join } from "node:path";
import { build } from "esbuild";
import { type PageServer, startPageServer } from "./page-server.ts";
import { ROOT } from "./read-sources.ts";

export interface FrameworkSite extends AsyncDisposable {
  server: PageServer;
  /** From now on, all ids and classes have other names. */
  rebuild(name: string): Promise<void>;
}

const SHELL = `<!doctype html><title>Board</title><div id="app"></div><script type="module" src="/app.js"></script>`;

/** @param app a file of `fixtures/frameworks` */
export async function serveFramework(app: string): Promise<FrameworkSite> {
  let script = "";
  const rebuild = async (name: string): Promise<void> => {
    const { outputFiles } = await build({
      entryPoints: [join(ROOT, "fixtures", "frameworks", app)],
      bundle: true,
      write: false,
      format: "esm",
      define: {
        BUILD: JSON.stringify(name),
        "process.env.NODE_ENV": '"production"',
        __VUE_OPTIONS_API__: "true",
        __VUE_PROD_DEVTOOLS__: "false",
        __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
      },
    });
    script = outputFiles[0]?.text ?? "";
  };
  await rebuild("a1");
  const server = await startPageServer({
    "/": SHELL,
    "/new": SHELL,
    "/app.js": (_request, reply) => {
      reply.writeHead(200, { "content-type": "text/javascript" }).end(script);
    },
    "/api/notes": "saved",
  });
  return { server, rebuild, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
