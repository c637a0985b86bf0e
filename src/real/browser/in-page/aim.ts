/// <reference lib="dom" />
/** Finds the point where a mouse can hit an element. Runs in the element's own document. */

type AimProblem = "missing" | "hidden" | "disabled" | "covered";

export interface Aim {
  problem: AimProblem | null;
  /** What lies over it, as `<div> "text"`. Only set if the element is covered. */
  coveredBy: string;
  /** CSS pixels from the top left of the tab's viewport, or of the frame's own if `isFrameOffsetKnown` is false. */
  x: number;
  y: number;
  isFrameOffsetKnown: boolean;
  /**
   * `text`: accepts typed text. `picker`: an input whose value comes from the browser's pop-up or slider (date, colour,
   * range, file). `select`: a closed native select. `option`: an option of a native select.
   */
  control: "text" | "readonly" | "picker" | "file" | "select" | "option" | "other";
  /** The attributes that decide whether text typed into the element is a secret. */
  field: { tag: string; attributes: Record<string, string> };
  /** Accepts no line breaks. */
  isOneLine: boolean;
  /** An invisible field that takes the keys for an editor, which draws the text around it. */
  isOfEditor: boolean;
}

/** Self-contained: the page gets it as text. */
export function aimAt(node: Node): Aim {
  const PICKERS = ["date", "month", "week", "time", "datetime-local", "color", "range"];
  /** Pickers that can be read-only. */
  const FIXABLE = ["date", "month", "week", "time", "datetime-local"];
  /** An element this small in one direction is invisible. */
  const MOST_UNSEEN_PX = 3;
  /** Of an element, in which a click is tried. */
  const MOST_BOXES = 8;
  /** Number of steps from an editor's hidden field up to the editor's box. */
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
  const parentOf = (child: Node): Node | null =>
    child.parentNode ?? (child instanceof ShadowRoot ? child.host : null);
  /** Also around the shadow root that it is in, as in the accessibility tree. */
  const saysDisabled = (start: Node): boolean => {
    for (let at: Node | null = start; at !== null; at = parentOf(at))
      if (at instanceof Element && at.getAttribute("aria-disabled") === "true") return true;
    return false;
  };
  if (element.matches(":disabled") || saysDisabled(element)) return { ...aim, problem: "disabled" };
  if (aim.control === "option") return aim;

  // The picture that uses the image map draws its areas.
  const map = element instanceof HTMLAreaElement ? element.closest("map") : null;
  const picture =
    map === null ? undefined : [...document.images].find(({ useMap }) => useMap === `#${map.name}`);
  /** The box around the area's shape. The whole picture if there is no shape. */
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

  /** The boxes of its lines and parts, the first ones first. */
  const boxesOf = (target: Node, owner: Element): DOMRect[] => {
    if (picture !== undefined) return [areaIn(picture)];
    let rects: DOMRect[];
    if (target === owner) rects = [...owner.getClientRects()];
    else {
      const range = document.createRange();
      range.selectNodeContents(target);
      rects = [...range.getClientRects()];
    }
    const boxes = rects.filter((rect) => rect.width > 0 && rect.height > 0);
    if (boxes.length > 0) return boxes.slice(0, MOST_BOXES);
    // An inline element around a block or a floating image has no box of its own.
    for (const child of owner.querySelectorAll("*")) {
      const rect = child.getBoundingClientRect();
      if (rect.width > 0 && rect.height > 0) return [rect];
    }
    return [];
  };
  const isBox = element instanceof HTMLInputElement && /^(?:checkbox|radio)$/.test(element.type);
  const isWithin = (inner: Node | null, outer: Node): boolean => {
    for (let at: Node | null = inner; at !== null; at = parentOf(at)) if (at === outer) return true;
    return false;
  };
  const topAt = (wanted: Element, x: number, y: number): Element | null => {
    // Asks the element's own root, because the document does not see into a closed shadow root.
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
  /** What to click instead of an invisible text field. Null if the field is visible. */
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
  /** A field that lets the mouse through, in a box that reacts in its place: the usual build of a select by script. */
  const isInFieldBox = (hit: Element): boolean =>
    element instanceof HTMLInputElement &&
    getComputedStyle(element).pointerEvents === "none" &&
    isWithin(element, hit) &&
    hit !== document.body &&
    hit.querySelectorAll("input:not([type=hidden])").length === 1;
  const isHit = (hit: Element | null): boolean => {
    if (hit === null) return false;
    if (isWithin(hit, editor ?? element) || hit === picture || isInFieldBox(hit)) return true;
    // An invisible checkbox belongs to the element next to it, which is drawn instead.
    const isBoxUnseen = isBox && getComputedStyle(element).opacity === "0";
    if (isBoxUnseen && hit.parentElement === element.parentElement) return true;
    // Content of a slot is drawn inside the component but lies in its host. A bare text knows only its host.
    const shows = (shown: Node): boolean =>
      isWithin(hit, shown) || (shown.parentNode === hit && isAtAim(shown));
    for (const slot of element.querySelectorAll("slot"))
      if (slot.assignedNodes({ flatten: true }).some(shows)) return true;
    // A click on a control's label reaches the control, unless an element there reacts by itself.
    const label = hit.closest("label");
    const other = hit.closest("a[href], button, input, select, textarea");
    return label !== null && label.control === element && !(other && isWithin(other, label));
  };
  const describe = (hit: Element | null): string => {
    if (hit === null) return "something outside the page";
    const text = (hit.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 40);
    return `<${hit.localName}>${text === "" ? "" : ` "${text}"`}`;
  };

  /** The offset from the frame's viewport to the tab's, as far as the frames around it have the same origin. */
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
      // CSS transforms may scale the frame.
      const scaleX = offsetWidth === 0 ? 1 : box.width / offsetWidth;
      const scaleY = offsetHeight === 0 ? 1 : box.height / offsetHeight;
      moved.x = box.left + scaleX * (frame.clientLeft + Number.parseFloat(paddingLeft) + moved.x);
      moved.y = box.top + scaleY * (frame.clientTop + Number.parseFloat(paddingTop) + moved.y);
      const over = topAt(frame, moved.x, moved.y);
      if (over !== frame) return { ...moved, problem: "covered", coveredBy: describe(over) };
    }
    return moved;
  };

  /** @param across the horizontal position in the visible part, 0–1 from the left */
  const reach = (target: Node, owner: Element, across: number): Aim => {
    let problem: Aim | null = null;
    // A point visible in its own frame may be outside the tab's view.
    const start = window === window.parent ? null : ("nearest" as const);
    for (const block of [start, "center", "nearest", "end"] as const) {
      const shown = picture ?? owner;
      if (block !== null) shown.scrollIntoView({ block, inline: "nearest", behavior: "instant" });
      const boxes = boxesOf(target, owner);
      if (boxes.length === 0) return { ...aim, problem: "hidden" };
      // The pointer passes through some boxes, such as the marks of a quotation.
      for (const box of boxes) {
        const left = Math.max(box.left, 0);
        const right = Math.min(box.right, innerWidth);
        const top = Math.max(box.top, 0);
        const bottom = Math.min(box.bottom, innerHeight);
        // The centre of the visible part is enough if the element is fully visible or too large for the view.
        const isInView = right - left >= Math.min(box.width, innerWidth) - 1 && bottom > top;
        if (!isInView && block === null) continue;
        aim.x = left + (right - left) * across;
        aim.y = (top + bottom) / 2;
        const hit = topAt(element, aim.x, aim.y);
        const reached: Aim = isHit(hit)
          ? throughFrames()
          : { ...aim, problem: "covered", coveredBy: describe(hit) };
        if (reached.problem === null) return reached;
        if (box === boxes[0]) problem = reached;
      }
    }
    return problem ?? { ...aim, problem: "hidden" };
  };
  let reached = reach(editor ?? node, editor ?? element, 0.5);
  // If only a styled label is visible, a person clicks the label, next to any link in it.
  for (const label of isBox ? (element.labels ?? []) : [])
    for (const across of [0.5, 0.05]) {
      if (reached.problem === null) break;
      const instead = reach(label, label, across);
      if (instead.problem === null) reached = instead;
    }
  return reached;
}
