/// <reference lib="dom" />
/** Finds the point of an element where a mouse can hit it. Runs in the element's own document. */

export type AimProblem = "missing" | "hidden" | "disabled" | "covered";

export interface Aim {
  problem: AimProblem | null;
  /** What lies over it, as `<div> "text"`; only when covered. */
  coveredBy: string;
  /** CSS pixels from the top left of the tab's viewport; of the frame's own where `isFrameOffsetKnown` is false. */
  x: number;
  y: number;
  isFrameOffsetKnown: boolean;
  /**
   * `text`: can be typed into; `picker`: an input whose value comes from a browser's own pop-up or slider (date, colour,
   * range, file); `select`: a closed native select; `option`: of a native select.
   */
  control: "text" | "readonly" | "picker" | "file" | "select" | "option" | "other";
  isPassword: boolean;
}

/** Self-contained: it is sent to the page as text. */
export function aimAt(node: Node): Aim {
  const PICKERS = ["date", "month", "week", "time", "datetime-local", "color", "range"];
  const NO_TEXT = ["button", "submit", "reset", "image", "checkbox", "radio", "hidden"];
  const aim: Aim = {
    problem: null,
    coveredBy: "",
    x: 0,
    y: 0,
    isFrameOffsetKnown: true,
    control: "other",
    isPassword: node instanceof HTMLInputElement && node.type === "password",
  };
  if (node.nodeType === Node.DOCUMENT_NODE) node = (node as Document).documentElement;
  const element = node instanceof Element ? node : node.parentElement;
  if (element === null || !element.isConnected) return { ...aim, problem: "missing" };

  if (element instanceof HTMLInputElement) {
    if (element.type === "file") aim.control = "file";
    else if (PICKERS.includes(element.type)) aim.control = "picker";
    else if (!NO_TEXT.includes(element.type)) aim.control = element.readOnly ? "readonly" : "text";
  } else if (element instanceof HTMLTextAreaElement)
    aim.control = element.readOnly ? "readonly" : "text";
  else if (element instanceof HTMLElement && element.isContentEditable) aim.control = "text";
  else if (element instanceof HTMLSelectElement) {
    if (!element.multiple && element.size <= 1) aim.control = "select";
  } else if (element instanceof HTMLOptionElement) {
    const list = element.closest("select");
    if (list !== null && !list.multiple && list.size <= 1) aim.control = "option";
  }
  if (element.matches(":disabled") || element.closest('[aria-disabled="true"]') !== null)
    return { ...aim, problem: "disabled" };
  if (aim.control === "option") return aim;

  const boxOf = (): DOMRect | null => {
    let rects: DOMRect[];
    if (node === element) rects = [...element.getClientRects()];
    else {
      const range = document.createRange();
      range.selectNodeContents(node);
      rects = [...range.getClientRects()];
    }
    const box = rects.find((rect) => rect.width > 0 && rect.height > 0);
    if (box !== undefined) return box;
    // An inline element around a block or a floating image has no box of its own.
    for (const child of element.querySelectorAll("*")) {
      const rect = child.getBoundingClientRect();
      if (rect.width > 0 && rect.height > 0) return rect;
    }
    return null;
  };
  const parentOf = (child: Node): Node | null =>
    child.parentNode ?? (child instanceof ShadowRoot ? child.host : null);
  const isWithin = (inner: Node | null, outer: Node): boolean => {
    for (let at: Node | null = inner; at !== null; at = parentOf(at)) if (at === outer) return true;
    return false;
  };
  const topAt = (x: number, y: number): Element | null => {
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (inner === null || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  const isHit = (hit: Element | null): boolean => {
    if (hit === null) return false;
    if (isWithin(hit, element)) return true;
    // A click on a control's label reaches the control.
    const label = hit.closest("label");
    return label !== null && label.control === element;
  };
  const describe = (hit: Element | null): string => {
    if (hit === null) return "nothing of the page";
    const text = (hit.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 40);
    return `<${hit.localName}>${text === "" ? "" : ` "${text}"`}`;
  };

  let hit: Element | null = null;
  for (const block of [null, "center", "nearest", "end"] as const) {
    if (block !== null) element.scrollIntoView({ block, inline: "nearest", behavior: "instant" });
    const box = boxOf();
    if (box === null) return { ...aim, problem: "hidden" };
    const left = Math.max(box.left, 0);
    const right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0);
    const bottom = Math.min(box.bottom, innerHeight);
    // Wholly in view, or too large ever to be: its visible part's centre will do.
    const isInView = right - left >= Math.min(box.width, innerWidth) - 1 && bottom > top;
    if (!isInView && block === null) continue;
    aim.x = (left + right) / 2;
    aim.y = (top + bottom) / 2;
    hit = topAt(aim.x, aim.y);
    if (isHit(hit)) break;
  }
  if (!isHit(hit)) return { ...aim, problem: "covered", coveredBy: describe(hit) };

  let view: Window = window;
  while (view !== view.parent) {
    let frame: Element | null = null;
    try {
      frame = view.frameElement;
    } catch {
      frame = null;
    }
    if (frame === null) return { ...aim, isFrameOffsetKnown: false };
    const box = frame.getBoundingClientRect();
    aim.x += box.left + frame.clientLeft;
    aim.y += box.top + frame.clientTop;
    view = view.parent;
    const over = view.document.elementFromPoint(aim.x, aim.y);
    if (over !== frame && over !== null && over.shadowRoot === null)
      return { ...aim, problem: "covered", coveredBy: describe(over) };
  }
  return aim;
}
