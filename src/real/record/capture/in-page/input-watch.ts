/// <reference lib="dom" />
/**
 * Runs in every document before its own scripts, and reports what a person does before the page acts on it. Its
 * listeners come first on the way down, so whatever they count happened before the page changed.
 */

import type { ElementReaders } from "../../../browser/in-page/element-readers.ts";
import type { InputReport, InputWatch, Place, Pulse, UploadedContent } from "./input-report.ts";
import type { ElementSketch } from "./sketch-element.ts";
import type { watchScrolling } from "./watch-scrolling.ts";
import type { SendReport, watchWindow } from "./watch-window.ts";

/** Where a document keeps its counters. */
export const INPUT_KEY = "dreamgym.input";

/** Self-contained: the page gets it as text. */
export function installInputWatch(
  key: string,
  binding: string,
  createReaders: () => ElementReaders,
  sketchWith: (element: Element, read: ElementReaders) => ElementSketch,
  scrollWatch: typeof watchScrolling,
  windowWatch: typeof watchWindow,
): void {
  const REST_MS = 200;
  const CALM_MS = 100;
  const DRAG_PX = 8;
  const MOST_FILE_BYTES = 8 * 2 ** 20;
  const MODIFIER_KEYS = ["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"];
  const symbol = Symbol.for(key);
  const holder = window as unknown as Record<symbol, InputWatch>;
  if (holder[symbol] !== undefined) return;
  const later = window.setTimeout.bind(window);
  const cancel = window.clearTimeout.bind(window);
  const call = (window as unknown as Record<string, (report: InputReport) => void>)[binding];
  /** The pulse before the event in progress. */
  let before: Pulse | null = null;
  const send: SendReport = (report) => call?.({ ...report, pulse: before ?? { ...pulse } });
  const pulse: Pulse = { document: performance.timeOrigin, inputs: 0, overs: 0, version: 0 };
  const read = createReaders();
  const sketch = (element: Element): ElementSketch => sketchWith(element, read);
  holder[symbol] = Object.assign(() => ({ ...pulse }), { sketch });

  let calm = 0;
  const changed = (): void => {
    pulse.version++;
    cancel(calm);
    calm = later(() => send({ type: "changed" }), CALM_MS);
  };
  const observer = new MutationObserver(changed);
  const watch = (root: Node): void =>
    observer.observe(root, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  watch(document);
  const roots = new WeakSet<ShadowRoot>();
  /** Changes, scrolling and moves inside a shadow tree do not leave it. */
  const enter = (root: ShadowRoot): void => {
    if (roots.has(root)) return;
    roots.add(root);
    watch(root);
    root.addEventListener("change", onChange, { capture: true });
    root.addEventListener("scroll", onScroll, { capture: true, passive: true });
    root.addEventListener("pointerover", onOver as EventListener, { capture: true, passive: true });
  };
  const attach: (this: Element, options: ShadowRootInit) => ShadowRoot = Reflect.get(
    Element.prototype,
    "attachShadow",
  );
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    enter(root);
    return root;
  };

  /** The last described element: keys and inputs name the same one again and again. */
  let described: { element: Element; version: number; sketch: ElementSketch } | null = null;
  const describe = (element: Element): ElementSketch => {
    const { version } = pulse;
    if (described?.element !== element || described.version !== version)
      described = { element, version, sketch: sketch(element) };
    return described.sketch;
  };
  const elementOf = (target: EventTarget | null | undefined): Element | null => {
    if (target instanceof Element) return target;
    if (target instanceof Document) return target.documentElement;
    return target instanceof Node ? read.parentOf(target) : null;
  };
  const targetOf = (event: Event): Element | null => elementOf(event.composedPath()[0]);
  /** The outermost element that takes the text. */
  const editorOf = (element: Element): Element => {
    let host = element;
    for (
      let around = read.parentOf(host);
      around instanceof HTMLElement && around.isContentEditable;
      around = read.parentOf(around)
    )
      host = around;
    return host;
  };
  const fieldOf = (event: Event): Element | null => {
    const target = targetOf(event);
    return target instanceof HTMLElement && target.isContentEditable ? editorOf(target) : target;
  };
  const modifiersOf = (event: MouseEvent | KeyboardEvent): string =>
    [
      event.altKey && "Alt",
      event.ctrlKey && "Control",
      event.metaKey && "Meta",
      event.shiftKey && "Shift",
    ]
      .filter(Boolean)
      .join("+");
  const asInput = (body: () => void): void => {
    before = { ...pulse };
    pulse.inputs++;
    body();
    before = null;
  };
  const on = <Kind extends keyof WindowEventMap>(
    kind: Kind,
    body: (event: WindowEventMap[Kind], target: Element) => void,
  ): void =>
    addEventListener(
      kind,
      (event) => {
        const target = fieldOf(event);
        // Markup can bring shadow trees of its own.
        for (const node of event.composedPath()) if (node instanceof ShadowRoot) enter(node);
        if (!event.isTrusted || target === null) return;
        asInput(() => body(event, target));
      },
      { capture: true, passive: true },
    );

  const { turn, onScroll } = scrollWatch(send, describe, read);
  let down: (Place & { target: Element }) | null = null;
  /** The element under a point, in whichever open shadow root. */
  const under = ({ clientX, clientY }: MouseEvent): Element | null => {
    let hit = document.elementFromPoint(clientX, clientY);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(clientX, clientY);
      if (inner === null || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  const placeIn = (element: Element, { clientX, clientY }: MouseEvent): Place => {
    const { left, top } = element.getBoundingClientRect();
    return { x: Math.round(clientX - left), y: Math.round(clientY - top) };
  };
  on("pointerdown", (event) => {
    noteTurnedText();
    const target = targetOf(event) as Element;
    const { clientWidth, clientHeight } = document.documentElement;
    const isScrollbar =
      target === document.documentElement &&
      (event.clientX >= clientWidth || event.clientY >= clientHeight);
    if (isScrollbar) return turn(target);
    down = { target, x: event.clientX, y: event.clientY };
    const { button } = event;
    send({ type: "down", element: describe(target), button, modifiers: modifiersOf(event) });
  });
  for (const kind of ["click", "auxclick", "contextmenu"] as const)
    on(kind, (event) => {
      // A key that presses a button, and a label that clicks its control, have no count.
      if ((event as MouseEvent).detail > 0 || kind === "contextmenu")
        send({ type: "click", count: Math.max(1, (event as MouseEvent).detail) });
    });
  on("pointerup", (event) => {
    const target = under(event) ?? targetOf(event);
    if (down === null || target === null) return;
    const moved = Math.hypot(event.clientX - down.x, event.clientY - down.y);
    const isSelecting =
      getSelection()?.isCollapsed === false && !down.target.matches("[draggable=true]");
    const isDragged = moved > DRAG_PX && event.button === 0 && !isSelecting;
    down = null;
    if (isDragged) send({ type: "up", element: describe(target), at: placeIn(target, event) });
  });
  on("dragstart", () => send({ type: "dragstart" }));
  on("drop", (event) => {
    const target = targetOf(event) as Element;
    const files = event.dataTransfer?.files.length ?? 0;
    send({ type: "drop", element: describe(target), at: placeIn(target, event), files });
  });

  on("keydown", (event, target) => {
    noteTurnedText();
    if (event.isComposing || MODIFIER_KEYS.includes(event.key) || event.key === "Process") return;
    const element = describe(target);
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    const isCharacter = /^.$/u.test(event.key);
    const held = modifiersOf(event)
      .split("+")
      .filter((name) => name !== "" && !(name === "Shift" && isCharacter));
    const name = event.key === " " ? "Space" : event.key;
    const moves = /^(?:Backspace|Delete|Home|End|Arrow(?:Left|Right))$/.test(event.key);
    const isEnter = event.key === "Enter" && !element.isOneLine;
    const edits = isCommand ? /^[acvxyz]$/i.test(event.key) : isCharacter || moves || isEnter;
    const isTyping =
      (element.control === "text" && edits) ||
      (element.control === "value" && !/^(?:Tab|Enter|Escape)$/.test(event.key));
    send({ type: "key", element, keys: [...held, name].join("+"), isTyping });
  });
  const textOf = (field: Element): string =>
    field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
      ? field.value
      : (field as HTMLElement).innerText.replace(/\n$/, "");
  let typed: { field: Element; element: ElementSketch; text: string } | null = null;
  /** A page may turn what was typed into another text: capitals, groups of digits. */
  const noteTurnedText = (): void => {
    const last = typed;
    typed = null;
    if (last === null || !last.field.isConnected) return;
    const { field, element } = last;
    const text = textOf(field);
    // A page that took the text away did something with it.
    if (text !== last.text && text !== "") send({ type: "input", element, text });
  };
  on("input", (_, field) => {
    const element = describe(field);
    if (element.control !== "text") return;
    const text = textOf(field);
    typed = { field, element, text };
    send({ type: "input", element, text });
    later(noteTurnedText, 0);
  });

  const readFiles = async (field: HTMLInputElement, element: ElementSketch): Promise<void> => {
    const files: UploadedContent[] = [];
    const tooLarge: string[] = [];
    for (const file of field.files ?? []) {
      if (file.size > MOST_FILE_BYTES) {
        tooLarge.push(file.name);
        continue;
      }
      const reader = new FileReader();
      const base64 = await new Promise<string>((resolve) => {
        reader.addEventListener("load", () =>
          resolve((reader.result as string).split(",")[1] ?? ""),
        );
        reader.readAsDataURL(file);
      });
      files.push({ name: file.name, type: file.type, base64 });
    }
    send({ type: "files", element, files, tooLarge });
  };
  const onChange = (event: Event): void => {
    const field = targetOf(event);
    const isFile = field instanceof HTMLInputElement && field.type === "file";
    // Tools set files, dates and choices without a hand, and then notify the page themselves.
    const root = field?.getRootNode() as Document | ShadowRoot | undefined;
    const isSelect = field instanceof HTMLSelectElement;
    const isTool = !event.isTrusted && !isFile;
    if (field === null || (isTool && !isSelect && root?.activeElement !== field)) return;
    const element = describe(field);
    asInput(() => {
      if (field instanceof HTMLSelectElement) {
        const option = field.selectedOptions[field.selectedOptions.length - 1]?.label;
        if (element.control === "select" && option !== undefined)
          send({ type: "select", element, option: option.replace(/\s+/g, " ").trim(), isTool });
      } else if (field instanceof HTMLInputElement) {
        if (element.control === "check") send({ type: "check", element, checked: field.checked });
        else if (element.control === "value") send({ type: "input", element, text: field.value });
        else if (isFile) void readFiles(field, element);
      }
    });
  };
  addEventListener("change", onChange, { capture: true });

  on("wheel", (event) => turn(targetOf(event) as Element));
  addEventListener("scroll", onScroll, { capture: true, passive: true });

  let rested: Element | null = null;
  let resting = 0;
  const onOver = (event: PointerEvent): void => {
    const target = targetOf(event);
    cancel(resting);
    const overs = pulse.overs++;
    if (!event.isTrusted || target === null || event.pointerType !== "mouse") return;
    resting = later(() => {
      if (rested === target || !target.isConnected) return;
      rested = target;
      send({ type: "rest", element: sketch(target), overs });
      // Styles alone may have opened a menu.
      send({ type: "changed" });
    }, REST_MS);
  };
  addEventListener("pointerover", onOver, { capture: true, passive: true });

  windowWatch(send);
}
