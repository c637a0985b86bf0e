import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { config, publicTasks } from "../../test/support/task-configs.ts";
import { describeForeignFormat } from "./foreign-format.ts";

const VERIFIED = new URL(
  "../../../shared/data/webarena-verified/webarena-verified.json",
  import.meta.url,
);

describe("describeForeignFormat", () => {
  it("recognises nothing in WebArena's own form and in nonsense", () => {
    for (const data of [config({}), [config({})], [], {}, null, "text", [{ start_urls: ["x"] }]])
      expect(describeForeignFormat(data)).toBeNull();
  });

  it.skipIf(!existsSync(VERIFIED))(
    "recognises the public WebArena-Verified (skipped where ../shared/data is absent)",
    () => {
      const data: unknown = JSON.parse(readFileSync(VERIFIED, "utf8"));
      expect(describeForeignFormat(data)).toContain("WebArena-Verified's format");
    },
  );

  it.skipIf(publicTasks === null)(
    "takes no public WebArena file for another format (skipped where ../shared/data is absent)",
    () => {
      const { webarena, lite } = publicTasks ?? { webarena: [], lite: [] };
      expect(describeForeignFormat(webarena)).toBeNull();
      expect(describeForeignFormat(lite)).toBeNull();
    },
  );
});
