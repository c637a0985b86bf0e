/**
 * Fields that a form sent as it held them when its page loaded. A check that held them would reject whoever reaches
 * the same end by another form, or later. Hidden fields stay where they say what was changed.
 */

import type { SiteRequest } from "../../../core/site-request.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import { attribute } from "../../../page/dom.ts";
import { controlsOf, formFields } from "../../../page/form-fields.ts";
import { UNTOUCHED } from "../../../page/form-state.ts";
import { inputType } from "../../../page/input-types.ts";
import { parsePage } from "../../../page/page-document.ts";

type Field = readonly [name: string, value: string];

/** What a form holds while nobody has touched it. */
interface LoadedForm {
  fields: readonly Field[];
  hidden: ReadonlySet<string>;
  buttons: ReadonlySet<string>;
}

/** @returns the names of those fields; empty for a request of no form that the recording shows */
export function untouchedFields(
  request: SiteRequest,
  trajectory: Trajectory,
  given: readonly string[],
): Set<string> {
  const sent = request.fields ?? [];
  const form = loadedForm(request, trajectory);
  if (form === null) return new Set();
  const isTouched = ([name, value]: Field): boolean =>
    given.includes(value) || !form.fields.some((one) => one[0] === name && one[1] === value);
  // A button alone says no more than its form does.
  const isButtonAlone = sent.every((field) => form.buttons.has(field[0]) || !isTouched(field));
  const known = wordsOfAddresses(trajectory);
  const saysWhat = ([name, value]: Field): boolean =>
    form.hidden.has(name) && (isButtonAlone || known.has(value) || isShortNumber(value));
  return new Set(sent.flatMap((one) => (isTouched(one) || saysWhat(one) ? [] : one[0])));
}

/** The form that sent the request, as its page held it first. */
function loadedForm(request: SiteRequest, { transitions }: Trajectory): LoadedForm | null {
  const at = transitions.findIndex(({ requests }) => requests.includes(request));
  const url = transitions[at]?.observation.url;
  let first = at;
  while (first > 0 && transitions[first - 1]?.observation.url === url) first--;
  const page = transitions[first]?.page;
  if (page === undefined) return null;
  const names = (request.fields ?? []).map(([name]) => name);
  const alike = parsePage(page.html, page.url)
    .elements.filter(({ name }) => name === "form")
    .map((form) => {
      const controls = controlsOf(form);
      const named = (isKind: (control: (typeof controls)[number]) => boolean): Set<string> =>
        new Set(controls.filter(isKind).map((control) => attribute(control, "name") ?? ""));
      const { fields } = formFields(form, null, UNTOUCHED);
      return {
        fields,
        all: named(() => true),
        hidden: named((control) => control.name === "input" && inputType(control) === "hidden"),
        buttons: named(
          (control) => control.name === "button" || (control.name === "input" && isButton(control)),
        ),
      };
    })
    .filter(({ all }) => names.length > 0 && names.every((name) => all.has(name)));
  const equal = ({ fields }: LoadedForm): number =>
    fields.filter((one) => request.fields?.some((own) => own[0] === one[0] && own[1] === one[1]))
      .length;
  return alike.toSorted((a, b) => equal(b) - equal(a))[0] ?? null;
}

const isButton = (input: Parameters<typeof inputType>[0]): boolean =>
  ["submit", "button", "image", "reset"].includes(inputType(input));

/** The parts of the paths and the values of the parameters of every page: what a person went to. */
function wordsOfAddresses({ transitions, finalObservation }: Trajectory): Set<string> {
  const urls = [...transitions.map(({ observation }) => observation), finalObservation].flatMap(
    (observation) => URL.parse(observation.url) ?? [],
  );
  const words = urls.flatMap(({ pathname, searchParams }) => [
    ...pathname.split("/"),
    ...searchParams.values(),
  ]);
  return new Set(words.filter((word) => word !== ""));
}

/** The number of a thing, perhaps with letters: `1405`, `MH01`. Names of modes and lists of fields have none. */
const isShortNumber = (value: string): boolean =>
  /^[\w.-]{0,12}$/u.test(value) && /\d/u.test(value);
