/** HTML's value sanitisation, and how Chromium reads what is typed: which values each type of field accepts. */

import type { Element } from "domhandler";
import { attribute } from "./dom.ts";
import { inputType } from "./input-types.ts";
import {
  normalDateTime,
  temporalNumber,
  temporalScale,
  type TemporalScale,
} from "./temporal-values.ts";

/** As Chromium reads it: `5.e1` is a number, and `5.` is none. */
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+|(?<!\.))$/iu;

/** The number that HTML reads in a text. Null for a text that is none, or too big. */
function parseNumber(text: string | undefined): number | null {
  if (text === undefined || !NUMBER.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** Turns a text into a value that this field accepts. */
export function sanitizeValue(input: Element, value: string): string {
  const type = input.name === "input" ? inputType(input) : "";
  if (temporalScale(type) !== null) {
    if (temporalNumber(type, value) === null) return "";
    return type === "datetime-local" ? normalDateTime(value) : value;
  }
  switch (type) {
    case "number":
      return parseNumber(value) === null ? "" : value;
    case "range":
      return rangeValue(input, value);
    case "color":
      return hexColor(value.trim());
    case "url":
      return oneLine(value).trim();
    case "email": {
      const addresses = attribute(input, "multiple") === undefined ? [value] : value.split(",");
      return addresses.map((address) => asciiDomain(oneLine(address).trim())).join(",");
    }
    case "text":
    case "search":
    case "tel":
    case "password":
      return oneLine(value);
    default:
      return value;
  }
}

/** Colors that are written in hexadecimal digits. */
function hexColor(text: string): string {
  const digits = /^#((?:[0-9a-f]{3,4}){1,2})$/iu.exec(text)?.[1]?.toLowerCase();
  if (digits === undefined) return "#000000";
  return `#${digits.length > 4 ? digits.slice(0, 6) : digits.slice(0, 3).replace(/./gu, "$&$&")}`;
}

/** Chromium writes a domain of other letters in ASCII. */
function asciiDomain(address: string): string {
  const at = address.indexOf("@");
  const domain = address.slice(at + 1);
  if (at === -1 || !/[^\p{ASCII}]/u.test(domain) || !URL.canParse(`http://${domain}`))
    return address;
  return `${address.slice(0, at + 1)}${new URL(`http://${domain}`).hostname}`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]/gu, "");
}

/** What Chromium reads in a number field with this text: a sign before it and a dot after it are fine. */
export function typedNumber(text: string): string {
  const written = text.trim();
  if (/e/iu.test(written)) return parseNumber(written) === null ? "" : written;
  const number = written.replace(/^\+/u, "").replace(/(.)\.$/u, "$1");
  return parseNumber(number) === null ? "" : number;
}

/** The values that a field accepts: `origin` plus any number of `step`s. */
export interface Steps {
  origin: number;
  step: number;
}

/** Null for a field that accepts any number. */
export function stepsOf(input: Element): Steps | null {
  const type = inputType(input);
  const scale = temporalScale(type) ?? NUMBER_SCALE;
  const given = attribute(input, "step");
  if (given?.toLowerCase() === "any") return null;
  const parsed = parseNumber(given);
  const step = parsed !== null && parsed > 0 ? parsed : scale.defaultStep;
  const origin =
    numberIn(input, attribute(input, "min")) ??
    numberIn(input, attribute(input, "value")) ??
    scale.origin;
  return { origin, step: step * scale.stepLength };
}

const NUMBER_SCALE: TemporalScale = { stepLength: 1, defaultStep: 1, origin: 0 };

/** A text as a number on the scale of a field. Null for a text that the field does not accept. */
export function numberIn(input: Element, text: string | undefined): number | null {
  const type = inputType(input);
  if (temporalScale(type) === null) return parseNumber(text);
  return text === undefined ? null : temporalNumber(type, text);
}

/** Whether a value is not on one of the steps, as far as doubles can say. */
export function isBetweenSteps(value: number, { origin, step }: Steps): boolean {
  const steps = (value - origin) / step;
  return Math.abs(steps - Math.round(steps)) > 1e-9 * Math.max(1, Math.abs(steps));
}

interface Range {
  min: number;
  max: number;
}

/** The ends of a slider. */
function rangeOf(slider: Element): Range {
  const min = parseNumber(attribute(slider, "min")) ?? 0;
  const max = parseNumber(attribute(slider, "max")) ?? 100;
  return { min, max: Math.max(min, max) };
}

function rangeValue(slider: Element, text: string): string {
  const { min, max } = rangeOf(slider);
  return String(onStep(slider, parseNumber(text) ?? min + (max - min) / 2));
}

/** The value nearest to a number that a slider accepts. */
function onStep(slider: Element, value: number): number {
  const { min, max } = rangeOf(slider);
  const within = Math.min(max, Math.max(min, value));
  const steps = stepsOf(slider);
  if (steps === null) return within;
  const at = (count: number): number => exactSum(steps.origin, count, steps.step);
  const count = Math.round(Number(((within - steps.origin) / steps.step).toPrecision(12)));
  if (at(count) > max) return at(count - 1);
  return at(count) < min ? at(count + 1) : at(count);
}

/** `origin + count * step` without the noise of doubles: no sum has more decimals than its parts. */
export function exactSum(origin: number, count: number, step: number): number {
  const decimals = Math.max(decimalsOf(origin), decimalsOf(step));
  return Number((origin + count * step).toFixed(Math.min(decimals, 20)));
}

function decimalsOf(number: number): number {
  const [, decimals = "", exponent = "0"] =
    /^[^.e]*(?:\.(\d*))?(?:e(.*))?$/u.exec(String(number)) ?? [];
  return Math.max(0, decimals.length - Number(exponent));
}
