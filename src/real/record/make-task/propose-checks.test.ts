import { describe, expect, it } from "vitest";
import type { Action } from "../../../core/action.ts";
import type { SiteRequest } from "../../../core/site-request.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import { createEvaluator } from "../../../evaluation/evaluator.ts";
import { parseTaskConfig } from "../../../evaluation/task-config.ts";
import { toTask } from "../../../evaluation/to-task.ts";
import { playOfRecording } from "./play.ts";
import { proposeChecks, type Proposals } from "./propose-checks.ts";
import { nameOrigins, toTaskConfig } from "./to-task-config.ts";

const SHOP = "https://www.desk.example.com";

interface Told {
  actions?: Action[];
  requests?: SiteRequest[];
  finalUrl?: string;
  /** HTML of the page before the actions. */
  page?: string;
  /** Its path. */
  path?: string;
  /** HTML of the last page's body. */
  body?: string;
}

function trajectory({
  actions = [],
  requests = [],
  page,
  path = "",
  finalUrl = SHOP,
  body = "",
}: Told): Trajectory {
  const observation = {
    url: `${SHOP}${path}`,
    title: "",
    nodes: [],
    tabs: [],
    lastActionError: null,
  };
  const texts = body
    .split(/<[^>]*>/u)
    .filter((text) => text !== "")
    .map((name, index) => ({
      ref: String(index + 1),
      role: "StaticText",
      name,
      depth: 1,
      states: {},
    }));
  return {
    id: "one",
    taskId: "",
    goal: "Do it",
    templateId: 0,
    world: "",
    source: "human",
    actor: "person",
    seed: 0,
    transitions: actions.map((action, index) => ({
      observation,
      action,
      reward: 0,
      ...(page !== undefined && { page: { url: `${SHOP}${path}`, html: page } }),
      requests: index === actions.length - 1 ? requests : [],
    })),
    finalObservation: { ...observation, url: finalUrl, nodes: texts },
    finalPage: { url: finalUrl, html: `<body>${body}</body>` },
    startRequests: [],
    stopReason: "terminated",
    score: null,
    error: null,
  };
}

const request = (
  method: string,
  path: string,
  fields: [string, string][] | null = null,
  status = 200,
): SiteRequest => ({
  kind: "document",
  method,
  url: path.startsWith("http") ? path : `${SHOP}${path}`,
  fields,
  status,
  redirect: null,
});
const stop = (answer = ""): Action => ({ kind: "stop", answer });
const type = (text: string): Action => ({ kind: "type", ref: "1", text, submit: false });

/** What each play showed: the recording, two replays, and the start. */
async function propose(one: Told, two: Told, three: Told, start: Told = {}): Promise<Proposals> {
  const [recorded, ...replays] = [one, two, three].map((told) => playOfRecording(trajectory(told)));
  return await proposeChecks(
    {
      recorded: recorded as NonNullable<typeof recorded>,
      replays,
      start: playOfRecording(trajectory(start)).outcome,
    },
    createEvaluator(),
  );
}
const marked = ({ proposals }: Proposals): string[] =>
  proposals.filter(({ isDefault }) => isDefault).map(({ words }) => words);
const all = ({ proposals }: Proposals): string[] => proposals.map(({ words }) => words);

describe("proposeChecks", () => {
  it("takes the fields of a request that are the same in every play", async () => {
    const send = (csrf: string, at: string): Told => ({
      actions: [type("Lamp"), stop()],
      requests: [
        request("POST", `/orders/${csrf}/lines?sid=${csrf}&lang=en`, [
          ["csrf", csrf],
          ["at", at],
          ["item", "Lamp"],
          ["on", "2026-11-27"],
        ]),
      ],
    });
    const proposed = await propose(send("a1", "1"), send("b2", "2"), send("c3", "3"));
    expect(marked(proposed)).toEqual([
      `POST ${SHOP}/orders/*/lines was sent with lang=en, item=Lamp`,
    ]);
    expect(proposed.leftOut.join()).toContain("sid, csrf, at, on");
  });

  const issueForm = `<form method="post" action="/issue">
    <input type="hidden" name="@action" value="edit">
    <input type="hidden" name="id" value="issue17">
    <input type="hidden" name="part" value="north-wing">
    <input type="hidden" name="loaded" value="20261128061500">
    <input name="title" value="Toner is late">
    <select name="priority"><option value="1">low</option><option value="2">urgent</option></select>
    <label><input type="checkbox" name="watch" checked> Watch</label>
    <button name="submit" value="save">Save</button></form>`;

  it("leaves out what a form held already, unless it says what was changed", async () => {
    const told: Told = {
      page: issueForm,
      path: "/north-wing/issues?filter=open",
      actions: [{ kind: "select", ref: "1", option: "urgent" }, stop()],
      requests: [
        request("POST", "/issue", [
          ["@action", "edit"],
          ["id", "issue17"],
          ["part", "north-wing"],
          ["loaded", "20261128061500"],
          ["title", "Toner is late"],
          ["priority", "2"],
          ["watch", "on"],
          ["submit", "save"],
        ]),
      ],
    };
    const proposed = await propose(told, told, told);
    expect(marked(proposed)).toEqual([
      `POST ${SHOP}/issue was sent with id=issue17, part=north-wing, priority=2, submit=save`,
    ]);
    expect(proposed.leftOut).toEqual([
      `POST ${SHOP}/issue: loaded (another value each time, a time or a secret).`,
      `POST ${SHOP}/issue: @action, title, watch (nobody touched them).`,
    ]);
  });

  it("keeps all hidden fields of a form that only has a button", async () => {
    const told: Told = {
      page: `<form method="post" action="/do"><input type="hidden" name="what" value="archive">
        <input name="note" value=""><button name="go" value="yes">Archive</button></form>`,
      actions: [{ kind: "click", ref: "1" }, stop()],
      requests: [
        request("POST", "/do", [
          ["what", "archive"],
          ["note", ""],
          ["go", "yes"],
        ]),
      ],
    };
    expect(marked(await propose(told, told, told))).toEqual([
      `POST ${SHOP}/do was sent with what=archive, go=yes`,
    ]);
  });

  /** The fields that the check of a form's request holds, after somebody typed a note into it. */
  const kept = async (page: string, fields: [string, string][], more: Told = {}) => {
    const told: Told = {
      page,
      actions: [type("Too wide"), stop()],
      requests: [request("POST", "/do", [...fields, ["note", "Too wide"]])],
      ...more,
    };
    return marked(await propose(told, told, told)).map((words) => words.split(" with ")[1]);
  };
  const row = (user: string): string => `<form method="post" action="/do">
    <input type="hidden" name="do" value="note"><input type="hidden" name="user" value="${user}">
    <input name="note"><button>Add</button></form>`;

  it("does not keep a hidden number where the address of the form names the thing", async () => {
    const stars: [string, string][] = [["stars", "2"]];
    const page = (path: string): string => `<form method="post" action="${path}">
      <input type="hidden" name="stars" value="2"><input name="note"><button>Save</button></form>`;
    const to = (path: string): Told => ({
      requests: [request("POST", path, [...stars, ["note", "Too wide"]])],
    });
    expect(await kept(page("/book/31"), stars, to("/book/31"))).toEqual(["note=Too wide"]);
    expect(await kept(page("/book"), stars, to("/book"))).toEqual(["stars=2, note=Too wide"]);
  });

  it("does not take another request for the recorded one, and says so", async () => {
    const told = (path: string): Told => ({
      actions: [stop()],
      requests: [request("POST", path)],
      body: "<p>Lamp</p>",
    });
    const added = told("/shelf/add/3");
    const proposed = await propose(added, told("/shelf/remove/3"), added);
    expect(all(proposed)).toEqual(['the last page says "Lamp"']);
    expect(marked(proposed)).toEqual([]);
    expect(proposed.leftOut.join()).toContain(
      `POST ${SHOP}/shelf/add/3: another play did not send it`,
    );
  });

  it("keeps a hidden field in which the forms of a page differ", async () => {
    const fields: [string, string][] = [
      ["do", "note"],
      ["user", "ben"],
    ];
    expect(await kept(row("ann") + row("ben"), fields)).toEqual(["user=ben, note=Too wide"]);
    expect(await kept(row("ben"), fields)).toEqual(["note=Too wide"]);
  });

  it("keeps a hidden field that holds a heading of its page, or the id of a thing", async () => {
    const id = "5d1e0f0c-0c3b-4a6e-9d53-1f0a4c1d2b7e";
    expect(await kept(`<h2>Ben Oak</h2>${row("ben-oak")}`, [["user", "ben-oak"]])).toEqual([
      "user=ben-oak, note=Too wide",
    ]);
    expect(await kept(row(id), [["user", id]])).toEqual([`user=${id}, note=Too wide`]);
  });

  it("does not keep what only the address of the answer repeats, nor a file that nobody chose", async () => {
    const page = `<form method="post" enctype="multipart/form-data">
      <input type="hidden" name="view" value="item"><input name="note"><input type="file" name="scan">
      <button>Add</button></form>`;
    const fields: [string, string][] = [
      ["view", "item"],
      ["scan", "[file]"],
    ];
    const answer = { finalUrl: `${SHOP}/done?view=item` };
    expect(await kept(page, fields, answer)).toEqual(["note=Too wide"]);
    const files = [{ name: "scan.txt", type: "text/plain", base64: "eA==" }];
    const actions: Action[] = [type("Too wide"), { kind: "upload", ref: "1", files }, stop()];
    expect(await kept(page, fields, { ...answer, actions })).toEqual([
      "scan=[file], note=Too wide",
    ]);
  });

  it("chooses a text without a number that may be a count", async () => {
    const told: Told = { actions: [stop()], body: "<h1>Open (4)</h1><p>By age</p>" };
    const proposed = await propose(told, told, told);
    expect(marked(proposed)).toEqual(['the last page says "By age"']);
    expect(all(proposed)).toContain('the last page says "Open (4)"');
    const counted: Told = { actions: [stop()], body: "<h1>Open (4)</h1>" };
    expect(marked(await propose(counted, counted, counted))).toEqual([
      'the last page says "Open (4)"',
    ]);
  });

  it("keeps a date that a hand gave, in requests and texts", async () => {
    const told: Told = {
      actions: [type("2026-12-24"), stop()],
      requests: [request("POST", "/book", [["day", "2026-12-24"]])],
      body: "<p>Booked for 2026-12-24</p><p>Now it is 2026-11-27</p>",
    };
    expect(all(await propose(told, told, told))).toEqual([
      `POST ${SHOP}/book was sent with day=2026-12-24`,
      'the last page says "Booked for 2026-12-24"',
    ]);
  });

  it("offers a request of a login and one to another server, but does not choose them", async () => {
    const told: Told = {
      actions: [type("<secret:password:1>"), stop()],
      requests: [
        request("POST", "/login", [["password", "<secret:password:1>"]]),
        request("POST", "https://counter.example.net/hit", [["page", "home"]]),
      ],
      body: "<h1>Your account</h1>",
    };
    const proposed = await propose(told, told, told);
    expect(all(proposed)).toContain(`POST ${SHOP}/login was sent`);
    expect(marked(proposed)).toEqual(['the last page says "Your account"']);
  });

  it("offers a report of visited pages, but does not choose it", async () => {
    const told: Told = {
      actions: [type("Moss"), stop()],
      requests: [
        request("PATCH", "/me/track", [["last_page", "/list/moss"]]),
        request("POST", "/moss", [["title", "Moss"]]),
        request("POST", "/go", [["return_to", "/elsewhere"]]),
      ],
      finalUrl: `${SHOP}/list/moss`,
    };
    const proposed = await propose(told, told, told);
    expect(all(proposed)).toContain(`PATCH ${SHOP}/me/track was sent with last_page=/list/moss`);
    expect(marked(proposed)).toEqual([
      `POST ${SHOP}/moss was sent with title=Moss`,
      `POST ${SHOP}/go was sent with return_to=/elsewhere`,
    ]);
  });

  it("has no request that some play lacks, that failed, or that the start sends too", async () => {
    const told: Told = {
      actions: [stop()],
      requests: [
        request("POST", "/start"),
        request("POST", "/refused", null, 422),
        request("GET", "/search?q=1"),
      ],
      body: "<p>Finished</p>",
    };
    const once: Told = { ...told, requests: [...(told.requests ?? []), request("POST", "/once")] };
    const start: Told = { actions: [stop()], requests: [request("POST", "/start")] };
    expect(all(await propose(once, told, told, start))).toEqual(['the last page says "Finished"']);
  });

  it("takes the address without what differs, and none where the path differs", async () => {
    const at = (finalUrl: string): Told => ({ finalUrl: `${SHOP}${finalUrl}` });
    const same = await propose(
      at("/list?page=2&sid=1"),
      at("/list?page=2&sid=2"),
      at("/list?page=2"),
    );
    expect(marked(same)).toEqual([`the last page is ${SHOP}/list?page=2`]);
    await expect(propose(at("/o/1"), at("/o/2"), at("/o/3"))).resolves.toMatchObject({
      proposals: [],
      leftOut: [expect.stringContaining("differs from visit to visit") as string],
    });
  });

  it("takes of a line what stays, and nothing that the start shows", async () => {
    const page = (number: number, time: string): Told => ({
      body: `<h1>Thanks</h1><p>Order ${number} will arrive on Monday</p><p>${time}</p><nav>Home</nav>`,
    });
    const proposed = await propose(page(1, "10:01"), page(2, "10:02"), page(3, "10:02"), {
      body: "<nav>Home</nav>",
    });
    expect(all(proposed).toSorted()).toEqual([
      'the last page says "Thanks"',
      'the last page says "will arrive on Monday"',
    ]);
  });

  it("chooses an answer, unless the pages showed another one later", async () => {
    const read = (body: string): Told => ({ actions: [stop("41 users")], body });
    const stable = await propose(read("41 users"), read("41 users"), read("41 users"));
    expect(marked(stable)).toEqual(['the answer is "41 users"']);
    const volatile = await propose(read("41 users"), read("42 users"), read("43 users"));
    expect(all(volatile)).toEqual([]);
    expect(volatile.leftOut[0]).toContain('The answer "41 users"');
  });

  it("lets no secret into a check", async () => {
    const told: Told = {
      actions: [stop("[masked]")],
      finalUrl: `${SHOP}/reset/[masked]?token=[masked]&step=2`,
      requests: [request("POST", "/pay", [["card", "<secret:card:1>"]])],
      body: "<p>Paid with <secret:card:1></p><p>Paid with [masked]</p>",
    };
    const text = JSON.stringify((await propose(told, told, told)).proposals);
    expect(text).not.toMatch(/masked|secret/u);
  });
});

describe("toTaskConfig", () => {
  it("is a task of WebArena's form whose checks are the chosen ones", async () => {
    const told: Told = {
      actions: [type("Lamp"), stop("7")],
      requests: [request("POST", "/cart?list=main", [["item", "Lamp"]])],
      finalUrl: `${SHOP}/cart`,
      body: "<h1>1 item in your cart</h1>",
    };
    const { proposals } = await propose(told, told, told);
    expect(proposals.map(({ kind }) => kind)).toEqual(["answer", "request", "address", "text"]);
    const origins = nameOrigins([SHOP]);
    const checks = proposals.map(({ check }) => check);
    const config = parseTaskConfig(
      toTaskConfig({
        id: 3,
        goal: "Put a lamp into the cart.",
        world: "",
        startUrls: [`${SHOP}/`],
        steps: 6,
        checks,
        origins,
      }),
      "test",
    );
    expect(config).toMatchObject({
      sites: ["desk_example"],
      start_url: "__DESK_EXAMPLE__/",
      max_steps: 12,
    });
    expect(toTask(config, origins).checks).toEqual(checks);
  });
});

describe("nameOrigins", () => {
  it("gives each origin a name that placeholders can hold", () => {
    expect(
      nameOrigins([
        "https://www.example.com",
        "http://localhost:3000",
        "http://127.0.0.1:80",
        "http://[::1]:80",
        "https://3d.example-site.co.uk",
        "https://example.org",
      ]),
    ).toEqual({
      example: "https://www.example.com",
      localhost: "http://localhost:3000",
      site: "http://127.0.0.1:80",
      site_2: "http://[::1]:80",
      site_3: "https://3d.example-site.co.uk",
      example_2: "https://example.org",
    });
  });
});
