/// <reference lib="dom" />
/** Reads the values of a document's fields, and which of them are secrets. */

import type { SecretRules } from "./in-page-source.ts";

export interface FieldValues {
  /** Names of its secret fields, including same-origin frames. Values sent under these names are secrets. */
  secretNames: string[];
  /** Values in secret fields that nobody typed, such as a form's token. */
  secretValues: string[];
  /** Values of other fields. */
  plainValues: string[];
}

/** @returns a reader that adds to what the frames of the document hold. Self-contained: the page gets it as text. */
export function createFieldReader(
  rules: SecretRules,
): (inner: readonly FieldValues[]) => FieldValues {
  // A form or picture with that name shadows the document's own method: `<img name=querySelectorAll>`.
  const find = Document.prototype.querySelectorAll.bind(document);
  const FIELDS = "input, textarea, select, meta[name], meta[property]";
  /** A button that shows a password changes the field's type. */
  const everSecret = new WeakSet<Element>();

  /** Scripts make them, also closed ones, which nobody finds later. */
  const shadowRoots: WeakRef<ShadowRoot>[] = [];
  // oxlint-disable-next-line unbound-method -- called with its element
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    shadowRoots.push(new WeakRef(root));
    return root;
  };

  const fields = function* (): Generator<Element> {
    yield* find(FIELDS);
    for (const root of shadowRoots) yield* root.deref()?.querySelectorAll(FIELDS) ?? [];
  };
  return (inner) => {
    const secretNames = inner.flatMap((page) => page.secretNames);
    const secretValues = inner.flatMap((page) => page.secretValues);
    const plainValues = inner.flatMap((page) => page.plainValues);
    for (const field of fields()) {
      const tag = field.localName;
      const value =
        tag === "meta" ? (field as HTMLMetaElement).content : (field as HTMLInputElement).value;
      if (rules.isSecretField(tag, (name) => field.getAttribute(name))) everSecret.add(field);
      if (everSecret.has(field)) {
        if (tag !== "meta") secretNames.push(field.getAttribute("name") || field.id);
        secretValues.push(value);
      } else if (tag === "select")
        for (const option of (field as HTMLSelectElement).selectedOptions)
          plainValues.push(option.label);
      else if (tag !== "meta" && value !== "") plainValues.push(value);
    }
    return { secretNames, secretValues, plainValues };
  };
}
