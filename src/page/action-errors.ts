/**
 * The wording of `lastActionError`, shared by every world so that an agent reads the same sentence for the same
 * mistake, dreamed or real.
 */

export const actionErrors = {
  unknownRef: (ref: string): string => `Element [${ref}] is not on the page.`,
  disabled: (ref: string): string => `Element [${ref}] is disabled.`,
  notVisible: (ref: string): string => `Element [${ref}] is not visible.`,
  notEditable: (ref: string): string => `Element [${ref}] is no text field.`,
  readOnly: (ref: string): string => `Element [${ref}] is read-only.`,
  notSelect: (ref: string): string => `Element [${ref}] is no select box.`,
  unknownOption: (ref: string, option: string): string =>
    `Element [${ref}] has no option "${option}".`,
  disabledOption: (ref: string, option: string): string =>
    `Option "${option}" of element [${ref}] is disabled.`,
  optionOfSelect: (ref: string): string =>
    `Element [${ref}] is an option of a select box: use select on the box.`,
  valueRefused: (ref: string, text: string): string =>
    `Element [${ref}] does not take "${text}" as a value.`,
  unknownKeys: (keys: string): string => `"${keys}" is no key combination.`,
  invalidUrl: (url: string): string => `"${url}" is no absolute http(s) URL.`,
  outsideOrigins: (url: string): string => `${url} is outside the sites of this task.`,
  noPageBack: (): string => "There is no page to go back to.",
  noPageForward: (): string => "There is no page to go forward to.",
  unknownTab: (index: number): string => `There is no tab ${index}.`,
  loadFailed: (url: string): string => `${url} could not be loaded.`,
} as const;
