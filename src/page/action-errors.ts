/**
 * The sentences of `lastActionError`: what happened, and what to try. Every world takes them from here, so an agent
 * reads the same sentence for the same mistake, dreamed or real.
 */

export const actionErrors = {
  unknownRef: (ref: string): string =>
    `Element [${ref}] is not on the page. Use a number from the current page.`,
  disabled: (ref: string): string => `Element [${ref}] is disabled.`,
  notVisible: (ref: string): string => `Element [${ref}] is not visible.`,
  /** @param cover such as `<div> "Cookie notice"` */
  covered: (ref: string, cover: string): string =>
    `Element [${ref}] is covered by ${cover}. Close or move what covers it first.`,
  notEditable: (ref: string): string => `Element [${ref}] is not a text field.`,
  notCheckable: (ref: string): string =>
    `Element [${ref}] is not a checkbox, radio button or switch. Try a click.`,
  notUncheckable: (ref: string): string =>
    `Element [${ref}] is a radio button. Check another one of its group instead.`,
  notFileField: (ref: string): string => `Element [${ref}] does not ask for files.`,
  noUploads: (): string => "This browser cannot send files.",
  oneFileOnly: (ref: string): string => `Element [${ref}] takes one file only.`,
  readOnly: (ref: string): string => `Element [${ref}] is read-only.`,
  notSelect: (ref: string): string => `Element [${ref}] is not a select box. Try a click.`,
  unknownOption: (ref: string, option: string): string =>
    `Element [${ref}] has no option "${option}".`,
  disabledOption: (ref: string, option: string): string =>
    `The option "${option}" of element [${ref}] is disabled.`,
  optionOfSelect: (ref: string): string =>
    `Element [${ref}] is an option of a select box. Use select on the box instead.`,
  valueRefused: (ref: string, text: string): string =>
    `Element [${ref}] does not accept "${text}" as a value.`,
  unknownKeys: (keys: string): string =>
    `"${keys}" is not a key combination. Write keys as in "Enter" or "Control+a".`,
  invalidUrl: (url: string): string =>
    `"${url}" is not a complete address. Start it with http:// or https://.`,
  outsideOrigins: (url: string): string => `${url} is outside the sites of this task.`,
  noPageBack: (): string => "There is no page to go back to.",
  noPageForward: (): string => "There is no page to go forward to.",
  unknownTab: (index: number): string => `There is no tab ${index}. Tabs count from 0.`,
  loadFailed: (url: string): string => `${url} could not be loaded.`,
  /** @param kind `alert`, `confirm` or `prompt` */
  dialog: (kind: string, message: string, isAccepted = true): string =>
    `The page showed a dialog (${kind}), which was ${isAccepted ? "accepted" : "dismissed"}: "${message}"`,
  repeated: (sentence: string, times: number): string => `${sentence} (${times} times)`,
  endlessDialogs: (): string =>
    "The page showed one dialog after the other without end, so its script was stopped.",
} as const;

/** Whether a sentence says that an element did not take the action. The page then got no input. */
export const isRefused = (sentence: string | null): boolean =>
  sentence?.startsWith("Element [") === true;
