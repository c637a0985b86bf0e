/** Other spellings of dates, months, durations and distances: some mean the same, some do not. */

import { spellText, type Spell } from "./verified-text-spellings.ts";

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

export const spellDate: Spell = (value, random) => {
  const date = new Date(`${String(value)} UTC`);
  if (Number.isNaN(date.getTime())) return spellText(value, random);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const name = MONTHS[month - 1] as string;
  const two = (number: number): string => String(number).padStart(2, "0");
  return [
    [
      `${year}-${two(month)}-${two(day)}`,
      `${month}/${day}/${year}`,
      `${two(month)}/${two(day)}/${year}`,
    ],
    [`${day}/${month}/${year}`, `${two(day)}.${two(month)}.${year}`, `${name} ${day}, ${year}`],
    [
      `${name.slice(0, 3)} ${day}, ${year}`,
      `${day} ${name} ${year}`,
      `${day}-${name.slice(0, 3)}-${year}`,
    ],
    [
      `${name} ${day}th, ${year}`,
      `${day}st of ${name} ${year}`,
      `${year}/${month}/${day}`,
      `${name} ${day},${year}`,
    ],
    [
      `${year}${two(month)}${two(day)}`,
      `${month}/${day}/${String(year).slice(2)}`,
      `${month}-${day}-${year}`,
    ],
    [`${year}-${two(month)}-${two(day)}T10:20:30Z`, `${year}-${two(month)}-${two(day)} 10:20 PM`],
    [
      `${name} ${day}, ${year}, 5:12:03 AM`,
      `${name} ${day} ${year} at 5pm`,
      `${name} ${day + 1}, ${year}`,
    ],
    [
      `on ${name} ${day}, ${year}`,
      `the ${day} of ${name} ${year}`,
      `Mon, ${name} ${day}, ${year}`,
      "yesterday",
    ],
    [
      `${year}-${two(month)}-${two(day)}T10:20:30+02:00`,
      `${day} ${month} ${year}`,
      `${year} ${name} ${day}`,
    ],
    [
      `${month}.${day}.${year}`,
      `${name.toUpperCase()} ${day} '${String(year).slice(2)}`,
      date.getTime() / 1000,
    ],
  ].flat();
};

export const spellMonth: Spell = (value) => {
  const number = MONTHS.indexOf(String(value)) + 1;
  const name = String(value);
  return [
    [
      name.toLowerCase(),
      name.toUpperCase(),
      name.slice(0, 3),
      `${name.slice(0, 3)}.`,
      number,
      String(number),
    ],
    [
      String(number).padStart(2, "0"),
      `${name} 2023`,
      `2023-${number}`,
      `${number}/2023`,
      number + 1,
      13,
      "13",
    ],
    [
      `${name} 1`,
      `${name}, 2022`,
      "Sept",
      "Mai",
      `in ${name}`,
      number + 0.5,
      [name, "May"],
      `${name} 31`,
    ],
  ].flat();
};

export const spellBoolean: Spell = (value) =>
  [
    [
      String(value),
      value === true ? "yes" : "no",
      value === true ? "Y" : "N",
      value === true ? 1 : 0,
    ],
    [
      value !== true,
      value === true ? "on" : "off",
      "maybe",
      value === true ? "True." : "False.",
      2,
      "t",
      "f",
    ],
  ].flat();

export const spellDuration: Spell = (value) => {
  const text = String(value);
  const minutes =
    (Number(/(\d+)\s*hr?/u.exec(text)?.[1] ?? 0) || 0) * 60 +
    Number(/(\d+)\s*min/u.exec(text)?.[1] ?? 0);
  const [hours, rest] = [Math.trunc(minutes / 60), minutes % 60];
  return [
    [
      `${minutes} minutes`,
      `${minutes}min`,
      `${minutes} mins`,
      `${minutes}m`,
      `${minutes}:00`,
      minutes,
      String(minutes),
    ],
    [
      `${hours}h ${rest}min`,
      `${hours} hours ${rest} minutes`,
      `${hours} hours, ${rest} minutes`,
      `${hours}h${rest}m`,
    ],
    [
      `${hours}:${String(rest).padStart(2, "0")}`,
      `${hours}:${String(rest).padStart(2, "0")}:00`,
      `${minutes * 60}s`,
    ],
    [
      `${hours}:${String(rest).padStart(2, "0")} hours`,
      `${hours} hours and ${rest} minutes`,
      `PT${minutes}M`,
    ],
    [
      `${minutes + 3} min`,
      `${minutes + 4} min`,
      `${Math.round(minutes * 1.1)} min`,
      `${Math.ceil(minutes * 1.12)} min`,
    ],
    [
      `${minutes / 60} hours`,
      `about ${minutes} min`,
      `${minutes} min.`,
      `${hours}hr ${rest}min`,
      text.toUpperCase(),
    ],
    [
      `- ${minutes} min`,
      `${minutes * 60} sec`,
      `${hours}h`,
      `1 day ${minutes} min`,
      `${minutes * 60} seconds`,
    ],
  ].flat();
};

export const spellDistance: Spell = (value) => {
  const text = String(value);
  const metres = Number.parseFloat(text) * (text.includes("km") ? 1000 : 1);
  const km = metres / 1000;
  return [
    [
      `${km} km`,
      `${km}km`,
      `${metres} m`,
      `${metres}m`,
      `${km} kilometers`,
      `${km} Kilometres`,
      `${metres} meters`,
    ],
    [
      `${metres.toLocaleString("en-US")} m`,
      `${(metres / 1609.344).toFixed(3)} mi`,
      `${(metres / 1609.344).toFixed(1)} miles`,
    ],
    [
      `${Math.round(metres / 0.3048)} ft`,
      `${Math.round(metres / 0.9144)} yards`,
      `${km}k`,
      `${km} KM`,
      km,
      String(metres),
    ],
    [
      `${metres + 10} m`,
      `${metres * 1.02} m`,
      `${metres * 1.025} m`,
      `about ${km} km`,
      `${km} km.`,
      `-${km} km`,
    ],
    [
      `${km} km/h`,
      `${km} kms`,
      `${metres * 100} cm`,
      `${km} min`,
      `(${km} km)`,
      `+${km}km`,
      `${metres} M`,
    ],
  ].flat();
};
