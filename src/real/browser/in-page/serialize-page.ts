/// <reference lib="dom" />
/** Writes a live document as self-contained HTML. Runs in an isolated world. The page gets it as text. */

import type { ElementReaders } from "./element-readers.ts";
import type { SecretRules } from "./in-page-source.ts";
import type { SerializedPage, SerializeOptions } from "./serialize-options.ts";

/**
 * Elements of frames belong to another realm, where `instanceof` fails, so this compares tags.
 *
 * @param nodes the elements of `frames`, then the closed shadow roots, then the elements of `marks`; null where gone
 */
export function serializePage(
  createReaders: () => ElementReaders,
  createRules: () => SecretRules,
  options: SerializeOptions,
  nodes: readonly (Node | null)[],
): SerializedPage {
  const { purpose, mask, secretNames, frames, formAttribute } = options;
  const keepsPlaces = purpose !== "record";
  const isLive = purpose !== "markup";
  const DROPPED = new Set(["script", "style", "template", "noscript"]);
  const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
  const ADDRESSES = new Set("action cite data formaction href longdesc poster src".split(" "));
  /** Parts of a drawing that are not drawn themselves. */
  const DEFINITIONS = new Set("clipPath defs filter linearGradient marker mask".split(" "));
  for (const name of "metadata pattern radialGradient symbol".split(" ")) DEFINITIONS.add(name);
  const SHOWN_IN_DRAWING =
    "a[href], a[*|href], [role], [tabindex], [aria-label], [aria-labelledby], foreignObject, text, title, desc";
  const read = createReaders();
  const { tagOf, parentOf, aboveOf, matches } = read;
  const rules = createRules();
  const framesByElement = new Map(frames.map((frame, i) => [nodes[i], frame]));
  const closedRoots = new Map<Element, ShadowRoot>();
  const firstMarked = nodes.length - options.marks.length;
  const marks = new Map(options.marks.map((own, i) => [nodes[firstMarked + i], own]));
  for (const root of nodes.slice(frames.length, firstMarked))
    if (root !== null) closedRoots.set((root as ShadowRoot).host, root as ShadowRoot);
  const isInFrame = !keepsPlaces && window !== window.parent;
  const addressOf = ({ URL: address }: Document): string => address.replace(/#.*/, "");
  const secretValues: string[] = [];
  const known = new Set(secretNames);
  const isSecretParameter = (name: string, value: string): boolean =>
    rules.isSecretParameter(name, value) || known.has(name);
  const escapeText = (text: string): string =>
    text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const escapeAttribute = (text: string): string =>
    text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

  const parts: string[] = [];

  const isInput = (element: Element): element is HTMLInputElement => tagOf(element) === "input";
  const isTextArea = (element: Element): element is HTMLTextAreaElement =>
    tagOf(element) === "textarea";
  const isOption = (element: Element): element is HTMLOptionElement => tagOf(element) === "option";
  const isSecret = (element: Element): boolean =>
    rules.isSecretField(tagOf(element), (name) => read.attributeOf(element, name)) ||
    ((isInput(element) || isTextArea(element)) &&
      known.has(element.getAttribute("name") || element.id));

  /** Also marks of this package: the page is a record itself. */
  const LEFT_OUT = /^(?:on.*|style|nonce|srcdoc|data-dreamgym-.*)$/;
  /** A drawing's shapes and colours say nothing to an agent. */
  const KEPT_OF_DRAWING = /^(?:aria-.*|class|href|id|role|tabindex|xlink:href)$/;
  const stateOf = (element: Element): Map<string, string> => {
    const attributes = new Map<string, string>();
    const isDrawn = isInDrawing(element);
    for (const { name, value } of read.attributesOf(element))
      if (!LEFT_OUT.test(name) && (!isDrawn || KEPT_OF_DRAWING.test(name)))
        attributes.set(name, value);
    const flag = (name: string, isOn: boolean): void => {
      if (isOn) attributes.set(name, "");
      else attributes.delete(name);
    };
    if (!isLive) {
      // As the page declared them.
    } else if (isInput(element)) {
      if (element.type === "checkbox" || element.type === "radio") flag("checked", element.checked);
      else if (element.type !== "file" && (element.value !== "" || attributes.has("value")))
        attributes.set("value", element.value);
    } else if (isOption(element)) flag("selected", element.selected);
    if (isInFrame && tagOf(element) === "form") {
      // Without an address it sends to the document that it is in, and always in that document's encoding.
      if (!attributes.get("action")) attributes.set("action", addressOf(document));
      if (!attributes.has("accept-charset"))
        attributes.set("accept-charset", document.characterSet);
    }
    const isMasked = isSecret(element);
    for (const [name, value] of attributes) {
      const isValue = isMasked && (name === "value" || name === "content");
      const isSecretData = name.startsWith("data-") && rules.isSecretName(name.slice(5));
      if (value !== "" && (isValue || isSecretData)) {
        attributes.set(name, mask);
        secretValues.push(value);
      } else if (ADDRESSES.has(name))
        attributes.set(name, rules.maskAddress(absolute(element, value), isSecretParameter, mask));
    }
    return attributes;
  };

  /** In a frame, an address as the frame reads it: its document has a base of its own. */
  const absolute = (element: Element, address: string): string => {
    if (!isInFrame) return address;
    return URL.parse(address, read.baseOf(element))?.href ?? address;
  };

  const isDropped = (element: Element): boolean =>
    DROPPED.has(tagOf(element)) ||
    (isInDrawing(element) && (DEFINITIONS.has(tagOf(element)) || isEmptyDrawing(element))) ||
    // Links to styles stay, for pictures. Marks below show what styles hide.
    (tagOf(element) === "link" &&
      !/^(?:canonical|stylesheet)$/.test(read.attributeOf(element, "rel") ?? ""));

  /** Lines of text and tables show their content in any case. */
  const skipsContent = ({ contentVisibility, display }: CSSStyleDeclaration): boolean =>
    contentVisibility === "hidden" && !/^(?:inline$|table|contents)/.test(display);
  /** It may be found later. */
  const isUntilFound = (element: Element | null): boolean =>
    element !== null && read.attributeOf(element, "hidden")?.toLowerCase() === "until-found";

  /** What styles hide, as attributes: no box, or invisible. */
  const hideUnseen = (element: Element, attributes: Map<string, string>): void => {
    if (read.isInside(element, "head") || isOption(element)) return;
    if (tagOf(element) === "optgroup" || tagOf(element) === "area") return;
    const style = getComputedStyle(element);
    const { display, visibility } = style;
    const isUnseen = visibility !== "visible" && read.countElements(element) === 0;
    const above = aboveOf(element);
    const aboveStyle = above === null ? null : getComputedStyle(above);
    // What is closed may open again, so this alone does not hide it.
    const isClosed =
      !keepsPlaces && matches(element, "dialog:not([open]), [popover]:not(:popover-open)");
    if ((display === "none" && !isClosed) || isUnseen) attributes.set("hidden", "");
    else if (keepsPlaces) return;
    else if (aboveStyle !== null && skipsContent(aboveStyle) && !isUntilFound(above))
      attributes.set("hidden", "");
    else {
      const kept: string[] = [];
      if (visibility !== (aboveStyle?.visibility ?? "visible"))
        kept.push(`visibility:${visibility}`);
      if (skipsContent(style) && !isUntilFound(element)) kept.push("content-visibility:hidden");
      if (kept.length > 0) attributes.set("style", kept.join(";"));
    }
  };

  const modalsIn = (root: Document | ShadowRoot): Element[] =>
    [...root.querySelectorAll("*")].flatMap((element) => {
      const inner = rootOf(element);
      return [
        ...(matches(element, ":modal") ? [element] : []),
        ...(inner === null ? [] : modalsIn(inner)),
      ];
    });
  const FOCUSED = ":focus-within";
  const rootOf = (element: Element): ShadowRoot | null =>
    read.openRootOf(element) ?? closedRoots.get(element) ?? null;

  /** Dialogs that cover the page. The uppermost has the focus, and comes last. */
  const modals = keepsPlaces ? [] : modalsIn(document);
  modals.sort((one, other) => Number(one.matches(FOCUSED)) - Number(other.matches(FOCUSED)));
  /** What the browser's top layer shows, as attributes: an open popover, and a dialog that covers the page. */
  const showTopLayer = (element: Element, attributes: Map<string, string>): void => {
    const place = modals.indexOf(element);
    if (place !== -1) attributes.set(options.modalAttribute, String(place));
    if (matches(element, "[popover]:popover-open")) attributes.set("open", "");
    // Chromium hides nothing around the focus, which a recording does not keep.
    if (matches(element, `[aria-hidden]${FOCUSED}`)) attributes.delete("aria-hidden");
  };

  const isInDrawing = (element: Element): boolean =>
    read.namespaceOf(element) === "http://www.w3.org/2000/svg" && tagOf(element) !== "svg";
  const isEmptyDrawing = (element: Element): boolean =>
    !matches(element, SHOWN_IN_DRAWING) && !read.holds(element, SHOWN_IN_DRAWING);

  const writeFrame = (frame: HTMLIFrameElement, attributes: Map<string, string>): void => {
    let inner: Document | null = null;
    try {
      inner = frame.contentDocument;
    } catch {
      inner = null;
    }
    const { html, url } =
      framesByElement.get(frame) ??
      (inner?.documentElement
        ? { html: collect(() => writeDocument(inner)), url: addressOf(inner) }
        : { html: null, url: "" });
    if (html !== null) attributes.set("srcdoc", html);
    if (!keepsPlaces && url.startsWith("http"))
      attributes.set(options.frameAttribute, rules.maskAddress(url, isSecretParameter, mask));
  };

  const collect = (body: () => void): string => {
    const start = parts.length;
    body();
    return parts.splice(start).join("");
  };

  /** Text as the page shows it: accessible names have the case that styles give them. */
  const asShown = (text: string, parent: Element | null): string => {
    if (keepsPlaces || parent === null || !/\p{L}/u.test(text)) return text;
    if (isOption(parent)) return text;
    switch (getComputedStyle(parent).textTransform) {
      case "uppercase":
        return text.toUpperCase();
      case "lowercase":
        return text.toLowerCase();
      case "capitalize":
        return text.replace(/(?<![\p{L}\p{N}'’])\p{L}/gu, (letter) => letter.toUpperCase());
      default:
        return text;
    }
  };

  /** A form and its controls outside of it have one number. */
  const formMarks = new Map<Element, string>();
  const markForms = (root: ParentNode): void => {
    if (keepsPlaces) return;
    for (const [control, form] of read.strayControls(root)) {
      const mark = formMarks.get(form) ?? String(formMarks.size);
      formMarks.set(form, mark).set(control, mark);
    }
  };
  /** The encoding that links and forms write in, where the page itself does not simply declare it. */
  const nameEncoding = (attributes: Map<string, string>): void => {
    const usual = document.querySelector("meta[http-equiv]") === null ? "UTF-8" : "";
    const declared = document.querySelector("meta[charset]")?.getAttribute("charset") ?? usual;
    if (document.characterSet.toLowerCase() !== declared.trim().toLowerCase())
      attributes.set(options.encodingAttribute, document.characterSet);
  };
  const writeDocument = (of: Document): void => {
    markForms(of);
    // A page may remove its whole content.
    if (of.documentElement !== null) write(of.documentElement);
  };

  const write = (node: Node): void => {
    const type = read.typeOf(node);
    if (type === Node.TEXT_NODE) {
      parts.push(escapeText(asShown(node.nodeValue ?? "", parentOf(node))));
      return;
    }
    if (type === Node.COMMENT_NODE && keepsPlaces) parts.push("<!---->");
    if (type !== Node.ELEMENT_NODE) return;
    const element = node as Element;
    const tag = tagOf(element);
    if (isDropped(element)) {
      if (keepsPlaces) parts.push(VOID.has(tag) ? `<${tag}>` : `<${tag}></${tag}>`);
      return;
    }
    const attributes = stateOf(element);
    hideUnseen(element, attributes);
    for (const [name, value] of marks.get(element) ?? []) attributes.set(name, value);
    const form = formMarks.get(element);
    if (form !== undefined) attributes.set(formAttribute, form);
    if (!keepsPlaces) {
      showTopLayer(element, attributes);
      if (tag === "select" && (element as HTMLSelectElement).selectedIndex === -1)
        attributes.set(options.unchosenAttribute, "");
      if (matches(element, "form form")) attributes.set(options.nestedAttribute, "");
    }
    if (tag === "iframe") writeFrame(element as HTMLIFrameElement, attributes);
    if (tag === "html" && !keepsPlaces) nameEncoding(attributes);
    parts.push(`<${tag}`);
    for (const [name, value] of attributes)
      parts.push(value === "" ? ` ${name}` : ` ${name}="${escapeAttribute(value)}"`);
    parts.push(">");
    if (VOID.has(tag)) return;
    const root = rootOf(element);
    if (root !== null) {
      parts.push(`<template shadowrootmode="${root.mode}">`);
      markForms(root);
      for (const child of root.childNodes) write(child);
      parts.push("</template>");
    }
    if (isTextArea(element)) writeText(element);
    else if (tag !== "iframe") for (const child of read.childrenOf(element)) write(child);
    parts.push(`</${tag}>`);
  };
  const writeText = (area: HTMLTextAreaElement): void => {
    const text = isLive ? area.value : area.defaultValue;
    const isMasked = text !== "" && isSecret(area);
    if (isMasked) secretValues.push(text);
    parts.push(escapeText(isMasked ? mask : text));
  };

  writeDocument(document);
  return { html: `<!doctype html>${parts.join("")}`, url: addressOf(document), secretValues };
}
