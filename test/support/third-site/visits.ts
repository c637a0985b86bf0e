/** The recorded experience of the third site that tests dream from, and the pages that it never visits. */

import type { Trajectory } from "../../../src/core/trajectory.ts";
import { recordVisit, type Step } from "./record-visits.ts";
import { growSeeds, type Seed } from "./seed-exchange.ts";

/** Seeds whose own pages no recording opens: the last two of each bed. */
export function unseenSeeds(): Seed[] {
  return growSeeds().filter((_, i) => i >= 30);
}

export function seenSeeds(): Seed[] {
  return growSeeds().filter((_, i) => i < 30);
}

/** About forty visits: looking around, putting in the basket, thanking, noting, tabs, sieves. */
export async function recordVisits(): Promise<Trajectory[]> {
  const seeds = seenSeeds();
  const visits: Step[][] = [
    ["goto /basket"],
    ["goto /find?words=sorrel"],
    ["goto /find?words=zzz"],
  ];
  for (const word of ["am", "run", "tansy", "hol"])
    visits.push([`searchbox Words = ${word}`, "button Find"]);
  seeds.forEach((seed, i) => {
    const other = seeds[(i * 7 + 3) % seeds.length] as Seed;
    const open = (one: Seed): Step[] => [`link ${one.bed}`, `link ${one.name}`];
    switch (i % 6) {
      case 0:
        visits.push([...open(seed), "button Put in basket", "link Seed exchange"]);
        break;
      case 1:
        visits.push([
          ...open(seed),
          `spinbutton Packets = ${2 + (i % 4)}`,
          "button Put in basket",
          ...(other === seed ? [] : [...open(other), "button Put in basket"]),
          `button Take out ${seed.name}`,
        ]);
        break;
      case 2:
        visits.push([
          ...open(seed),
          "button Thank the grower",
          "link Seed exchange",
          ...open(seed),
        ]);
        break;
      case 3:
        visits.push([
          ...open(seed),
          `textbox Your note = Grew well in spot ${i}`,
          "button Pin note",
        ]);
        break;
      case 4:
        visits.push([
          ...open(seed),
          "tab Harvest",
          "tab Sowing",
          "button One more",
          "button One more",
        ]);
        break;
      default:
        visits.push([
          `link ${seed.bed}`,
          "link Cheapest first",
          "link Tallest first",
          `textbox Sieve = ${seed.name.slice(0, 3).toLowerCase()}`,
          "goto /basket",
        ]);
    }
  });
  const recorded: Trajectory[] = [];
  for (const [i, steps] of visits.entries()) recorded.push(await recordVisit(`visit-${i}`, steps));
  return recorded;
}
