/** Turns reports of single events into actions: many keys are one text, three events are one click. */

import type { InputReport, Pulse } from "./in-page/input-report.ts";
import { type Draft, isSameTarget, type Plan, type Target } from "./draft.ts";

export interface MergerPort {
  /** The page as it was read last. */
  latest(): Draft["before"];
  now(): number;
  /** The draft is an action now. */
  close(draft: Draft): void;
  /** A person reads it at once: something is lost. */
  warn(sentence: string): void;
}

type ReportOf<Type extends InputReport["type"]> = Extract<InputReport, { type: Type }>;

/** A second click within this time may belong to the first one. */
const DOUBLE_MS = 600;
/** A change that comes so soon after a click is its effect. */
const SOON_MS = 1_000;

/** Whether the draft is a plain click into this field. */
function isFocusing({ plan, target: clicked }: Draft, target: Target): boolean {
  if (plan.kind !== "click" || plan.button || plan.modifiers || plan.double) return false;
  return isSameTarget(clicked, target);
}

export class InputMerger {
  readonly #port: MergerPort;
  #draft: Draft | null = null;
  #lastDownMs = 0;
  #isPressedAgain = false;
  #isNativeDrag = false;
  #dialog: { dialog: string; message: string } | null = null;

  constructor(port: MergerPort) {
    this.#port = port;
  }

  get draft(): Draft | null {
    return this.#draft;
  }

  /** Ends the action in progress. */
  flush(): void {
    const draft = this.#draft;
    this.#draft = null;
    if (draft !== null) this.#port.close(draft);
  }

  /** Forgets the action in progress. */
  drop(): void {
    this.#draft = null;
  }

  begin(plan: Plan, target: Target | null, pulse: Pulse | null = null, isOpen = false): Draft {
    this.flush();
    this.#isNativeDrag = false;
    this.#isPressedAgain = false;
    this.#draft = {
      plan,
      target,
      drop: null,
      before: this.#port.latest(),
      pulse,
      isOpen,
      startedMs: this.#port.now(),
      answers: [],
      effects: [],
    };
    return this.#draft;
  }

  take(report: InputReport, frame: Target["frame"]): void {
    switch (report.type) {
      case "down":
        return this.#down(report, { frame, sketch: report.element });
      case "click":
        return this.#click(report);
      case "up":
        return this.#up(report, { frame, sketch: report.element });
      case "dragstart":
        this.#isNativeDrag = true;
        return;
      case "drop":
        return this.#drop(report, { frame, sketch: report.element });
      case "key":
        return this.#key(report, { frame, sketch: report.element });
      case "input":
        return this.#input(report, { frame, sketch: report.element });
      case "select":
        return this.#select(report, { frame, sketch: report.element });
      case "check":
        return this.#check(report, { frame, sketch: report.element });
      case "files":
        return this.#files(report, { frame, sketch: report.element });
      case "wheel":
        if (this.#draft?.plan.kind === "scroll" && this.#draft.isOpen) return;
        this.begin(
          { kind: "scroll", direction: "down" },
          report.isInner ? { frame, sketch: report.element } : null,
          report.pulse,
          true,
        );
        return;
      case "scroll":
        return this.#scroll(report);
      case "dialog":
        this.#dialog = report;
        this.#draft?.effects.push({
          kind: "dialog",
          type: report.dialog,
          message: report.message,
        });
        return;
      case "answer":
        this.#draft?.answers.push({
          dialog: this.#dialog?.dialog ?? "alert",
          accept: report.accept,
          text: report.text,
        });
        return;
      default:
    }
  }

  #down({ button, modifiers, pulse }: ReportOf<"down">, target: Target): void {
    const now = this.#port.now();
    const draft = this.#draft;
    const isAgain =
      draft?.plan.kind === "click" &&
      draft.plan.double === undefined &&
      isSameTarget(draft.target, target) &&
      button === 0 &&
      now - this.#lastDownMs < DOUBLE_MS;
    this.#lastDownMs = now;
    if (isAgain) {
      this.#isPressedAgain = true;
      return;
    }
    const names = [undefined, "middle", "right"] as const;
    if (button > 2)
      return this.#port.warn(
        `Mouse button ${button + 1} on ${target.sketch.words} has no action. It was not recorded.`,
      );
    const name = names[button];
    this.begin(
      { kind: "click", ...(name && { button: name }), ...(modifiers && { modifiers }) },
      target,
      pulse,
      true,
    );
  }

  #click({ count }: ReportOf<"click">): void {
    const draft = this.#draft;
    if (draft?.plan.kind !== "click") return;
    if (count === 2 && this.#isPressedAgain) draft.plan.double = true;
    else if (this.#isPressedAgain && !draft.isOpen) {
      const { plan, target, pulse } = draft;
      // Two slow clicks, or a third fast one.
      this.begin({ ...plan, kind: "click" }, target, pulse);
    }
    if (this.#draft !== null) this.#draft.isOpen = false;
    this.#isPressedAgain = false;
  }

  #up({ at }: ReportOf<"up">, target: Target): void {
    const draft = this.#draft;
    if (draft?.plan.kind !== "click" || this.#isNativeDrag) return;
    draft.plan = { kind: "drag", at };
    draft.drop = target;
    draft.isOpen = false;
  }

  #drop({ at, files }: ReportOf<"drop">, target: Target): void {
    const draft = this.#draft;
    if (draft !== null && draft.plan.kind === "click" && this.#isNativeDrag) {
      draft.plan = { kind: "drag", at };
      draft.drop = target;
      draft.isOpen = false;
    } else if (files > 0)
      this.#port.warn(
        `${files} files were dropped on ${target.sketch.words}. Only files of file fields can be recorded.`,
      );
    else
      this.#port.warn(
        `Something from outside the page was dropped on ${target.sketch.words}. It was not recorded.`,
      );
  }

  #key({ keys, isTyping, pulse }: ReportOf<"key">, target: Target): void {
    const draft = this.#draft;
    const isTypingOn = draft?.plan.kind === "type" && isSameTarget(draft.target, target);
    if (isTyping) {
      if (isTypingOn && draft.isOpen) return;
      if (draft !== null && isFocusing(draft, target)) {
        // `type` clicks the field by itself.
        draft.plan = { kind: "press", keys };
        draft.isOpen = true;
        return;
      }
      this.begin({ kind: "type", text: "", submit: false }, target, pulse, true).plan = {
        kind: "press",
        keys,
      };
      return;
    }
    if (keys === "Enter" && isTypingOn && target.sketch.isOneLine && draft.plan.kind === "type") {
      draft.plan.submit = true;
      draft.isOpen = false;
      return;
    }
    this.begin({ kind: "press", keys }, target, pulse);
  }

  #input({ text, pulse }: ReportOf<"input">, target: Target): void {
    const draft = this.#draft;
    const isOurs = draft !== null && isSameTarget(draft.target, target);
    const isPicked = target.sketch.control === "value";
    const continues =
      isOurs &&
      ((draft.plan.kind === "type" && draft.isOpen) ||
        (draft.plan.kind === "press" && draft.isOpen) ||
        (isPicked && /^(?:click|drag|press)$/.test(draft.plan.kind)));
    const typed = continues ? draft : this.begin({ kind: "press", keys: "" }, target, pulse, true);
    typed.plan = { kind: "type", text, submit: false };
    typed.drop = null;
    typed.isOpen = true;
  }

  #select({ option, pulse, isTool }: ReportOf<"select">, target: Target): void {
    const draft = this.#draft;
    const isOurs = draft !== null && isSameTarget(draft.target, target);
    // The page changes its own boxes in answer to an action.
    if (isTool && draft !== null && !isOurs) return;
    const continues = isOurs && /^(?:click|press|select)$/.test(draft.plan.kind);
    const chosen = continues ? draft : this.begin({ kind: "select", option }, target, pulse);
    chosen.plan = { kind: "select", option };
    chosen.isOpen = false;
  }

  #check({ checked, pulse }: ReportOf<"check">, target: Target): void {
    const draft = this.#draft;
    const isSoon = draft !== null && this.#port.now() - this.#lastDownMs < SOON_MS;
    // A key that toggles the box is that key.
    if (draft?.plan.kind === "press" && isSameTarget(draft.target, target)) return;
    const { plan } = draft ?? {};
    const isPlain = plan?.kind === "click" && !plan.button && !plan.modifiers && !plan.double;
    const ticked =
      isSoon && isPlain ? draft : this.begin({ kind: "check", checked }, target, pulse);
    ticked.plan = { kind: "check", checked };
    ticked.target = target;
    ticked.isOpen = false;
  }

  #files({ files, tooLarge, pulse }: ReportOf<"files">, target: Target): void {
    for (const name of tooLarge)
      this.#port.warn(`The file ${name} is too large to be recorded. Its upload has no content.`);
    const draft = this.#draft;
    // The button that opened the chooser is what can be seen: the field itself is often hidden.
    const uploaded =
      draft?.plan.kind === "click" ? draft : this.begin({ kind: "upload", files }, target, pulse);
    uploaded.plan = { kind: "upload", files };
    uploaded.isOpen = false;
  }

  #scroll({ by }: ReportOf<"scroll">): void {
    const draft = this.#draft;
    if (draft?.plan.kind !== "scroll") return;
    const before = (draft.plan.pixels ?? 0) * (draft.plan.direction === "down" ? 1 : -1);
    const sum = before + by;
    // Nothing moved: there is nothing to repeat.
    if (sum === 0) return this.drop();
    draft.plan = {
      kind: "scroll",
      direction: sum > 0 ? "down" : "up",
      pixels: Math.abs(sum),
    };
    draft.isOpen = false;
  }
}
