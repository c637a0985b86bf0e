/// <reference lib="dom" />
/** Writes a live document as self-contained HTML. Runs in an isolated world. The page gets it as text. */

import type { SecretRules } from "./in-page-source.ts";

/**
 * The purpose of the HTML. `record`: a self-contained page as it is shown. `checks`: the document as it is, where
 * dropped elements leave an empty tag or comment, and texts are unchanged. `markup`: like `checks`, without values that
 * were typed, ticked or chosen.
 */
export type SerializePurpose = "record" | "checks" | "markup";

/**
 * Elements of frames belong to another realm, where `instanceof` fails, so this compares tags.
 *
 * @param secretNames names and ids of fields that hold secrets
 */
export function serializePage(
  mask: string,
  createRules: () => SecretRules,
  secretNames: readonly string[],
  purpose: SerializePurpose = "record",
): string {
  const keepsPlaces = purpose !== "record";
  const isLive = purpose !== "markup";
  const DROPPED = new Set(["script", "style", "template", "noscript"]);
  const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
  const ADDRESSES = new Set("action cite data formaction href longdesc poster src".split(" "));
  const rules = createRules();
  const known = new Set(secretNames);
  const isSecretParameter = (name: string): boolean => rules.isSecretName(name) || known.has(name);
  const escapeText = (text: string): string =>
    text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const escapeAttribute = (text: string): string =>
    text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

  const parts: string[] = [];

  const isInput = (element: Element): element is HTMLInputElement => element.localName === "input";
  const isTextArea = (element: Element): element is HTMLTextAreaElement =>
    element.localName === "textarea";
  const isOption = (element: Element): element is HTMLOptionElement =>
    element.localName === "option";
  const isSecret = (element: Element): boolean =>
    rules.isSecretField(element.localName, (name) => element.getAttribute(name)) ||
    ((isInput(element) || isTextArea(element)) &&
      known.has(element.getAttribute("name") || element.id));

  const stateOf = (element: Element): Map<string, string> => {
    const attributes = new Map<string, string>();
    for (const { name, value } of element.attributes)
      if (!name.startsWith("on") && name !== "style" && name !== "nonce" && name !== "srcdoc")
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
    const isMasked = isSecret(element);
    for (const [name, value] of attributes) {
      const isValue = isMasked && (name === "value" || name === "content");
      const isSecretData = name.startsWith("data-") && rules.isSecretName(name.slice(5));
      if (value !== "" && (isValue || isSecretData)) attributes.set(name, mask);
      else if (ADDRESSES.has(name))
        attributes.set(name, rules.maskAddress(value, isSecretParameter, mask));
    }
    return attributes;
  };

  const isDropped = (element: Element): boolean =>
    DROPPED.has(element.localName) ||
    // Links to styles stay, for pictures. Marks below show what styles hide.
    (element.localName === "link" &&
      !/^(?:canonical|stylesheet)$/.test(element.getAttribute("rel") ?? ""));

  /** Whether an element is neither drawn nor reachable: no box, or invisible without visible content. */
  const isHidden = (element: Element): boolean => {
    if (element.closest("head") !== null || isOption(element)) return false;
    if (element.localName === "optgroup" || element.localName === "area") return false;
    const style = getComputedStyle(element);
    if (style.display === "none") return true;
    return style.visibility !== "visible" && element.childElementCount === 0;
  };

  const writeFrame = (frame: HTMLIFrameElement, attributes: Map<string, string>): void => {
    let inner: Document | null = null;
    try {
      inner = frame.contentDocument;
    } catch {
      inner = null;
    }
    if (inner?.documentElement)
      attributes.set(
        "srcdoc",
        collect(() => write(inner.documentElement)),
      );
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

  const write = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE) {
      parts.push(escapeText(asShown(node.nodeValue ?? "", node.parentElement)));
      return;
    }
    if (node.nodeType === Node.COMMENT_NODE && keepsPlaces) parts.push("<!---->");
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const element = node as Element;
    const tag = element.localName;
    if (isDropped(element)) {
      if (keepsPlaces) parts.push(VOID.has(tag) ? `<${tag}>` : `<${tag}></${tag}>`);
      return;
    }
    const attributes = stateOf(element);
    if (isHidden(element)) attributes.set("hidden", "");
    if (tag === "iframe") writeFrame(element as HTMLIFrameElement, attributes);
    parts.push(`<${tag}`);
    for (const [name, value] of attributes)
      parts.push(value === "" ? ` ${name}` : ` ${name}="${escapeAttribute(value)}"`);
    parts.push(">");
    if (VOID.has(tag)) return;
    if (element.shadowRoot !== null) {
      parts.push('<template shadowrootmode="open">');
      for (const child of element.shadowRoot.childNodes) write(child);
      parts.push("</template>");
    }
    if (isTextArea(element)) {
      const text = isLive ? element.value : element.defaultValue;
      parts.push(escapeText(text !== "" && isSecret(element) ? mask : text));
    }
    // A drawing shows nothing to an agent except its title.
    else if (tag === "svg")
      for (const child of element.children) {
        if (child.localName === "title" || child.localName === "desc") write(child);
      }
    else if (tag !== "iframe") for (const child of element.childNodes) write(child);
    parts.push(`</${tag}>`);
  };

  // A page may remove its whole content.
  if (document.documentElement !== null) write(document.documentElement);
  return `<!doctype html>${parts.join("")}`;
}
