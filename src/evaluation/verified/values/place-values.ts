/** Kinds whose values are places: coordinates, and names that may be spelled a little differently. */

import { cleanText } from "./clean-text.ts";
import { parseFloatText } from "./number-values.ts";
import { isEmpty, toNumber, toText } from "./python-text.ts";
import { UnreadableValue, type ValueKind } from "./typed-value.ts";

interface Coordinates {
  latitude: number;
  longitude: number;
}

/** About a metre at the equator, in degrees. */
const TOLERANCE = 1e-5;
const DEGREES = String.raw`([+-]?\d+(?:\.\d+)?)(?:[*\s][ ]*(?:(\d+(?:\.\d+)?)['m][ ]*)?(?:(\d+(?:\.\d+)?)["s][ ]*)?)?`;
const BETWEEN = String.raw`\s*[,;/\s]\s*`;
const POINT = new RegExp(
  String.raw`^.*?${DEGREES}${BETWEEN}${DEGREES}(?:${BETWEEN}[+-]?\d+(?:\.\d+)?[ ]*(?:km|mi?|ft|nmi?))?\s*$`,
  "u",
);

export const COORDINATES: ValueKind<Coordinates> = {
  name: "Coordinates",
  comparesFirstOnly: true,
  /** [latitude, longitude] is one place. */
  isOneValue: (list) =>
    list.length === 2 && list.every((item) => typeof item === "string" || toNumber(item) !== null),
  read(raw, context) {
    if (isEmpty(raw)) throw new UnreadableValue("expected coordinates, got nothing");
    const [latitude, longitude] =
      typeof raw === "string" ? readPoint(cleanText(raw, context)) : pickPair(raw).map(toDegrees);
    if (latitude === undefined || longitude === undefined || !(Math.abs(latitude) <= 90))
      throw new UnreadableValue(`expected a latitude and a longitude, got ${toText(raw)}`);
    return { latitude, longitude: turn(longitude) };
  },
  equal: (expected, found) =>
    Math.abs(expected.latitude - found.latitude) <= TOLERANCE &&
    Math.abs(expected.longitude - found.longitude) <= TOLERANCE,
  show: (value) => value,
};

function pickPair(raw: unknown): unknown[] {
  if (Array.isArray(raw)) return raw.length === 2 ? raw : [];
  if (typeof raw !== "object" || raw === null) return [];
  const pick = (word: string, other: string): unknown =>
    Object.entries(raw).find(([name]) => {
      const lower = name.toLowerCase();
      return (lower.length >= 2 && word.startsWith(lower)) || lower === other;
    })?.[1];
  return [pick("latitude", "latitude"), pick("longitude", "lng")];
}

function toDegrees(value: unknown): number {
  const degrees = typeof value === "string" ? parseFloatText(value) : toNumber(value);
  if (degrees === null || !Number.isFinite(degrees))
    throw new UnreadableValue(`expected degrees, got ${toText(value)}`);
  return degrees;
}

function readPoint(text: string): number[] {
  const found = POINT.exec(text.replaceAll("''", '"'));
  if (found === null) return [];
  const [, ...parts] = found;
  return [parts.slice(0, 3), parts.slice(3, 6)].map(
    ([degrees = "0", minutes = "0", seconds = "0"]) => {
      const more = Number(minutes) / 60 + Number(seconds) / 3600;
      return Number(degrees) < 0 ? Number(degrees) - more : Number(degrees) + more;
    },
  );
}

/** A longitude from -180 to 180. */
function turn(longitude: number): number {
  if (Math.abs(longitude) <= 180) return longitude;
  const rest = longitude % 360;
  if (rest < -180) return rest + 360;
  return rest >= 180 ? rest - 360 : rest;
}

/** Names are equal from this similarity on, out of 100. */
const LEAST_SIMILARITY = 80;

export const LOCATION_NAME: ValueKind<string> = {
  name: "LocationName",
  read(raw, context) {
    if (raw === null) throw new UnreadableValue("expected a name, got nothing");
    const value = typeof raw === "string" ? cleanText(raw, context) : raw;
    return isEmpty(value) ? "" : toText(value).toLowerCase().trim();
  },
  equal(expected, found) {
    if (expected === "" || found === "") return expected === found;
    return similarity(sortWords(expected), sortWords(found)) >= LEAST_SIMILARITY;
  },
  show: (value) => value,
};

function sortWords(name: string): string {
  const words = name
    .replaceAll(/[^\p{L}\p{N}]/gu, " ")
    .split(" ")
    .filter(Boolean);
  return words.sort().join(" ");
}

/** The share of characters that both names have in the same order, rounded, out of 100. */
function similarity(one: string, other: string): number {
  const length = one.length + other.length;
  if (length === 0) return 0;
  return Math.round((200 * longestCommon(one, other)) / length);
}

/** The length of the longest common subsequence. */
function longestCommon(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, () => 0);
  for (const character of one) {
    const next = [0];
    for (let at = 1; at <= other.length; at++)
      next.push(
        character === other.charAt(at - 1)
          ? (row[at - 1] as number) + 1
          : Math.max(row[at] as number, next[at - 1] as number),
      );
    row = next;
  }
  return row[other.length] as number;
}
