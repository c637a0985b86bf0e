import { describe, expect, it } from "vitest";
import { createTasks, createThings, TinyEnv } from "../../../test/support/tiny-world.ts";
import { BrowserError, SiteError } from "../../core/errors.ts";
import { createReplaceableEnv } from "./replaceable-env.ts";

const things = createThings(1);
const [task] = createTasks(things);
if (task === undefined) throw new Error("Expected a task.");
const start = { task, seed: 0 };
const never = new Promise<never>(() => {});

/** Opens tiny environments, and notes which were opened, closed and replaced. */
function open(first: Partial<TinyEnv> = {}) {
  const events: string[] = [];
  let count = 0;
  const env = createReplaceableEnv({
    hangMs: 50,
    onReplace: (reason) => events.push(`replace: ${reason}`),
    async open() {
      const number = ++count;
      events.push(`open ${number}`);
      const inner = new TinyEnv(things);
      return Object.assign(inner, number === 1 ? first : {}, {
        [Symbol.asyncDispose]: async () => void events.push(`close ${number}`),
      });
    },
  });
  return { env, events };
}

describe("an environment that replaces what it holds", () => {
  it("opens at the first reset, and keeps what works", async () => {
    const { env, events } = open();
    expect(events).toEqual([]);
    await env.reset(start);
    await env.step({ kind: "goBack" });
    await env.reset(start);
    await env[Symbol.asyncDispose]();
    expect(events).toEqual(["open 1", "close 1"]);
  });

  it("ends a call that hangs, and opens another one at the next reset", async () => {
    const { env, events } = open({ step: () => never });
    await env.reset(start);
    await expect(env.step({ kind: "goBack" })).rejects.toThrow(
      "step goBack: expected an answer within 0.05 s, got none. The browser is replaced.",
    );
    await env.reset(start);
    expect((await env.step({ kind: "stop", answer: "" })).terminated).toBe(true);
    expect(events.filter((event) => !event.startsWith("replace"))).toEqual([
      "open 1",
      "close 1",
      "open 2",
    ]);
  });

  it("replaces one whose last call was abandoned without an answer", async () => {
    const { env, events } = open({ step: () => never });
    await env.reset(start);
    void env.step({ kind: "goBack" }).catch(() => null);
    await env.reset(start);
    expect(events[1]).toBe("replace: a call of the last episode has no answer yet");
    expect(events.at(-1)).toBe("open 2");
  });

  it("replaces after a crash, and keeps the browser after the failure of a site", async () => {
    const crashed = open({ step: () => Promise.reject(new BrowserError("Target closed")) });
    await crashed.env.reset(start);
    await expect(crashed.env.step({ kind: "goBack" })).rejects.toThrow(BrowserError);
    await crashed.env.reset(start);
    expect(crashed.events).toContain("replace: Target closed");
    const refused = open({ step: () => Promise.reject(new SiteError("refused")) });
    await refused.env.reset(start);
    await expect(refused.env.step({ kind: "goBack" })).rejects.toThrow(SiteError);
    await refused.env.reset(start);
    expect(refused.events).toEqual(["open 1"]);
  });

  it("closes one that opens too late", async () => {
    const closed: string[] = [];
    let opened: (env: TinyEnv) => void = () => {};
    const slow = new Promise<TinyEnv>((resolve) => (opened = resolve));
    let count = 0;
    const env = createReplaceableEnv({
      hangMs: 20,
      open: () => (++count === 1 ? slow : Promise.resolve(new TinyEnv(things))),
    });
    await expect(env.reset(start)).rejects.toThrow(/reset: expected an answer within/);
    await env.reset(start);
    const late = new TinyEnv(things);
    opened(Object.assign(late, { [Symbol.asyncDispose]: async () => void closed.push("late") }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(closed).toEqual(["late"]);
    expect((await env.step({ kind: "stop", answer: "" })).terminated).toBe(true);
  });
});
