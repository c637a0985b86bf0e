/** A recording becomes a task: on a site that nobody prepared, with times, tokens and counters on every page. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadTaskConfigs } from "../../src/real/harness/load-tasks.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { runCli, runCliAnswering } from "../support/run-cli.ts";

const PASSWORD = "moss-and-stone-77";

let server: PageServer;
let folder: string;
let url: string;

beforeAll(async () => {
  let count = 0;
  const page = (body: string): string =>
    `<!doctype html><title>Help desk</title>${body}<p>Visitor ${++count} at ${new Date().toISOString()}</p>`;
  server = await startPageServer({
    "/": () =>
      page(`<h1>Help desk</h1><form method="post" action="/ticket?session=${++count}">
        <input type="hidden" name="form_key" value="k${++count}">
        <label>Subject <input name="subject"></label>
        <label>Kind <select name="kind"><option>Bug<option>Idea</select></label>
        <button>Send</button></form><a href="/about">About</a>`),
    "/ticket": (_request, reply) => {
      reply.writeHead(303, { location: `/sent?ticket=${++count}` }).end();
    },
    "/sent": () => page(`<h1>Thank you</h1><p>Ticket ${++count} was opened for you.</p>`),
    "/login": () =>
      page(`<form method="post" action="/enter"><label>Name <input name="__login_name"></label>
        <label>Password <input type="password" name="__login_password"></label><button>Enter</button></form>`),
    "/enter": ({ body }, reply) => {
      const isRight = new URLSearchParams(body).get("__login_password") === PASSWORD;
      reply.writeHead(303, { location: isRight ? "/edit" : "/login" }).end();
    },
    "/edit": () =>
      page(`<form method="post" action="/save"><input type="hidden" name="@csrf" value="t${++count}-5b7a9d3e1c4f">
        <label>Title <input name="title"></label><button>Save</button></form>`),
    "/save": (_request, reply) => {
      reply.writeHead(303, { location: "/about" }).end();
    },
    "/about": () => page(`<h1>About</h1><p>We are 12 people.</p>`),
  });
  url = `http://${server.address}/`;
  folder = mkdtempSync(join(tmpdir(), "make-task-"));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const on = (role: string, name: string) => ({ on: { role, name } });
function write(name: string, lines: readonly object[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return path;
}

describe("dreamgym record --make-task", () => {
  it("makes a task that holds in a fresh session, and that an agent is measured on", async () => {
    const script = write("send.jsonl", [
      { kind: "type", ...on("textbox", "Subject"), text: "Printer on fire" },
      { kind: "select", ...on("combobox", "Kind"), option: "Idea" },
      { kind: "click", ...on("button", "Send") },
      { kind: "stop", answer: "" },
    ]);
    const tasks = join(folder, "tasks.json");
    const words = ["record", url, "--headless", "--no-screenshots", "--script", script];
    const goal = ["--goal", "Report an idea: Printer on fire"];
    const out = ["--out", join(folder, "runs"), "--id", "send"];
    const made = await runCli(...words, ...goal, ...out, "--make-task", tasks, "--yes");
    expect(made.result).toContain(
      "Proven in fresh sessions: the recording scores 1, doing nothing 0.",
    );
    expect(made.said).toContain(`it sends again: POST ${url}ticket`);
    expect(made.code).toBe(0);
    const [task] = loadTaskConfigs(tasks);
    expect(task).toMatchObject({
      task_id: 1,
      intent: "Report an idea: Printer on fire",
      start_url: "__SITE__/",
      eval: {
        eval_types: ["network_event"],
        network_events: [
          {
            method: "POST",
            url: "__SITE__/ticket",
            post_data: { subject: "Printer on fire", kind: "Idea" },
          },
        ],
      },
    });
    expect(task?.eval.network_events?.[0]?.query).toBeUndefined();
    const valid = await runCli("tasks", "validate", tasks);
    expect(valid).toMatchObject({ code: 0, result: expect.stringContaining("1 task") as string });
    const agent = join(folder, "agent.mjs");
    writeFileSync(
      agent,
      `const steps = [["textbox", "type"], ["combobox", "select"], ["button", "click"]];
       const more = { type: { text: "printer on fire", submit: false }, select: { option: "Idea" } };
       export default () => ({ act({ observation, history }) {
         const [role, kind] = steps[history.length] ?? [];
         if (role === undefined) return { action: { kind: "stop", answer: "" } };
         const { ref } = observation.nodes.find((node) => node.role === role);
         return { action: { kind, ref, ...more[kind] } };
       } });`,
    );
    const measure = async (name: string, policy: string) => {
      const run = ["--agent", policy, "--tasks", tasks, "--site", `site=${url}`, "--json"];
      return await runCli("evaluate", ...run, "--out", join(folder, name), "--browsers", "1");
    };
    const good = await measure("good", agent);
    expect(good.said).not.toContain("rror");
    expect(JSON.parse(good.result)).toMatchObject({ success: { mean: 1, n: 1 } });
  }, 120_000);
});

describe("a recording with a login", () => {
  it("is repeated with the password that was just typed, and the login is no part of the task", async () => {
    const script = write("login.jsonl", [
      { kind: "type", ...on("textbox", "Name"), text: "anna" },
      { kind: "type", ...on("textbox", "Password"), text: PASSWORD, submit: true },
      { kind: "type", ...on("textbox", "Title"), text: "Salt" },
      { kind: "click", ...on("button", "Save") },
      { kind: "stop", answer: "" },
    ]);
    const tasks = join(folder, "login.json");
    const words = ["record", `${url}login`, "--headless", "--no-screenshots", "--script", script];
    const out = ["--goal", "Save Salt", "--out", join(folder, "runs"), "--id", "login"];
    const made = await runCli(...words, ...out, "--make-task", tasks, "--yes");
    expect(made, made.said).toMatchObject({ code: 0 });
    const [task] = loadTaskConfigs(tasks);
    expect(task?.eval.network_events).toEqual([
      { present: true, method: "POST", url: "__SITE__/save", post_data: { title: "Salt" } },
    ]);
    // Later nobody knows the password any more.
    const again = ["trajectories", "make-task", join(folder, "runs", "login"), "--out", tasks];
    const forgotten = await runCli(...again, "--yes");
    expect(forgotten.said).toContain("in the variable SECRET_PASSWORD_1, got none. Set it.");
  }, 120_000);
});

describe("dreamgym trajectories make-task", () => {
  it("lists what could decide, and takes what a person chooses", async () => {
    const script = write("about.jsonl", [
      { kind: "click", ...on("link", "About") },
      { kind: "stop", answer: "12 people" },
    ]);
    const recording = join(folder, "runs", "about");
    const out = ["--out", join(folder, "runs"), "--id", "about"];
    await runCli("record", url, "--headless", "--no-screenshots", "--script", script, ...out);
    const tasks = join(folder, "chosen.json");
    const make = ["trajectories", "make-task", recording, "--out", tasks];
    const chosen = await runCliAnswering(["How many people work here?", "7", "1 2"], ...make);
    expect(chosen.said).toContain(`*  1  the answer is "12 people"`);
    expect(chosen.said).toContain(`   2  the last page is ${url}about`);
    expect(chosen.said).toContain("Expected numbers from 1 to");
    expect(chosen.result).toContain("doing nothing 0, without its answer 0.");
    expect(loadTaskConfigs(tasks)).toMatchObject([
      {
        intent: "How many people work here?",
        eval: {
          eval_types: ["string_match", "url_match"],
          reference_answers: { exact_match: "12 people" },
          reference_url: "__SITE__/about",
        },
      },
    ]);
    const none = await runCliAnswering(["Who?", "0"], ...make);
    expect(none.code).toBe(2);
    expect(none.said).toContain("No check was chosen");
    expect(loadTaskConfigs(tasks)).toHaveLength(1);
  }, 120_000);

  it("makes no task where the end shows nothing that the start lacks", async () => {
    const script = write("nothing.jsonl", [{ kind: "stop", answer: "" }]);
    const out = ["--out", join(folder, "runs"), "--id", "nothing"];
    await runCli("record", url, "--headless", "--no-screenshots", "--script", script, ...out);
    const tasks = join(folder, "none.json");
    const recording = join(folder, "runs", "nothing");
    const make = ["trajectories", "make-task", recording, "--out", tasks];
    const made = await runCli(...make, "--goal", "Look", "--yes");
    expect(made.said).toContain("Expected something that distinguishes the end");
    expect(made.code).toBe(2);
    expect(existsSync(tasks)).toBe(false);
  }, 120_000);
});
