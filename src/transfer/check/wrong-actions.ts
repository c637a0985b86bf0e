/** Actions that a browser refuses, made for a given page: each is a mistake that an agent may make. */

import type { Action } from "../../core/action.ts";
import type { Observation, PageNode } from "../../core/observation.ts";

export interface WrongAction {
  /** The mistake in words. */
  what: string;
  action: Action;
}

/** No page has so many elements. */
const UNKNOWN_REF = "99999999";
const NO_FIELD = new Set(["link", "button", "heading", "img"]);
const NO_SELECT = new Set(["link", "button", "textbox", "searchbox"]);
const FIELD = new Set(["textbox", "searchbox", "spinbutton"]);

/** All mistakes that this page allows, one of each kind. @param hasPast whether there is a page to go back to */
export function findWrongActions(observation: Observation, hasPast: boolean): WrongAction[] {
  const { nodes, tabs } = observation;
  const on = (
    what: string,
    fits: (node: PageNode) => boolean,
    act: (ref: string) => Action,
  ): WrongAction[] => {
    const node = nodes.find(fits);
    return node === undefined ? [] : [{ what, action: act(node.ref) }];
  };
  const click = (ref: string): Action => ({ kind: "click", ref });
  const type =
    (text: string) =>
    (ref: string): Action => ({ kind: "type", ref, text, submit: false });
  const select =
    (option: string) =>
    (ref: string): Action => ({ kind: "select", ref, option });
  const isOff = ({ states }: PageNode): boolean => states.disabled === true;
  const enabled = (roles: ReadonlySet<string>) => (node: PageNode) =>
    roles.has(node.role) && !isOff(node);
  return [
    ...on("click on a disabled element", isOff, click),
    ...on("type into a disabled field", (n) => isOff(n) && FIELD.has(n.role), type("x")),
    ...on("type into what is not a field", enabled(NO_FIELD), type("x")),
    ...on("type letters into a number field", enabled(new Set(["spinbutton"])), type("abc")),
    ...on("select on what is not a select box", enabled(NO_SELECT), select("x")),
    ...on("select an unknown option", enabled(new Set(["combobox"])), select("No such option")),
    ...on("click on an option of a select box", enabled(new Set(["option"])), click),
    { what: "click on an unknown element", action: click(UNKNOWN_REF) },
    { what: "press unknown keys", action: { kind: "press", keys: "NoSuchKey" } },
    { what: "go to another site", action: { kind: "goto", url: "http://elsewhere.test/" } },
    { what: "go to an incomplete address", action: { kind: "goto", url: "elsewhere" } },
    { what: "go forward without a page", action: { kind: "goForward" } },
    { what: "switch to an unknown tab", action: { kind: "switchTab", index: tabs.length + 5 } },
    ...(hasPast
      ? []
      : [{ what: "go back from the first page", action: { kind: "goBack" } as const }]),
  ];
}
