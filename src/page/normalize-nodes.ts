/**
 * Turns a raw accessibility tree, Chromium's own or the one computed from HTML, into the nodes of an observation.
 * Both worlds go through this one function, so that they differ in nothing but the raw tree.
 */

import type { NodeStates, PageNode } from "../core/observation.ts";

/** A node of an accessibility tree before normalisation. */
export interface RawNode {
  /** Digits; becomes the ref. */
  id: string;
  role: string;
  name: string;
  value?: string;
  states: NodeStates;
  /** Absolute URL of a link. */
  url?: string;
  /** Not exposed itself; its children may be. */
  ignored: boolean;
  /** A password field: its value is masked. */
  secret?: boolean;
  children: readonly RawNode[];
}

export declare function normalizeNodes(root: RawNode): PageNode[];
