import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../test/support/run-cli.ts";
import { loadSiteModule } from "./load-site-module.ts";

function write(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "site-module-")), name);
  writeFileSync(path, text);
  return path;
}

const TASK = `{ id: "look", goal: "Look.", startUrls: ["http://shop.test/"], sites: ["shop"],
  maxSteps: 5, checks: [], templateId: 1, world: "" }`;

describe("loadSiteModule", () => {
  it("reads TypeScript, and fills in what was left out", async () => {
    const path = write(
      "shop.ts",
      `type Urls = Record<string, string>;
       const urls: Urls = { shop: "http://shop.test" };
       export default { urls, tasks: { train: [${TASK}] } };`,
    );
    const site = await loadSiteModule(path);
    expect(site.worlds).toEqual({ A: 1 });
    expect(site.tasks["train"]).toMatchObject([{ id: "look", world: "A" }]);
  });

  it("takes named exports where there is no default one, and leaves others alone", async () => {
    const path = write(
      "shop.mjs",
      `export const urls = { shop: "http://shop.test" }; export const helper = () => 1;`,
    );
    expect((await loadSiteModule(path)).urls).toEqual({ shop: "http://shop.test" });
  });

  it.each([
    ["no export that belongs to one", "export const price = 3;", "got price"],
    ["neither provider nor urls", "export default { tasks: {} };", "either `provider`"],
    ["an unknown key", 'export default { urls: { a: "http://a.test" }, task: {} };', '"task"'],
    [
      "a provider that is not one",
      "export default { provider: { start: 1 } };",
      "`provider`: expected a SiteProvider",
    ],
    [
      "a task without a goal",
      `export default { urls: { shop: "http://shop.test" }, tasks: { train: [${TASK.replace('goal: "Look.",', "")}] } };`,
      "`tasks.train.0.goal`",
    ],
    [
      "a task in an unknown world",
      `export default { urls: { shop: "http://shop.test" }, tasks: { train: [${TASK.replace('world: ""', 'world: "C"')}] } };`,
      'task look: expected a world out of A, got "C"',
    ],
    ["code that throws", 'throw new Error("no database");', "cannot be loaded: no database"],
  ])("says of %s what is missing, and in which file", async (_what, text, part) => {
    const path = write("site.mjs", text);
    const { code, said } = await runCli("collect", "--site-module", path);
    expect(code).toBe(2);
    expect(said.trim().split("\n")).toHaveLength(1);
    expect(said).toContain(path);
    expect(said).toContain(part);
  });

  it("refuses to guess between two kinds of sites", async () => {
    const { code, said } = await runCli("collect", "--site-module", "a.ts", "--sites", "shopping");
    expect(code).toBe(2);
    expect(said).toContain("--site-module");
  });
});
