import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli as run } from "../../../test/support/run-cli.ts";
import { recordVisits } from "../../../test/support/third-site/visits.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { writeTrajectory } from "../../store/trajectory-file.ts";

const TEMPLATES = 5;

let folder: string;
let recorded: Trajectory[];
const runPath = () => join(folder, "run");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dream-"));
  const visits = (await recordVisits()).slice(0, 20);
  recorded = visits.map((visit, i) => ({ ...visit, templateId: i % TEMPLATES }));
  for (const visit of recorded)
    await writeTrajectory(join(runPath(), "offline", "episodes"), visit);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("dreamgym dream", () => {
  it("compares the dream with its baselines on templates that it was not learned from", async () => {
    const { code, result } = await run("dream", "--from", runPath(), "--share", "0.4", "--json");
    expect(code).toBe(0);
    const told = JSON.parse(result) as Record<string, number> & {
      fidelity: {
        model: { nextUrl: number };
        baselines: Record<string, { nextUrl: number }>;
      };
    };
    expect(told).toMatchObject({ learned: 12, heldOut: 8 });
    for (const baseline of Object.values(told.fidelity.baselines))
      expect(told.fidelity.model.nextUrl).toBeGreaterThan(baseline.nextUrl);
  });

  it("says in a table how many whole episodes it knows no task for", async () => {
    const { code, result } = await run("dream", "--from", runPath());
    expect(code).toBe(0);
    expect(result).toMatch(/next URL +\d\.\d{3} +\d\.\d{3} +\d\.\d{3}/);
    expect(result).toContain("4 whole episodes not replayed");
    expect(result).not.toContain("false success");
  });

  it("scores episodes by a user's own tasks on a user's own site", async () => {
    const tasks = join(folder, "tasks.json");
    // Ids on disk are numbers (WebArena's schema), so one visit is filed as task 7.
    const visit = { ...(recorded[0] as Trajectory), id: "seven", taskId: "7" };
    await writeTrajectory(join(folder, "other", "episodes"), visit);
    writeFileSync(
      tasks,
      JSON.stringify({
        task_id: 7,
        sites: ["seeds"],
        start_url: "__SEEDS__/",
        intent: "look around",
        intent_template: "look around",
        instantiation_dict: {},
        intent_template_id: 7,
        require_login: false,
        storage_state: null,
        geolocation: null,
        require_reset: false,
        eval: {
          eval_types: ["url_match"],
          reference_url: visit.finalObservation.url,
          reference_answers: null,
          program_html: [],
        },
      }),
    );
    const words = ["dream", "--from", runPath(), "--on", join(folder, "other"), "--tasks", tasks];
    const unknown = await run(...words, "--show");
    expect(unknown.said).toContain("__SEEDS__");
    const named = [...words, "--site", "seeds=http://seeds.test", "--show"];
    const { code, result } = await run(...named);
    expect(code).toBe(0);
    expect(result).toContain("dreamed: success");
    // Nobody logs in, so no password has to be there.
    const login = join(folder, "login.jsonl");
    const typed = { kind: "type", on: { role: "textbox", name: "Code" }, variable: "NOT_SET" };
    const opened = { kind: "goto", url: "http://seeds.test/login" };
    writeFileSync(login, `${JSON.stringify(opened)}\n${JSON.stringify(typed)}\n`);
    expect(await run(...named, "--login", login)).toMatchObject({ code: 0, result });
  });

  it("shows an episode next to the real one, with evidence from other templates only", async () => {
    const shown = recorded.find(({ transitions }) => transitions.length > 2) as Trajectory;
    const out = join(folder, "dream.md");
    const { code } = await run("dream", "--from", runPath(), "--show", shown.id, "--out", out);
    expect(code).toBe(0);
    const text = readFileSync(out, "utf8");
    expect(text).toContain(`step ${shown.transitions.length}  `);
    expect(text).toMatch(/asked {2}GET http:\/\/seeds\.test\S* {2}certainty \d\.\d\d/);
    const cited = [...text.matchAll(/([\w-]+)#\d+ \(/g)].map(([, id]) => id);
    expect(cited.length).toBeGreaterThan(0);
    const own = recorded.filter(({ templateId }) => templateId === shown.templateId);
    expect(own.map(({ id }) => id).filter((id) => cited.includes(id))).toEqual([]);
  });

  it("names near ids for one that is not there", async () => {
    const { id } = recorded[0] as Trajectory;
    const { code, said } = await run("dream", "--from", runPath(), "--show", `${id}-x`);
    expect(code).toBe(2);
    expect(said.trim().split("\n")).toHaveLength(1);
    expect(said).toMatch(new RegExp(`Near ones:.*${id}`));
  });

  it("does not ask about what it learned from", async () => {
    const { code, said } = await run("dream", "--from", runPath(), "--on", runPath());
    expect(code).toBe(2);
    expect(said).toContain("--on");
  });
});
