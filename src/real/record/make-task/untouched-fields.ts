/**
 * Fields that a form sent as it held them when its page loaded. A check that held them would reject whoever reaches
 * the same end by another form, or later. Hidden fields stay where they say what was changed.
 */

import type { SiteRequest } from "../../../core/site-request.ts";
import type { Trajectory, Transition } from "../../../core/trajectory.ts";
import { attribute } from "../../../page/dom.ts";
import { controlsOf, formFields } from "../../../page/form-fields.ts";
import { UNTOUCHED } from "../../../page/form-state.ts";
import { inputType } from "../../../page/input-types.ts";
import { parsePage } from "../../../page/page-document.ts";

type Element = Parameters<typeof controlsOf>[0];

type Field = readonly [name: string, value: string];

/** What a form holds while nobody has touched it. */
interface LoadedForm {
  fields: readonly Field[];
  hidden: ReadonlySet<string>;
  buttons: ReadonlySet<string>;
}

/** The form that sent a request, on its page. */
interface SendingForm extends LoadedForm {
  /** Hidden fields that hold something else in another form of the page with the same fields. */
  distinguishing: ReadonlySet<string>;
  /** The headings of the page. */
  headings: readonly string[];
}

/** @returns the names of those fields; empty for a request of no form that the recording shows */
export function untouchedFields(
  request: SiteRequest,
  trajectory: Trajectory,
  given: readonly string[],
): Set<string> {
  const sent = request.fields ?? [];
  const at = trajectory.transitions.findIndex(({ requests }) => requests.includes(request));
  const before = trajectory.transitions.slice(0, at + 1);
  const form = sendingForm(request, before);
  if (form === null) return new Set();
  const isTouched = ([name, value]: Field): boolean =>
    given.includes(value) || !form.fields.some((one) => one[0] === name && one[1] === value);
  // A button alone says no more than its form does.
  const isButtonAlone = sent.every((field) => form.buttons.has(field[0]) || !isTouched(field));
  const known = wordsOfAddresses(before);
  // Where the address names the thing, another number is a state of it, such as its rating.
  const isNamedByAddress = new URL(request.url).pathname.split("/").some(isNumber);
  const saysWhat = ([name, value]: Field): boolean =>
    form.hidden.has(name) &&
    (isButtonAlone ||
      form.distinguishing.has(name) ||
      known.has(value) ||
      (isNumber(value) && !isNamedByAddress) ||
      form.headings.some((heading) => slugOf(heading) === slugOf(value)));
  return new Set(sent.flatMap((one) => (isTouched(one) || saysWhat(one) ? [] : one[0])));
}

/** The form that sent the request, as its page held it first. */
function sendingForm(request: SiteRequest, transitions: readonly Transition[]): SendingForm | null {
  let first = transitions.length - 1;
  const url = transitions[first]?.observation.url;
  while (first > 0 && transitions[first - 1]?.observation.url === url) first--;
  const page = transitions[first]?.page;
  if (page === undefined) return null;
  const hasUploaded = transitions.some(({ action }) => action.kind === "upload");
  const names = (request.fields ?? []).map(([name]) => name);
  const { elements, nodes } = parsePage(page.html, page.url);
  const alike = elements
    .filter(({ name }) => name === "form")
    .map((form) => loadedForm(form, hasUploaded))
    .filter(({ all }) => names.length > 0 && names.every((name) => all.has(name)));
  const equal = ({ fields }: LoadedForm): number =>
    fields.filter((one) => request.fields?.some((own) => own[0] === one[0] && own[1] === one[1]))
      .length;
  const form = alike.toSorted((a, b) => equal(b) - equal(a))[0];
  if (form === undefined) return null;
  const isElsewhere = (name: string): boolean =>
    alike.some(({ fields }) => textOf(fields, name) !== textOf(form.fields, name));
  return {
    ...form,
    distinguishing: new Set([...form.hidden].filter(isElsewhere)),
    headings: nodes.filter(({ role }) => role === "heading").map(({ name }) => name),
  };
}

/** A browser sends an empty file for a control without one. */
const NO_FILE = "[file]";

function loadedForm(
  form: Element,
  hasUploaded: boolean,
): LoadedForm & { all: ReadonlySet<string> } {
  const controls = controlsOf(form);
  const named = (isKind: (control: Element) => boolean): Set<string> =>
    new Set(controls.filter(isKind).map((control) => attribute(control, "name") ?? ""));
  const { fields, files } = formFields(form, null, UNTOUCHED);
  const withFiles = fields.map(([name, value], at): Field => [
    name,
    files.includes(at) && !hasUploaded ? NO_FILE : value,
  ]);
  return {
    fields: withFiles,
    all: named(() => true),
    hidden: named((control) => control.name === "input" && inputType(control) === "hidden"),
    buttons: named(
      (control) => control.name === "button" || (control.name === "input" && isButton(control)),
    ),
  };
}

const textOf = (fields: readonly Field[], name: string): string =>
  JSON.stringify(fields.filter((field) => field[0] === name));

const isButton = (input: Element): boolean =>
  ["submit", "button", "image", "reset"].includes(inputType(input));

/** The parts of the paths and the values of the parameters of the pages until then: what a person went to. */
function wordsOfAddresses(transitions: readonly Transition[]): Set<string> {
  const urls = transitions.flatMap(({ observation }) => URL.parse(observation.url) ?? []);
  const words = urls.flatMap(({ pathname, searchParams }) => [
    ...pathname.split("/"),
    ...searchParams.values(),
  ]);
  return new Set(words.filter((word) => word !== ""));
}

/** The number of a thing, perhaps with letters: `1405`, `MH01`. Names of modes and lists of fields have none. */
const isNumber = (value: string): boolean =>
  (/^[\w.-]{0,12}$/u.test(value) && /\d/u.test(value)) || UUID.test(value);

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

const slugOf = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-");
