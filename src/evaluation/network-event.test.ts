import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { SiteRequest } from "../core/site-request.ts";
import { checkNetworkEvents } from "./network-event.ts";

const HAR = new URL("../../../shared/data/webarena-verified/demo-107/network.har", import.meta.url);

interface HarEntry {
  request: { method: string; url: string };
  response: { status: number; redirectURL: string };
}

function readRequests(): SiteRequest[] {
  const { log } = JSON.parse(readFileSync(HAR, "utf8")) as { log: { entries: HarEntry[] } };
  return log.entries.map(({ request, response }) => ({
    kind: "document",
    method: request.method,
    url: request.url,
    fields: null,
    status: response.status,
    redirect: response.redirectURL === "" ? null : response.redirectURL,
  }));
}

/**
 * WebArena-Verified's golden run 107: its task expects a retrieved list and no request, so the run's verdict says
 * nothing about requests; but its traffic is a real site's.
 */
describe.skipIf(!existsSync(HAR))(
  "checkNetworkEvents on a golden run's traffic (skipped where ../shared/data is absent)",
  () => {
    const check = (event: Omit<Parameters<typeof checkNetworkEvents>[0][number], "method">) =>
      checkNetworkEvents([{ method: "GET", ...event }], readRequests()).passed;
    const site = "http://192.168.1.35:7780";

    it("finds visited pages, and ignores case and a slash at the end", () => {
      expect(check({ present: true, url: `${site}/admin/customer/index` })).toBe(true);
      expect(check({ present: true, url: `${site}/admin/Customer/*/` })).toBe(true);
      expect(check({ present: true, url: `${site}/admin`, status: 302 })).toBe(true);
    });

    it("finds no page that was not visited", () => {
      expect(check({ present: true, url: `${site}/admin/reports/report_sales/sales` })).toBe(false);
      expect(check({ present: false, url: `${site}/admin/customer/index`, status: 302 })).toBe(
        true,
      );
      expect(check({ present: true, url: "http://192.168.1.36:7780/admin/customer/index" })).toBe(
        false,
      );
    });
  },
);
