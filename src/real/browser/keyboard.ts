/** Real key events through the protocol: US layout, sent without waiting for each other, so typing is fast. */

import type { CDPSession } from "playwright";
import { keyName } from "../../page/keys.ts";

interface Key {
  key: string;
  code: string;
  /** Windows virtual key code, which pages read as `keyCode`. */
  keyCode: number;
  /** The text that the key writes. Absent: none. */
  text?: string;
  shift?: boolean;
}

const MODIFIERS = { Alt: 1, Control: 2, Meta: 4, Shift: 8 } as const;
type Modifier = keyof typeof MODIFIERS;

/** By the name that `keyName` returns for all key names of WebArena and Playwright. */
const NAMED_KEYS: Record<string, Key> = {
  enter: { key: "Enter", code: "Enter", keyCode: 13, text: "\r" },
  tab: { key: "Tab", code: "Tab", keyCode: 9 },
  escape: { key: "Escape", code: "Escape", keyCode: 27 },
  backspace: { key: "Backspace", code: "Backspace", keyCode: 8 },
  delete: { key: "Delete", code: "Delete", keyCode: 46 },
  space: { key: " ", code: "Space", keyCode: 32, text: " " },
  arrowleft: { key: "ArrowLeft", code: "ArrowLeft", keyCode: 37 },
  arrowup: { key: "ArrowUp", code: "ArrowUp", keyCode: 38 },
  arrowright: { key: "ArrowRight", code: "ArrowRight", keyCode: 39 },
  arrowdown: { key: "ArrowDown", code: "ArrowDown", keyCode: 40 },
  home: { key: "Home", code: "Home", keyCode: 36 },
  end: { key: "End", code: "End", keyCode: 35 },
  pageup: { key: "PageUp", code: "PageUp", keyCode: 33 },
  pagedown: { key: "PageDown", code: "PageDown", keyCode: 34 },
  insert: { key: "Insert", code: "Insert", keyCode: 45 },
  control: { key: "Control", code: "ControlLeft", keyCode: 17 },
  shift: { key: "Shift", code: "ShiftLeft", keyCode: 16 },
  alt: { key: "Alt", code: "AltLeft", keyCode: 18 },
  meta: { key: "Meta", code: "MetaLeft", keyCode: 91 },
};
for (let number = 1; number <= 12; number++)
  NAMED_KEYS[`f${number}`] = { key: `F${number}`, code: `F${number}`, keyCode: 111 + number };

/** Punctuation of the US layout: plain and shifted character, code, key code. */
const PUNCTUATION = [
  ["-_", "Minus", 189],
  ["=+", "Equal", 187],
  ["[{", "BracketLeft", 219],
  ["]}", "BracketRight", 221],
  ["\\|", "Backslash", 220],
  [";:", "Semicolon", 186],
  ["'\"", "Quote", 222],
  ["`~", "Backquote", 192],
  [",<", "Comma", 188],
  [".>", "Period", 190],
  ["/?", "Slash", 191],
] as const;

const CHARACTERS = new Map<string, Key>([[" ", NAMED_KEYS["space"] as Key]]);
for (const [pair, code, keyCode] of PUNCTUATION) addPair(pair, code, keyCode);
")!@#$%^&*("
  .split("")
  .forEach((shifted, digit) => addPair(`${digit}${shifted}`, `Digit${digit}`, 48 + digit));
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
  addPair(letter.toLowerCase() + letter, `Key${letter}`, letter.charCodeAt(0));

function addPair(pair: string, code: string, keyCode: number): void {
  const [plain = "", shifted = ""] = pair;
  CHARACTERS.set(plain, { key: plain, code, keyCode, text: plain });
  CHARACTERS.set(shifted, { key: shifted, code, keyCode, text: shifted, shift: true });
}

/** The modifiers and the main key. Null for an unknown name. Names are not case-sensitive. */
function parseKeys(keys: string): { modifiers: Modifier[]; key: Key } | null {
  // The last `+` of `Control++` is the key itself.
  const parts = keys.trim().split(/\+(?=.)/);
  const modifiers: Modifier[] = [];
  for (const part of parts.slice(0, -1)) {
    const key = namedKey(part)?.key;
    if (key === undefined || !(key in MODIFIERS)) return null;
    modifiers.push(key as Modifier);
  }
  const last = parts.at(-1) ?? "";
  const key = (keys === " " ? NAMED_KEYS["space"] : CHARACTERS.get(last)) ?? namedKey(last);
  return key === undefined ? null : { modifiers, key };
}

function namedKey(name: string): Key | undefined {
  return NAMED_KEYS[keyName(name)];
}

/** Presses and releases a combination. Resolves once the page has handled it. */
export async function pressKeys(session: CDPSession, keys: string): Promise<boolean> {
  const parsed = parseKeys(keys);
  if (parsed === null) return false;
  let held = 0;
  const sent: Promise<unknown>[] = [];
  for (const modifier of parsed.modifiers) {
    held |= MODIFIERS[modifier];
    sent.push(dispatch(session, "rawKeyDown", NAMED_KEYS[modifier.toLowerCase()] as Key, held));
  }
  sent.push(...stroke(session, parsed.key, held));
  for (const modifier of parsed.modifiers.toReversed()) {
    held &= ~MODIFIERS[modifier];
    sent.push(dispatch(session, "keyUp", NAMED_KEYS[modifier.toLowerCase()] as Key, held));
  }
  await Promise.all(sent);
  return true;
}

/** The bits by which the protocol names held keys, such as those of `Control+Shift`. */
export function modifierMask(names: string): number {
  return modifiersIn(names).reduce((mask, name) => mask | MODIFIERS[name], 0);
}

/** Holds the named keys down during the call. */
export async function whileHeld(
  session: CDPSession,
  names: string,
  body: () => Promise<void>,
): Promise<void> {
  const modifiers = modifiersIn(names);
  let held = 0;
  const keyOf = (name: Modifier): Key => NAMED_KEYS[name.toLowerCase()] as Key;
  for (const name of modifiers) {
    held |= MODIFIERS[name];
    await dispatch(session, "rawKeyDown", keyOf(name), held);
  }
  try {
    await body();
  } finally {
    for (const name of modifiers.toReversed()) {
      held &= ~MODIFIERS[name];
      await dispatch(session, "keyUp", keyOf(name), held);
    }
  }
}

function modifiersIn(names: string): Modifier[] {
  return names.split("+").filter((name): name is Modifier => name in MODIFIERS);
}

/**
 * Types a text into the focused element, key by key. Lines break as by Enter. Other characters without a key are
 * inserted.
 */
export async function typeText(session: CDPSession, text: string): Promise<void> {
  const sent: Promise<unknown>[] = [];
  for (const character of text) {
    const key = CHARACTERS.get(character);
    if (character === "\n") sent.push(...breakLine(session));
    else if (key !== undefined) sent.push(...stroke(session, key, 0));
    else sent.push(session.send("Input.insertText", { text: character }));
  }
  await Promise.all(sent);
}

/** What Enter does to a text, without the key itself: in a chat, the key would send the message. */
function breakLine(session: CDPSession): Promise<unknown>[] {
  const key = { key: "Unidentified" } as const;
  return [
    session.send("Input.dispatchKeyEvent", {
      ...key,
      type: "rawKeyDown",
      commands: ["insertNewline"],
    }),
    session.send("Input.dispatchKeyEvent", { ...key, type: "keyUp" }),
  ];
}

function stroke(session: CDPSession, key: Key, held: number): Promise<unknown>[] {
  const modifiers = key.shift === true ? held | MODIFIERS.Shift : held;
  // With Control, Alt or Meta, a key is a command and writes nothing.
  const writes = key.text !== undefined && (modifiers & ~MODIFIERS.Shift) === 0;
  return [
    dispatch(session, writes ? "keyDown" : "rawKeyDown", key, modifiers, writes ? key.text : ""),
    dispatch(session, "keyUp", key, modifiers),
  ];
}

function dispatch(
  session: CDPSession,
  type: "keyDown" | "rawKeyDown" | "keyUp",
  { key, code, keyCode }: Key,
  modifiers: number,
  text = "",
): Promise<unknown> {
  return session.send("Input.dispatchKeyEvent", {
    type,
    key,
    code,
    modifiers,
    windowsVirtualKeyCode: keyCode,
    nativeVirtualKeyCode: keyCode,
    ...(text !== "" && { text, unmodifiedText: text }),
  });
}
