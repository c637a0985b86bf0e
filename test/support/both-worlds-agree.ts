/** A test for each situation: the text browser shows and sends what Chromium does. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BothWorlds, type Situation } from "./both-worlds.ts";

/** @param situations by kind and name; a start page alone is a situation without steps */
export function describeAgreement(
  situations: Readonly<Record<string, Readonly<Record<string, Situation | Situation["start"]>>>>,
): void {
  describe("the text browser and Chromium agree on", () => {
    let worlds: BothWorlds;

    beforeAll(async () => {
      worlds = await BothWorlds.open();
    });

    afterAll(async () => {
      await worlds?.[Symbol.asyncDispose]();
    });

    for (const [kind, named] of Object.entries(situations))
      for (const [name, situation] of Object.entries(named))
        it(`${kind}: ${name}`, async () => {
          const { real, text } = await worlds.play(
            typeof situation === "object" && "start" in situation
              ? situation
              : { start: situation },
          );
          expect(text).toEqual(real);
        });
  });
}
