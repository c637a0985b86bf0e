/** How dreamgym starts, seeds and resets the tool shed. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
// In a project of your own: from "dreamgym-web".
import { createRandom, type SiteApplication } from "../../src/index.ts";
import { serveShed, type Shed } from "./tool-shed.ts";

const STATE_FILE = "shed.json";

const KINDS = ["Hand", "Garden", "Copper", "Folding", "Steel", "Roofing"];
const THINGS = ["Saw", "Rake", "Hammer", "Ladder", "Drill", "Shovel"];
const PEOPLE = ["Ada Brook", "Ben Cole", "Cleo Dorn", "Dina Eck", "Emil Fuchs", "Finn Gale"];

/** What a world holds: a function of the seed alone. */
export function createShed(seed: number): Shed {
  const random = createRandom(`shed ${seed}`);
  const names = KINDS.flatMap((kind) => THINGS.map((thing) => `${kind} ${thing}`));
  const tools = random
    .shuffle(names)
    .slice(0, 24)
    .map((name, index) => ({ name, borrower: index % 2 === 0 ? random.pick(PEOPLE) : null }));
  return { tools, keepers: [{ username: "keeper", password: "open sesame", session: "k33per" }] };
}

export const shedApplication: SiteApplication = {
  site: "shed",
  origin: "http://shed.test",
  stateFiles: [STATE_FILE],
  // A line that says what to install, where the application needs something of the machine.
  missing: () => Promise.resolve(null),
  seed({ seed, folder }) {
    writeFileSync(join(folder, STATE_FILE), JSON.stringify(createShed(seed)));
    return Promise.resolve();
  },
  serve: ({ folder }) => serveShed(join(folder, STATE_FILE)),
  accounts: (seed) =>
    createShed(seed).keepers.map(({ username, password }) => ({
      username,
      password,
      role: "keeper",
    })),
  sessionCookies: (seed) =>
    createShed(seed).keepers.map(({ session }) => ({ name: "shed", value: session })),
};
