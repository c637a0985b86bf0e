import { describe, expect, it } from "vitest";
import { EvaluatorError } from "../core/errors.ts";
import type { EpisodeOutcome } from "../core/evaluator.ts";
import type { SiteRequest } from "../core/site-request.ts";
import type { Check, NetworkExpectation, Task } from "../core/task.ts";
import { createEvaluator } from "./evaluator.ts";
import { parseTaskConfig } from "./task-config.ts";
import { toTask } from "./to-task.ts";
import { PUBLIC_ORIGINS, publicTasks } from "../../test/support/task-configs.ts";

function task(...checks: Check[]): Task {
  return {
    id: "1",
    goal: "Do it",
    startUrls: ["http://shop.test/"],
    sites: ["shop"],
    maxSteps: 8,
    checks,
    templateId: 1,
    world: "",
  };
}

function outcome(fields: Partial<EpisodeOutcome> = {}): EpisodeOutcome {
  const finalPage = { url: "http://shop.test/", html: "<title>Shop</title><p>Hello" };
  return {
    answer: "",
    finalUrl: "http://shop.test/",
    finalPage,
    finalMarkup: (fields.finalPage ?? finalPage).html,
    requests: [],
    probe: { open: async () => ({ page: null, reason: "no such page here" }) },
    ...fields,
  };
}

function post(url: string, fields: [string, string][], status = 302): SiteRequest {
  return { kind: "document", method: "POST", url, fields, status, redirect: null };
}

const evaluator = createEvaluator();
const evaluate = (checks: Check[], fields: Partial<EpisodeOutcome> = {}) =>
  evaluator.evaluate(task(...checks), outcome(fields));

describe("createEvaluator", () => {
  it("scores 1 only when every check passes, and reports all of them", async () => {
    const checks: Check[] = [
      { kind: "string_match", exactMatch: "blue" },
      { kind: "url_match", urls: ["http://shop.test/"] },
    ];
    expect(await evaluate(checks, { answer: "'Blue'" })).toMatchObject({
      status: "scored",
      value: 1,
    });
    const score = await evaluate(checks, { answer: "red" });
    expect(score).toMatchObject({ status: "scored", value: 0 });
    expect(score.checks.map((check) => check.passed)).toEqual([false, true]);
  });

  it("leaves an episode unscored, with the reason, when a check could not be computed", async () => {
    const score = await evaluate([
      {
        kind: "program_html",
        targets: [{ url: "http://shop.test/x", locator: "", required: { mustInclude: ["a"] } }],
      },
    ]);
    expect(score).toMatchObject({
      status: "unscored",
      reason: expect.stringContaining("no such page here") as string,
    });
  });

  it("leaves a check without a condition unscored instead of passing it", async () => {
    const empty: Check[] = [
      { kind: "string_match" },
      { kind: "network_event", events: [] },
      { kind: "program_html", targets: [{ url: "last", locator: "", required: {} }] },
    ];
    for (const check of empty)
      expect(await evaluate([check]), check.kind).toMatchObject({
        status: "unscored",
        reason: expect.stringContaining("expected a condition to check, got none") as string,
      });
  });

  it("names the requests that were sent when the expected one is missing, and wants an absolute URL", async () => {
    const event = { present: true, method: "POST", url: "http://shop.test/cart" };
    const requests = [post("http://shop.test/basket", [["item", "7"]])];
    const missed = await evaluate([{ kind: "network_event", events: [event] }], { requests });
    expect(missed.checks[0]?.detail).toBe(
      'expected POST http://shop.test/cart, got no such request; sent: POST http://shop.test/basket with "item=7" → 302',
    );
    const relative = { ...event, url: "/basket", postData: { item: "7" } };
    expect(
      await evaluate([{ kind: "network_event", events: [relative] }], { requests }),
    ).toMatchObject({
      status: "unscored",
      reason: 'network_event: expected an absolute URL in POST /basket with "item=7"',
    });
  });

  it("lets a failed check decide next to one that could not be computed: the product is 0 either way", async () => {
    const score = await evaluate(
      [
        { kind: "url_match", urls: ["http://shop.test/elsewhere"] },
        { kind: "string_match", fuzzyMatch: ["something"] },
      ],
      { answer: "anything" },
    );
    expect(score).toMatchObject({ status: "scored", value: 0 });
    expect(score.checks.map((check) => check.passed)).toEqual([false, null]);
  });

  it("turns a throwing probe into an unscored check", async () => {
    const score = await evaluate(
      [
        {
          kind: "program_html",
          targets: [{ url: "http://shop.test/x", locator: "", required: { exactMatch: "" } }],
        },
      ],
      { probe: { open: () => Promise.reject(new Error("the tab crashed")) } },
    );
    expect(score).toMatchObject({
      status: "unscored",
      reason: expect.stringContaining("the tab crashed") as string,
    });
  });

  it("throws the error of a judge that is down, and leaves the check of one that fails unscored", async () => {
    const judgeThatThrows = (error: Error) =>
      createEvaluator({ judge: { judge: () => Promise.reject(error) } }).evaluate(
        task({ kind: "string_match", fuzzyMatch: ["12 euros"] }),
        outcome({ answer: "twelve euros" }),
      );
    const isDown = new EvaluatorError("the judge is down", { retryable: true });
    await expect(judgeThatThrows(isDown)).rejects.toBe(isDown);
    for (const error of [new Error("no verdict"), new EvaluatorError("no verdict")])
      expect(await judgeThatThrows(error)).toMatchObject({ status: "unscored" });
  });

  it("never calls a task without checks solved", async () => {
    expect((await evaluate([])).status).toBe("unscored");
  });

  it("asks the judge about fuzzy references, and only about what rules cannot decide", async () => {
    const asked: string[] = [];
    const judging = createEvaluator({
      judge: {
        judge: async ({ kind, answer }) => {
          asked.push(`${kind}: ${answer}`);
          return { agrees: true, reason: "same meaning" };
        },
      },
    });
    const fuzzy = task({ kind: "string_match", fuzzyMatch: ["12 euros"] });
    expect(await judging.evaluate(fuzzy, outcome({ answer: "twelve euros" }))).toMatchObject({
      value: 1,
    });
    expect(await judging.evaluate(fuzzy, outcome({ answer: "12 Euros" }))).toMatchObject({
      value: 1,
    });
    expect(await judging.evaluate(fuzzy, outcome({ answer: " " }))).toMatchObject({ value: 0 });
    const unachievable = task({ kind: "string_match", fuzzyMatch: ["N/A"], note: "no such" });
    await judging.evaluate(unachievable, outcome({ answer: "there is none" }));
    expect(asked).toEqual(["equivalent: twelve euros", "unachievable: there is none"]);
  });
});

describe("program_html", () => {
  it("opens each page once and reads all its targets there", async () => {
    const opened: string[] = [];
    const target = (locator: string, exactMatch: string) => ({
      url: "http://shop.test/cart",
      locator,
      required: { exactMatch },
    });
    const score = await evaluate(
      [
        {
          kind: "program_html",
          targets: [
            target("document.querySelector('#a').outerText", "one"),
            target("document.querySelector('#b').value", "2"),
          ],
        },
      ],
      {
        probe: {
          open: async (url) => {
            opened.push(url);
            return { page: { url, html: `<p id="a">One</p><input id="b" value="2">` } };
          },
        },
      },
    );
    expect(score).toMatchObject({ status: "scored", value: 1 });
    expect(opened).toEqual(["http://shop.test/cart"]);
  });

  it("cuts a post's URL for reddit_get_post_url, and leaves other helpers unscored", async () => {
    const opened: string[] = [];
    const check = (url: string): Check => ({
      kind: "program_html",
      targets: [{ url, locator: "", required: { mustInclude: ["hi"] } }],
    });
    const fields: Partial<EpisodeOutcome> = {
      finalUrl: "http://forum.test/f/books/12/a-title?sort=new",
      probe: {
        open: async (url) => {
          opened.push(url);
          return { page: { url, html: "<p>Hi" } };
        },
      },
    };
    const supported = await evaluate([check("func:reddit_get_post_url('__last_url__')")], fields);
    expect(supported).toMatchObject({ status: "scored", value: 1 });
    expect(opened).toEqual(["http://forum.test/f/books/12/"]);
    for (const url of [
      "func:shopping_get_latest_order_url()",
      "func:process.exit(1)",
      "func:x(()",
    ]) {
      expect((await evaluate([check(url)], fields)).status).toBe("unscored");
    }
  });

  it("leaves targets that need clicks first unscored", async () => {
    const score = await evaluate([
      {
        kind: "program_html",
        targets: [
          { url: "last", locator: "", required: { mustInclude: ["hello"] }, prepActions: ["x"] },
        ],
      },
    ]);
    expect(score.status).toBe("unscored");
  });
});

describe("network_event", () => {
  const cart: NetworkExpectation = {
    present: true,
    method: "POST",
    url: "http://shop.test/cart/*/add",
    postData: { quantity: "2" },
  };
  const value = async (event: NetworkExpectation, requests: SiteRequest[]) => {
    const score = await evaluate([{ kind: "network_event", events: [event] }], { requests });
    return score.status === "scored" ? score.value : null;
  };
  const right = post("http://shop.test/cart/7/add", [["quantity", "2"]]);
  const wrong = post("http://shop.test/cart/7/add", [["quantity", "1"]]);

  it("is unscored where only a body that nobody could read decides", async () => {
    const unread: SiteRequest = { ...right, fields: null, isBodyUnread: true };
    expect(await value(cart, [unread])).toBeNull();
    expect(await value({ ...cart, present: false }, [unread])).toBeNull();
    expect(await value(cart, [unread, right])).toBe(1);
    expect(await value({ ...cart, present: false }, [unread, right])).toBe(0);
    expect(await value(cart, [{ ...unread, status: 404 }])).toBe(0);
    expect(await value({ ...cart, url: "http://shop.test/other" }, [unread])).toBe(0);
    const { postData: _, ...anyBody } = cart;
    expect(await value(anyBody, [unread])).toBe(1);
  });

  it("finds a request by method, URL pattern and the fields given", async () => {
    expect(await value(cart, [right])).toBe(1);
    expect(await value(cart, [wrong])).toBe(0);
    expect(await value(cart, [])).toBe(0);
    expect(await value(cart, [{ ...right, method: "GET" }])).toBe(0);
    expect(await value(cart, [{ ...right, url: "http://shop.test/cart/7/8/add" }])).toBe(0);
    expect(await value(cart, [{ ...right, url: "http://evil.test/cart/7/add" }])).toBe(0);
    expect(await value(cart, [{ ...right, url: "http://shop.test/cart/7%2F8/add" }])).toBe(1);
    expect(await value(cart, [{ ...right, url: "http://shop.test/cart%2F7/add" }])).toBe(0);
  });

  it("counts only requests with a status below 400, or with the expected status", async () => {
    expect(await value(cart, [{ ...right, status: 422 }])).toBe(0);
    expect(await value(cart, [{ ...right, status: null }])).toBe(0);
    expect(await value({ ...cart, status: 302 }, [right])).toBe(1);
    expect(await value({ ...cart, status: 200 }, [right])).toBe(0);
  });

  it("fails on a sent request when present is false", async () => {
    expect(await value({ ...cart, present: false }, [right])).toBe(0);
    expect(await value({ ...cart, present: false }, [wrong])).toBe(1);
    for (const [status, reward] of [
      [403, 1],
      [500, 0],
      [null, 0],
    ] as const)
      expect(await value({ ...cart, present: false }, [{ ...right, status }])).toBe(reward);
  });

  it("looks only at the last request to that URL with lastEventOnly", async () => {
    expect(await value(cart, [right, wrong])).toBe(1);
    expect(await value({ ...cart, lastEventOnly: true }, [right, wrong])).toBe(0);
    expect(await value({ ...cart, lastEventOnly: true }, [wrong, right])).toBe(1);
  });

  it("compares the given query parameters and ignores others", async () => {
    const event: NetworkExpectation = {
      present: true,
      method: "GET",
      url: "http://shop.test/search/",
      query: { q: "Blue  Kettle" },
    };
    const get = { ...post("http://shop.test/Search?q=blue+kettle&page=2", []), method: "GET" };
    expect(await value(event, [get])).toBe(1);
    expect(await value(event, [{ ...get, url: "http://shop.test/search?page=2" }])).toBe(0);
  });
});

describe.skipIf(publicTasks === null)(
  "WebArena's 335 string tasks (skipped where ../shared/data is absent)",
  () => {
    const tasks = (publicTasks?.webarena ?? [])
      .map((data) => parseTaskConfig(data, "public"))
      .filter((config) => config.eval.eval_types.includes("string_match"));

    /** The reference itself as an answer, its URL where one is asked for. */
    const ownAnswer = async (config: (typeof tasks)[number], answer: string | null) => {
      const task = toTask(config, PUBLIC_ORIGINS);
      const references = config.eval.reference_answers ?? {};
      const own = [references.exact_match, references.must_include, references.fuzzy_match]
        .flat()
        .filter((reference) => reference !== undefined)
        .join(", ");
      const url = task.checks.find((check) => check.kind === "url_match")?.urls[0];
      return evaluator.evaluate(
        task,
        outcome({ answer: answer ?? own, ...(url === undefined ? {} : { finalUrl: url }) }),
      );
    };

    it("pass with their own reference, or are unscored because several fuzzy references need a judge", async () => {
      expect(tasks).toHaveLength(335);
      const unscored: number[] = [];
      for (const config of tasks) {
        const score = await ownAnswer(config, null);
        if (score.status === "unscored") {
          unscored.push(config.task_id);
          expect(score.reason).toContain("needs a judge");
        } else expect([config.task_id, score.value]).toEqual([config.task_id, 1]);
      }
      const severalReferences = tasks.filter(({ eval: { reference_answers: references } }) => {
        const fuzzy = references?.fuzzy_match;
        return fuzzy !== undefined && [fuzzy, references?.must_include ?? []].flat().length > 1;
      });
      expect(unscored).toEqual(severalReferences.map((config) => config.task_id));
      expect(unscored).toHaveLength(27);
    });

    it("fail with an empty answer, every one", async () => {
      for (const config of tasks) {
        const score = await ownAnswer(config, "");
        expect([config.task_id, score.status]).toEqual([config.task_id, "scored"]);
        expect(score).toMatchObject({ value: 0 });
      }
    });

    it("give a bare N/A the 36 unachievable ones and no other", async () => {
      let solved = 0;
      for (const config of tasks) {
        const score = await ownAnswer(config, "N/A");
        if (score.status === "scored") solved += score.value;
      }
      expect(solved).toBe(36);
    });
  },
);
