/** Names of key combinations in actions: `Enter`, `Control+a`, `Shift+Tab`. Names are not case-sensitive. */

export interface KeyCombination {
  modifiers: ReadonlySet<string>;
  /** `Enter`, `Tab`, `ArrowDown`, …, or one character. */
  key: string;
}

const NAMES = new Map(
  (
    "Enter Tab Escape Backspace Delete Space ArrowLeft ArrowUp ArrowRight ArrowDown Home End PageUp PageDown Insert " +
    "Control Shift Alt Meta F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12"
  )
    .split(" ")
    .map((name) => [name.toLowerCase(), name]),
);

const OTHER_NAMES: Record<string, string> = {
  return: "enter",
  esc: "escape",
  del: "delete",
  spacebar: "space",
  left: "arrowleft",
  up: "arrowup",
  right: "arrowright",
  down: "arrowdown",
  ctrl: "control",
  controlormeta: "control",
  option: "alt",
  cmd: "meta",
  command: "meta",
};

const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta"]);

/** null for an unknown name. */
export function parseKeyCombination(keys: string): KeyCombination | null {
  if (keys === " ") return { modifiers: new Set(), key: " " };
  // The last `+` of `Control++` is the key itself.
  const parts = keys.trim().split(/\+(?=.)/u);
  const modifiers = new Set<string>();
  for (const part of parts.slice(0, -1)) {
    const name = named(part);
    if (name === undefined || !MODIFIERS.has(name)) return null;
    modifiers.add(name);
  }
  const last = parts.at(-1) ?? "";
  if (/^[ -~]$/u.test(last)) return { modifiers, key: last };
  const key = named(last);
  return key === undefined ? null : { modifiers, key: key === "Space" ? " " : key };
}

/** The one lower-case name of a key. Accepts every alias: `esc` becomes `escape`, `Ctrl` becomes `control`. */
export function keyName(name: string): string {
  const lower = name.trim().toLowerCase();
  return OTHER_NAMES[lower] ?? lower;
}

function named(name: string): string | undefined {
  return NAMES.get(keyName(name));
}
