/** What a page is written as HTML for, and the result. */

/**
 * The purpose of the HTML. `record`: a self-contained page as it is shown. `checks`: the document as it is, where
 * dropped elements leave an empty tag or comment, and texts are unchanged. `markup`: like `checks`, without values that
 * were typed, ticked or chosen.
 */
export type SerializePurpose = "record" | "checks" | "markup";

export interface SerializeOptions {
  purpose: SerializePurpose;
  mask: string;
  /** Names and ids of fields that hold secrets. */
  secretNames: readonly string[];
  /** The documents of its frames. Other frames are read as far as scripts reach them. */
  frames: readonly FrameDocument[];
  /** Attributes of the last nodes that the page itself does not have, name and value. */
  marks: readonly (readonly [string, string])[][];
  /** Binds a control to a form that is not around it. */
  formAttribute: string;
  /** Marks a drop-down without a choice. */
  unchosenAttribute: string;
  /** Marks a dialog that covers the page. The value says the order. */
  modalAttribute: string;
  /** Marks a form in a form. */
  nestedAttribute: string;
  /** The attribute of `<html>` that names the encoding of the document. */
  encodingAttribute: string;
  /** The attribute that names the address of a frame's document. */
  frameAttribute: string;
}

export interface FrameDocument {
  html: string;
  /** Without fragment. Empty if it is unknown. */
  url: string;
}

export interface SerializedPage extends FrameDocument {
  /** What the masked fields hold. */
  secretValues: string[];
}
