import { expect, it } from "vitest";
import { recordHouse } from "../../test/support/house-site.ts";
import { partOf } from "./seed-data.ts";

it("leaves the part of the recordings that an ablation asks for, in the order of the plan", async () => {
  const [walk, demonstration] = await recordHouse({ solves: true });
  const recordings = [0, 1, 2, 3, 4].map((i) => ({
    ...(i % 2 === 0
      ? (walk as NonNullable<typeof walk>)
      : (demonstration as NonNullable<typeof walk>)),
    id: String(i),
    actor: i % 2 === 0 ? "random" : "demonstrator",
  }));
  const ids = (share: number, exploration: boolean): string =>
    partOf(recordings, { share, exploration })
      .map(({ id }) => id)
      .join("");
  expect(ids(1, true)).toBe("01234");
  expect(ids(0.5, true)).toBe("012");
  expect(ids(0.25, true)).toBe("01");
  expect(ids(1, false)).toBe("13");
});
