/// <reference lib="dom" />
/** Prepares form controls in the page before real keys, or replaces the keys. The page gets each function as text. */

/** Focuses a field if the click did not, and selects its text. Returns whether there is text to replace. */
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

/** Focuses a control without a click, if a click would open a pop-up of the browser. */
export function focusOnly(node: Node): void {
  (node as HTMLElement).focus();
}

/** The state that `check` sets. Null for an element that has none. */
export function readChecked(node: Node): { checked: boolean; isRadio: boolean } | null {
  if (node instanceof HTMLInputElement && /^(?:checkbox|radio)$/.test(node.type))
    return { checked: node.checked, isRadio: node.type === "radio" };
  const role = node instanceof Element ? (node.getAttribute("role") ?? "") : "";
  if (!/^(?:checkbox|radio|switch|menuitemcheckbox|menuitemradio)$/.test(role)) return null;
  const checked = (node as Element).getAttribute("aria-checked") === "true";
  return { checked, isRadio: role.endsWith("radio") };
}

/** Gives a file field its files, and notifies the page. Returns whether the field takes so many. */
export function setFiles(
  node: Node,
  files: readonly { name: string; type: string; base64: string }[],
): boolean {
  const input = node as HTMLInputElement;
  if (files.length > 1 && !input.multiple) return false;
  const transfer = new DataTransfer();
  for (const { name, type, base64 } of files) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
    transfer.items.add(new File([bytes], name, { type }));
  }
  input.files = transfer.files;
  input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/**
 * Sets a picker's value and notifies the page, as a picker would. Only here are input events not trusted: the browser
 * draws a picker's pop-up, which is out of reach. Returns whether the value was well-formed.
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

/** The remaining work for a closed select to show an option: nothing, or one press of an arrow key. */
export type SelectPreparation =
  | "notSelect"
  | "unknown"
  | "disabled"
  | "chosen"
  | "ArrowDown"
  | "ArrowUp"
  | "event";

/**
 * Moves a closed select silently next to the wanted option, so that one real arrow key chooses it. The page gets one
 * trusted input and change event, as if a person had picked the option.
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
  // A select whose list is drawn by the page's styles uses arrow keys to open it.
  const isStyled = getComputedStyle(node).appearance === "base-select";
  if (at === -1 || node.multiple || node.size > 1 || isStyled) {
    choose();
    return "event";
  }
  // The page may handle the key first, and prevent it or reset the box.
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
  // The only option that can be chosen: from no option, or from a placeholder above or below it.
  return node.selectedIndex < wanted.index ? "ArrowDown" : "ArrowUp";
}

/** After the key: if the page did not get the wanted option, an untrusted event chooses it. */
export function endSelect(node: Node, endKey: string): void {
  const symbol = Symbol.for(endKey);
  const select = node as unknown as Record<symbol, (() => void) | undefined>;
  const end = select[symbol];
  delete select[symbol];
  end?.();
}
