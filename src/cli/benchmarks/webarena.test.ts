import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { runCli } from "../../../test/support/run-cli.ts";
import { config } from "../../../test/support/task-configs.ts";

let folder: string;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "webarena-"));
  await writeFile(file("tasks.json"), JSON.stringify([config({})]));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true }));

const evaluate = (...flags: string[]) =>
  runCli("evaluate", "--env", "webarena", "--preview", ...flags);

describe("evaluate --env webarena", () => {
  it("asks for a task file", async () => {
    const { code, said } = await evaluate();
    expect(code).toBe(2);
    expect(said).toContain("Expected --tasks with WebArena's task file, got none.");
  });

  it("asks for addresses, in variables or in a file", async () => {
    for (const name of ["SHOPPING", "WA_SHOPPING"]) vi.stubEnv(name, "");
    const { said } = await evaluate("--tasks", file("tasks.json"));
    expect(said).toContain("Expected the address of a WebArena site in an environment variable");
  });

  it.each([
    [{ instances: [] }, "instances"],
    [{ instances: [{ sites: { shopping: "shop:7770" } }] }, "instances.0.sites.shopping"],
    [{ instances: [{ sites: { shop: "http://shop.test" } }] }, "shop"],
    [{ instances: [{ sites: { map: "http://map.test" } }], login: { by: "hand" } }, "login"],
  ])("names the faulty field of the settings %j", async (settings, field) => {
    await writeFile(file("settings.json"), JSON.stringify(settings));
    const { code, said } = await evaluate(
      "--tasks",
      file("tasks.json"),
      "--settings",
      file("settings.json"),
    );
    expect(code).toBe(2);
    expect(said).toContain("settings.json: ");
    expect(said).toContain(field);
  });

  it("takes the addresses from variables if the settings have none", async () => {
    vi.stubEnv("SHOPPING", "http://shop.test:7770");
    await writeFile(
      file("login.json"),
      JSON.stringify({ login: { by: "stored", folder: "/tmp/auth" } }),
    );
    const flags = ["--tasks", file("tasks.json"), "--settings", file("login.json")];
    expect((await evaluate(...flags, "--agent", "random")).code).toBe(0);
    await writeFile(file("login.json"), JSON.stringify({ login: { by: "hand" } }));
    expect((await evaluate(...flags, "--agent", "random")).said).toContain("login.json: ");
  });

  it("says what a judge's module exports", async () => {
    await writeFile(file("judge.mjs"), "export default 7;");
    const { said } = await evaluate("--tasks", file("tasks.json"), "--judge", file("judge.mjs"));
    expect(said).toContain(
      "judge.mjs to export a judge, got something else. Write `export default",
    );
  });
});
