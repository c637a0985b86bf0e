/** Other spellings of a value of each kind: some mean the same, some do not. */

import type { Random } from "../../src/core/random.ts";
import {
  spellDate,
  spellMonth,
  spellBoolean,
  spellDuration,
  spellDistance,
} from "./verified-measure-spellings.ts";
import { spellText, type Spell } from "./verified-text-spellings.ts";

export function varyValue(
  value: unknown,
  kind: string,
  random: Random,
): { name: string; value: unknown } {
  const spellings = SPELLINGS[kind] ?? spellText;
  const others = random.int(5) === 0 ? COMMON : spellings(value, random);
  return { name: kind, value: random.pick(others) };
}

/** What an agent may answer for any kind. */
const COMMON: readonly unknown[] = [
  ["", " ", "N/A", "unknown", "^.*$", "^(a|b)$", "0", "true"],
  [null, 0, 1, -1, 3.5, true, false],
  [["a"], ["a", "b"], [], {}, { value: 1 }],
].flat();

const spellNumber: Spell = (value) => {
  const number = Number(value);
  return [
    [
      number,
      String(number),
      number.toFixed(1),
      number.toFixed(2),
      `${number} items`,
      `+${number}`,
      ` ${number} `,
    ],
    [
      number.toLocaleString("en-US"),
      number.toLocaleString("en-US").replaceAll(",", " "),
      number + 1,
      -number,
    ],
    [
      inWords(number),
      inWords(number).toUpperCase(),
      `${inWords(number)} items`,
      `about ${number}`,
      `${number}%`,
    ],
    [
      [number, number + 1],
      [number],
      number + 0.0001,
      String(number).padStart(5, "0"),
      `#${number}`,
    ],
    [number.toExponential(), `${number}.`, `(${number})`, String(number).split("").join("_")],
  ].flat();
};

const SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");

function inWords(number: number): string {
  if (number >= 1000)
    return `${inWords(Math.trunc(number / 1000))} thousand ${inWords(number % 1000)}`;
  if (number >= 100)
    return `${inWords(Math.trunc(number / 100))} hundred and ${inWords(number % 100)}`;
  if (number >= 20) return `twenty-${SMALL[number % 10] ?? "one"}`;
  return SMALL[number] ?? "thirteen";
}

const spellCurrency: Spell = (value) => {
  const amount = Number(value);
  const fixed = amount.toFixed(2);
  const grouped = amount.toLocaleString("en-US", { minimumFractionDigits: 2 });
  const european = amount.toLocaleString("de-DE", { minimumFractionDigits: 2 });
  return [
    [
      fixed,
      `$${fixed}`,
      `${fixed} USD`,
      `USD ${fixed}`,
      `€${fixed}`,
      `${european} €`,
      `£${fixed}`,
      `${fixed}$`,
    ],
    [
      grouped,
      `$${grouped}`,
      european,
      grouped.replaceAll(",", " "),
      `$ ${fixed}`,
      `US$${fixed}`,
      `-${fixed}`,
    ],
    [
      `$-${fixed}`,
      amount + 0.1,
      amount + 0.05,
      amount - 0.1,
      amount + 0.11,
      amount + 1,
      `${fixed} dollars`,
    ],
    [
      `about ${fixed}`,
      `${fixed}.`,
      `${fixed}%`,
      "free",
      `(${fixed})`,
      [amount, 5],
      `${fixed}-${fixed}`,
    ],
    [
      String(Math.round(amount)),
      `${Math.trunc(amount)}.-`,
      `Rs. ${fixed}`,
      fixed.replace(".", ","),
      `${fixed}0`,
    ],
  ].flat();
};

const spellCoordinates: Spell = (value) => {
  const { latitude, longitude } = value as { latitude: string; longitude: string };
  const [north, east] = [Number(latitude), Number(longitude)];
  return [
    [
      { latitude: north, longitude: east },
      { lat: north, lon: east },
      { lat: latitude, lng: longitude },
    ],
    [[north, east], [latitude, longitude], `${latitude}, ${longitude}`, `${latitude} ${longitude}`],
    [
      `${latitude};${longitude}`,
      `(${latitude}, ${longitude})`,
      `${latitude}N, ${-east}W`,
      `${latitude}/${longitude}`,
    ],
    [
      [east, north],
      { latitude: north + 1e-5, longitude: east },
      { latitude: north + 1e-4, longitude: east },
    ],
    [
      `lat ${latitude}, ${longitude}`,
      `${latitude}° ${longitude}°`,
      { LATITUDE: latitude, Longitude: longitude },
    ],
    [
      { latitude: 95, longitude: 0 },
      { latitude },
      latitude,
      [north],
      [north, east, 0],
      [north, east + 360],
    ],
  ].flat();
};

const spellPlace: Spell = (value, random) => {
  const words = String(value).split(" ");
  return [
    spellText(value, random),
    [
      words.toReversed().join(" "),
      words.slice(1).join(" "),
      words.slice(0, -1).join(" "),
      `${String(value)}, USA`,
    ],
    [
      String(value).replaceAll("University", "Univ"),
      `${String(value)} (Pittsburgh)`,
      words[0],
      words.join("_"),
    ],
  ].flat();
};

const spellUrl: Spell = (value) => {
  const text = String(value);
  const path = text.split(":")[1] ?? "";
  return [
    [
      `git@localhost:${path}`,
      `git@code.example:${path}`,
      `ssh://git@localhost:2222/${path}`,
      `GIT@HOST:${path.toUpperCase()}`,
    ],
    [
      `http://code.example:8023/${path}`,
      `git@localhost:/${path}`,
      path,
      `${text}/`,
      `ssh://localhost/${path}`,
    ],
    [
      `git@localhost:other/${path}`,
      `git clone git@localhost:${path}`,
      `git@localhost:2222/${path}`,
    ],
  ].flat();
};

const SPELLINGS: Record<string, Spell> = {
  string: spellText,
  number: spellNumber,
  integer: spellNumber,
  currency: spellCurrency,
  date: spellDate,
  month: spellMonth,
  boolean: spellBoolean,
  duration: spellDuration,
  distance: spellDistance,
  coordinates: spellCoordinates,
  "location-name": spellPlace,
  url: spellUrl,
};
