/// <reference lib="dom" />
/** Finds the point of an element where a mouse can hit it. Runs in the element's own document. */

type AimProblem = "missing" | "hidden" | "disabled" | "covered";

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
  /** The element, as far as it decides whether what is typed into it is a secret. */
  field: { tag: string; attributes: Record<string, string> };
  /** Takes no line breaks. */
  isOneLine: boolean;
  /** A field that nobody sees, and that takes the keys for an editor, which draws what it holds around it. */
  isOfEditor: boolean;
}

/** Self-contained: it is sent to the page as text. */
export function aimAt(node: Node): Aim {
  const PICKERS = ["date", "month", "week", "time", "datetime-local", "color", "range"];
  /** Of the pickers, those that can be read-only. */
  const FIXABLE = ["date", "month", "week", "time", "datetime-local"];
  /** In one direction; what is no larger cannot be seen. */
  const MOST_UNSEEN_PX = 3;
  /** From an editor's hidden field to the box of the editor. */
  const MOST_LEVELS = 4;
  const NO_TEXT = ["button", "submit", "reset", "image", "checkbox", "radio", "hidden"];
  const aim: Aim = {
    problem: null,
    coveredBy: "",
    x: 0,
    y: 0,
    isFrameOffsetKnown: true,
    control: "other",
    field: { tag: "", attributes: {} },
    isOneLine: node instanceof HTMLInputElement,
    isOfEditor: false,
  };
  if (node instanceof Document) {
    if (node.documentElement === null) return { ...aim, problem: "missing" };
    node = node.documentElement;
  }
  const element = node instanceof Element ? node : node.parentElement;
  if (element === null || !element.isConnected) return { ...aim, problem: "missing" };

  aim.field.tag = element.localName;
  for (const name of ["type", "autocomplete", "name", "id"])
    if (element.hasAttribute(name)) aim.field.attributes[name] = element.getAttribute(name) ?? "";
  if (element instanceof HTMLInputElement) {
    if (element.type === "file") aim.control = "file";
    else if (PICKERS.includes(element.type))
      aim.control = element.readOnly && FIXABLE.includes(element.type) ? "readonly" : "picker";
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

  // An area of an image map is drawn by the picture that takes the map.
  const map = element instanceof HTMLAreaElement ? element.closest("map") : null;
  const picture =
    map === null ? undefined : [...document.images].find(({ useMap }) => useMap === `#${map.name}`);
  /** The box around its shape; all of the picture where it has none. */
  const areaIn = (image: HTMLImageElement): DOMRect => {
    const { left, top, width, height } = image.getBoundingClientRect();
    const { shape, coords } = element as HTMLAreaElement;
    const [x = 0, y = 0, radius = 0, ...rest] = coords.split(/[\s,]+/).map(Number);
    if (coords === "" || shape === "default") return new DOMRect(left, top, width, height);
    if (/^circ/i.test(shape))
      return new DOMRect(left + x - radius, top + y - radius, 2 * radius, 2 * radius);
    const points = [x, y, radius, ...rest];
    const xs = points.filter((_, index) => index % 2 === 0);
    const ys = points.filter((_, index) => index % 2 === 1);
    const [fromX, fromY] = [Math.min(...xs), Math.min(...ys)];
    return new DOMRect(left + fromX, top + fromY, Math.max(...xs) - fromX, Math.max(...ys) - fromY);
  };

  const boxOf = (target: Node, owner: Element): DOMRect | null => {
    if (picture !== undefined) return areaIn(picture);
    let rects: DOMRect[];
    if (target === owner) rects = [...owner.getClientRects()];
    else {
      const range = document.createRange();
      range.selectNodeContents(target);
      rects = [...range.getClientRects()];
    }
    const box = rects.find((rect) => rect.width > 0 && rect.height > 0);
    if (box !== undefined) return box;
    // An inline element around a block or a floating image has no box of its own.
    for (const child of owner.querySelectorAll("*")) {
      const rect = child.getBoundingClientRect();
      if (rect.width > 0 && rect.height > 0) return rect;
    }
    return null;
  };
  const isBox = element instanceof HTMLInputElement && /^(?:checkbox|radio)$/.test(element.type);
  const parentOf = (child: Node): Node | null =>
    child.parentNode ?? (child instanceof ShadowRoot ? child.host : null);
  const isWithin = (inner: Node | null, outer: Node): boolean => {
    for (let at: Node | null = inner; at !== null; at = parentOf(at)) if (at === outer) return true;
    return false;
  };
  const topAt = (wanted: Element, x: number, y: number): Element | null => {
    // Asked of the element's own tree, which sees into a closed shadow root that the document does not.
    let hit = (wanted.getRootNode() as Document | ShadowRoot).elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (inner === null || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  const isAtAim = (target: Node): boolean => {
    const range = document.createRange();
    range.selectNodeContents(target);
    return [...range.getClientRects()].some(
      ({ left, right, top, bottom }) =>
        left <= aim.x && aim.x <= right && top <= aim.y && aim.y <= bottom,
    );
  };
  const isTiny = (shown: Element): boolean => {
    const { width, height } = shown.getBoundingClientRect();
    return Math.min(width, height) <= MOST_UNSEEN_PX;
  };
  /** What is to be clicked in place of a text field that nobody sees; null for one that is seen. */
  const editorAround = (): Element | null => {
    const around = element.parentElement;
    const isClipped =
      around !== null && getComputedStyle(around).overflowX === "hidden" && isTiny(around);
    const isUnseen = getComputedStyle(element).opacity === "0" || isTiny(element) || isClipped;
    if (aim.control !== "text" || !isUnseen) return null;
    let widget = around;
    for (let i = 0; i < MOST_LEVELS && widget !== null && isTiny(widget); i++)
      widget = widget.parentElement;
    return widget === document.body ? null : widget;
  };
  const editor = editorAround();
  aim.isOfEditor = editor !== null;
  const isHit = (hit: Element | null): boolean => {
    if (hit === null) return false;
    if (isWithin(hit, editor ?? element) || hit === picture) return true;
    // One made invisible is there for what stands beside it and is drawn in its place.
    const isBoxUnseen = isBox && getComputedStyle(element).opacity === "0";
    if (isBoxUnseen && hit.parentElement === element.parentElement) return true;
    // What a slot of it shows is drawn inside it, and lies in its host, which is all that is said of a bare text.
    const shows = (shown: Node): boolean =>
      isWithin(hit, shown) || (shown.parentNode === hit && isAtAim(shown));
    for (const slot of element.querySelectorAll("slot"))
      if (slot.assignedNodes({ flatten: true }).some(shows)) return true;
    // A click on a control's label reaches the control, but for what reacts by itself there.
    const label = hit.closest("label");
    const other = hit.closest("a[href], button, input, select, textarea");
    return label !== null && label.control === element && !(other && isWithin(other, label));
  };
  const describe = (hit: Element | null): string => {
    if (hit === null) return "something outside the page";
    const text = (hit.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 40);
    return `<${hit.localName}>${text === "" ? "" : ` "${text}"`}`;
  };

  /** From the frame's own viewport to the tab's, as far as the frames around are of the same origin. */
  const throughFrames = (): Aim => {
    const moved = { ...aim };
    let view: Window = window;
    while (view !== view.parent) {
      let frame: Element | null = null;
      try {
        frame = view.frameElement;
      } catch {
        frame = null;
      }
      if (frame === null) return { ...moved, isFrameOffsetKnown: false };
      const box = frame.getBoundingClientRect();
      view = view.parent;
      const { paddingLeft, paddingTop } = view.getComputedStyle(frame);
      const { offsetWidth = 0, offsetHeight = 0 } = frame as Partial<HTMLElement>;
      // What CSS transforms make of its size.
      const scaleX = offsetWidth === 0 ? 1 : box.width / offsetWidth;
      const scaleY = offsetHeight === 0 ? 1 : box.height / offsetHeight;
      moved.x = box.left + scaleX * (frame.clientLeft + Number.parseFloat(paddingLeft) + moved.x);
      moved.y = box.top + scaleY * (frame.clientTop + Number.parseFloat(paddingTop) + moved.y);
      const over = topAt(frame, moved.x, moved.y);
      if (over !== frame) return { ...moved, problem: "covered", coveredBy: describe(over) };
    }
    return moved;
  };

  /** @param across how far from the left of what is visible to aim, 0–1 */
  const reach = (target: Node, owner: Element, across: number): Aim => {
    let problem: Aim | null = null;
    // What is in view of its own frame may not be in view of the tab.
    const start = window === window.parent ? null : ("nearest" as const);
    for (const block of [start, "center", "nearest", "end"] as const) {
      const shown = picture ?? owner;
      if (block !== null) shown.scrollIntoView({ block, inline: "nearest", behavior: "instant" });
      const box = boxOf(target, owner);
      if (box === null) return { ...aim, problem: "hidden" };
      const left = Math.max(box.left, 0);
      const right = Math.min(box.right, innerWidth);
      const top = Math.max(box.top, 0);
      const bottom = Math.min(box.bottom, innerHeight);
      // Wholly in view, or too large ever to be: its visible part's centre will do.
      const isInView = right - left >= Math.min(box.width, innerWidth) - 1 && bottom > top;
      if (!isInView && block === null) continue;
      aim.x = left + (right - left) * across;
      aim.y = (top + bottom) / 2;
      const hit = topAt(element, aim.x, aim.y);
      const reached: Aim = isHit(hit)
        ? throughFrames()
        : { ...aim, problem: "covered", coveredBy: describe(hit) };
      if (reached.problem === null) return reached;
      problem = reached;
    }
    return problem ?? { ...aim, problem: "hidden" };
  };
  let reached = reach(editor ?? node, editor ?? element, 0.5);
  // Where only a styled label is shown, a person clicks that; beside a link in it, if need be.
  for (const label of isBox ? (element.labels ?? []) : [])
    for (const across of [0.5, 0.05]) {
      if (reached.problem === null) break;
      const instead = reach(label, label, across);
      if (instead.problem === null) reached = instead;
    }
  return reached;
}
