import { describe, expect, it } from "vitest";
import { ConfigError } from "../core/errors.ts";
import { checkCount, type CountedRequests, startMeter } from "./request-meter.ts";

const none: CountedRequests = { sent: 0, unanswered: 0, pending: 0 };

/** Counters that return these values in turn. */
function createCounters(sent: unknown[], bySite: unknown[]) {
  return {
    countRequests: () => sent.shift() as CountedRequests,
    countedBySite: async () => bySite.shift() as number,
  };
}

describe("startMeter", () => {
  it("measures on both sides since its start", async () => {
    const meter = await startMeter(
      createCounters(
        [
          { ...none, sent: 3 },
          { ...none, sent: 10, unanswered: 1 },
        ],
        [2, 8],
      ),
    );
    expect(await meter()).toEqual({ requests: 7, countedBySite: 6, unanswered: 1 });
  });

  it.each([12, Number.NaN, -1, null, {}, { ...none, sent: Number.NaN }, { ...none, pending: -1 }])(
    "rejects a value that is not a count of requests: %j",
    async (answer) => {
      const metering = startMeter(createCounters([answer], [0]));
      await expect(metering).rejects.toThrow(ConfigError);
      await expect(metering).rejects.toThrow("{ sent, unanswered, pending }");
    },
  );

  it.each([Number.NaN, -1, 1.5, "3", undefined])(
    "rejects a value that is not a site's count: %j",
    async (answer) => {
      const metering = startMeter(createCounters([none], [answer]));
      await expect(metering).rejects.toThrow(`countedBySite() to return a whole number`);
    },
  );

  it("rejects counts that fall, since they do not run from the start", async () => {
    const meter = await startMeter(
      createCounters(
        [
          { ...none, sent: 5 },
          { ...none, sent: 4 },
        ],
        [5, 5],
      ),
    );
    await expect(meter()).rejects.toThrow("countRequests().sent");
  });
});

it("checkCount names the counter and what it returned", () => {
  expect(checkCount(3, "counter()")).toBe(3);
  expect(() => checkCount(Number.NaN, "counter()")).toThrow(/^Expected counter\(\) .* got NaN/);
  expect(() => checkCount(3, "counter()", 4)).toThrow(ConfigError);
});
