/** A site behind a server that changes its pages, such as the names of all ids and classes. */

import { createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import type { SiteOrigin } from "../../src/real/sites/site-origins.ts";

export interface ChangedSite extends AsyncDisposable {
  /** The same origin, served from here. */
  origin: SiteOrigin;
}

export async function changeSite(
  site: SiteOrigin,
  change: (html: string) => string,
): Promise<ChangedSite> {
  const [host = "", port = ""] = (site.address ?? new URL(site.origin).host).split(":");
  const server = createServer((incoming, reply) => {
    const { method, url, headers } = incoming;
    const onward = ask({
      host,
      port,
      method,
      path: url,
      headers: { ...headers, "accept-encoding": "identity" },
    });
    onward.on("response", (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const isPage = (answer.headers["content-type"] ?? "").includes("text/html");
        const body = Buffer.concat(parts);
        const {
          "content-length": _length,
          "transfer-encoding": _encoding,
          ...kept
        } = answer.headers;
        reply.writeHead(answer.statusCode ?? 502, kept);
        reply.end(isPage ? change(body.toString("utf8")) : body);
      });
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    origin: { origin: site.origin, address: `127.0.0.1:${own}` },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Gives every id and class another name, and the attributes that name ids too. */
export function shuffleNames(html: string): string {
  const scramble = (names: string): string =>
    names.replaceAll(
      /[^\s]+/gu,
      (name) => `x${Buffer.from(name).toString("hex").split("").toReversed().join("")}`,
    );
  return html.replaceAll(
    /\s(id|class|for|aria-labelledby|aria-describedby|aria-controls)="([^"]*)"/gu,
    (_whole, name: string, value: string) => ` ${name}="${scramble(value)}"`,
  );
}
