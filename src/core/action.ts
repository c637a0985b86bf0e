/** What an agent or a person can do: WebArena's actions, a wait, and those of a mouse, a keyboard and a browser window. */

import { z } from "zod";

const ref = z.string().regex(/^\d+$/).describe("ref of an element of the current observation");

const MODIFIERS = /^(?:Alt|Control|Meta|Shift)(?:\+(?:Alt|Control|Meta|Shift))*$/;

/** Longer waits would look like a browser that hangs. */
export const LONGEST_WAIT_MS = 20_000;

const UploadedFileSchema = z.strictObject({
  name: z.string(),
  /** MIME type. May be empty. */
  type: z.string(),
  base64: z.base64(),
});

export const ActionSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("click"),
    ref,
    /** Absent: the left button. */
    button: z.enum(["middle", "right"]).exactOptional(),
    /** Held keys joined by `+`: `Control+Shift`. */
    modifiers: z.string().regex(MODIFIERS).exactOptional(),
    double: z.literal(true).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("type"),
    ref,
    /** Replaces the field's content. WebArena's own `type` inserts at the click point instead. */
    text: z.string(),
    /** Press Enter afterwards. */
    submit: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("hover"), ref }),
  z.strictObject({
    kind: z.literal("press"),
    /** Playwright's key names joined by `+`: `Enter`, `Control+a`. */
    keys: z.string(),
  }),
  z.strictObject({
    kind: z.literal("select"),
    ref,
    /** Visible label of the option, white space collapsed. In a multiple-choice list, the other choices stay. */
    option: z.string(),
  }),
  z.strictObject({
    kind: z.literal("check"),
    /** A checkbox, a radio button or a switch. */
    ref,
    /** The state afterwards. An element that already has it stays as it is. */
    checked: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal("scroll"),
    direction: z.enum(["up", "down"]),
    /** How far, in CSS pixels. Absent: one screen. */
    pixels: z.int().min(1).exactOptional(),
    /** The element under the mouse, which may scroll by itself. Absent: the middle of the page. */
    over: ref.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("drag"),
    ref,
    /** The element on which the mouse button is released. */
    to: ref,
    /** Where the button is released, in CSS pixels from the top left of `to`. Absent: in its middle. */
    at: z.strictObject({ x: z.number(), y: z.number() }).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("upload"),
    /** A file field, or the button that opens its file chooser. */
    ref,
    /** Replace the field's files. Contents and not paths: an agent cannot read the disk of its machine. */
    files: z.array(UploadedFileSchema),
  }),
  z.strictObject({
    kind: z.literal("answerDialog"),
    /** The next dialog that a page opens gets this answer. Without it, every dialog is accepted. */
    accept: z.boolean(),
    /** For a prompt. Absent: the page's own proposal. */
    text: z.string().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("wait"),
    /** In milliseconds. Time passes only where pages run: in a browser. */
    ms: z.int().min(0).max(LONGEST_WAIT_MS),
  }),
  z.strictObject({ kind: z.literal("goto"), url: z.string() }),
  z.strictObject({ kind: z.literal("goBack") }),
  z.strictObject({ kind: z.literal("goForward") }),
  z.strictObject({ kind: z.literal("newTab") }),
  z.strictObject({ kind: z.literal("switchTab"), index: z.int().min(0) }),
  z.strictObject({ kind: z.literal("closeTab") }),
  z.strictObject({
    kind: z.literal("stop"),
    /** The agent's answer: empty if the task asks for none, `N/A` if the task cannot be done. */
    answer: z.string(),
  }),
]);
export type Action = z.infer<typeof ActionSchema>;
export type ActionKind = Action["kind"];
