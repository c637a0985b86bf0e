/// <reference lib="dom" />
/** What has to be done to form controls in the page before, or instead of, real keys. Each is sent to the page as text. */

/** Focuses a field where the click did not, and selects all it holds. Gives whether there is anything to replace. */
export function selectContent(node: Node): boolean {
  const root = node.getRootNode() as Document | ShadowRoot;
  const element = node as HTMLElement;
  if (element.isConnected && root.activeElement !== element) element.focus();
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    element.select();
    return element.value !== "";
  }
  getSelection()?.selectAllChildren(element);
  return element.textContent !== "";
}

/** Focus without a click, for controls whose click opens a pop-up of the browser's own. */
export function focusOnly(node: Node): void {
  (node as HTMLElement).focus();
}

/**
 * Sets a picker's value and tells the page, as a picker would. Its events are the one place where input is not
 * trusted: a picker's pop-up is drawn by the browser, out of reach. Gives whether the value was well-formed.
 */
export function setPickerValue(node: Node, text: string): boolean {
  const input = node as HTMLInputElement;
  input.focus();
  const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  const before = input.value;
  native?.set?.call(input, text);
  if (input.value !== text) {
    native?.set?.call(input, before);
    return false;
  }
  input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** What is left to do for a closed select to show an option: nothing, or one press of an arrow key. */
export type SelectPreparation =
  | "notSelect"
  | "unknown"
  | "disabled"
  | "chosen"
  | "ArrowDown"
  | "ArrowUp"
  | "event";

/**
 * Puts a closed select silently next to the wanted option, so that one real press of an arrow key chooses it: the
 * page gets one trusted input and change event, as from a person who picked it out of the list.
 */
export function prepareSelect(node: Node, label: string, endKey: string): SelectPreparation {
  type SelectWithEnd = HTMLSelectElement & Record<symbol, () => void>;
  const clean = (text: string): string => text.replace(/\s+/g, " ").trim();
  if (!(node instanceof HTMLSelectElement)) return "notSelect";
  const options = [...node.options];
  const labelled = options.filter((option) => clean(option.label) === clean(label));
  const isOff = (option: HTMLOptionElement): boolean => option.matches(":disabled");
  const wanted = labelled.find((option) => !isOff(option)) ?? labelled[0];
  if (wanted === undefined) return "unknown";
  if (isOff(wanted)) return "disabled";
  node.focus();
  if (wanted.selected) return "chosen";
  const isReachable = (option: HTMLOptionElement): boolean =>
    !isOff(option) && getComputedStyle(option).display !== "none";
  const reachable = options.filter(isReachable);
  const at = reachable.indexOf(wanted);
  const choose = (): void => {
    for (const option of options)
      option.selected = option === wanted || (node.multiple && option.selected);
    node.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    node.dispatchEvent(new Event("change", { bubbles: true }));
  };
  // Whose list is drawn by the page's styles, takes arrow keys to open it.
  const isStyled = getComputedStyle(node).appearance === "base-select";
  if (at === -1 || node.multiple || node.size > 1 || isStyled) {
    choose();
    return "event";
  }
  // The page may hear of the key first, and take it or put the box back.
  const listening = new AbortController();
  let isChosen = false;
  for (const type of ["input", "change"])
    addEventListener(
      type,
      ({ target }) => {
        if (target === node && wanted.selected) isChosen = true;
      },
      { capture: true, signal: listening.signal },
    );
  (node as SelectWithEnd)[Symbol.for(endKey)] = () => {
    listening.abort();
    if (!isChosen && node.isConnected) choose();
  };
  const [before, after] = [reachable[at - 1], reachable[at + 1]];
  if (before !== undefined) {
    node.selectedIndex = before.index;
    return "ArrowDown";
  }
  if (after !== undefined) {
    node.selectedIndex = after.index;
    return "ArrowUp";
  }
  // The only option that can be chosen: from nothing, or from a placeholder above or below it.
  return node.selectedIndex < wanted.index ? "ArrowDown" : "ArrowUp";
}

/** After the key: where the page was not told of the wanted option, it is chosen by an event, which is not trusted. */
export function endSelect(node: Node, endKey: string): void {
  const symbol = Symbol.for(endKey);
  const select = node as unknown as Record<symbol, (() => void) | undefined>;
  const end = select[symbol];
  delete select[symbol];
  end?.();
}
