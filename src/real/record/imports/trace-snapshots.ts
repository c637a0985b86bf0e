/** DOM snapshots of Playwright's traces as HTML. A snapshot names the parts that an earlier one of its frame has. */

import { z } from "zod";
import { createSecretRules, MASK } from "../../../page/secrets.ts";

/** A text, an element with attributes and children, or `[[snapshots ago, number of the node]]`. */
type SnapshotNode =
  | string
  | [[number, number]]
  | [string, Record<string, string>?, ...SnapshotNode[]];
const SnapshotNodeSchema = z.custom<SnapshotNode>(
  (value) => typeof value === "string" || Array.isArray(value),
);

export const SnapshotSchema = z.object({
  callId: z.string(),
  /** Since version 10. Before, the name said it: `before@call@1`, `input@call@1`, `after@call@1`. */
  phase: z.string().optional(),
  snapshotName: z.string().optional(),
  frameId: z.string(),
  frameUrl: z.string(),
  html: SnapshotNodeSchema,
  isMainFrame: z.boolean().default(true),
});
export type Snapshot = z.infer<typeof SnapshotSchema>;

/** `before`, `action` (the element is marked) or `after`. */
export function phaseOf({ phase, snapshotName }: Snapshot): "before" | "action" | "after" {
  const name = phase ?? snapshotName?.split("@")[0] ?? "";
  if (name === "action" || name === "input") return "action";
  return name === "after" ? "after" : "before";
}

/** The attribute of the element that the action acted on. */
export const TARGET = "data-trace-target";

const DROPPED = new Set(["script", "style", "noscript", "base", "link", "meta"]);
const VOID = new Set("area br col embed hr img input source track wbr".split(" "));

/** Renders the snapshots of one frame, which must come in the order of the trace. */
export class FrameSnapshots {
  readonly #snapshots: Snapshot[] = [];
  readonly #nodes: SnapshotNode[][] = [];
  readonly #rules = createSecretRules();

  add(snapshot: Snapshot): number {
    this.#nodes.push(nodesOf(snapshot.html));
    return this.#snapshots.push(snapshot) - 1;
  }

  html(index: number): string {
    const root = this.#snapshots[index]?.html;
    return root === undefined ? "" : `<!doctype html>${this.#write(root, index)}`;
  }

  #write(node: SnapshotNode, index: number): string {
    if (typeof node === "string") return escape(node);
    if (Array.isArray(node[0])) {
      const [ago, number] = node[0];
      const earlier = index - ago;
      const found = this.#nodes[earlier]?.[number];
      return found === undefined ? "" : this.#write(found, earlier);
    }
    const [name, attributes = {}, ...children] = node as [
      string,
      Record<string, string>?,
      ...SnapshotNode[],
    ];
    const tag = name.toLowerCase();
    if (DROPPED.has(tag)) return "";
    const content = VOID.has(tag)
      ? ""
      : children.map((child) => this.#write(child, index)).join("");
    const own = this.#attributes(tag, attributes);
    const text = tag === "textarea" && own.text !== null ? escape(own.text) : content;
    return VOID.has(tag) ? `<${tag}${own.written}>` : `<${tag}${own.written}>${text}</${tag}>`;
  }

  #attributes(
    tag: string,
    attributes: Record<string, string>,
  ): { written: string; text: string | null } {
    const shown: Record<string, string> = {};
    let text: string | null = null;
    const isSecret = this.#rules.isSecretField(tag, (name) => attributes[name]);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "__playwright_value_") {
        const safe = isSecret && value !== "" ? MASK : value;
        if (tag === "textarea") text = safe;
        else shown["value"] = safe;
      } else if (name === "__playwright_checked_" || name === "__playwright_selected_") {
        const flag = name === "__playwright_checked_" ? "checked" : "selected";
        if (value === "true") shown[flag] = "";
      } else if (name === "__playwright_target__") shown[TARGET] = "";
      else if (name === "__playwright_shadow_root_") shown["shadowrootmode"] = "open";
      else if (!name.startsWith("__playwright") && !name.startsWith("on") && !(name in shown))
        shown[name] = value;
    }
    // The state of a control wins over what the page declared.
    if ("__playwright_checked_" in attributes && attributes["__playwright_checked_"] !== "true")
      delete shown["checked"];
    if ("__playwright_selected_" in attributes && attributes["__playwright_selected_"] !== "true")
      delete shown["selected"];
    const written = Object.entries(shown)
      .map(([name, value]) => ` ${name}="${escape(value).replaceAll('"', "&quot;")}"`)
      .join("");
    return { written, text };
  }
}

/** The nodes of a snapshot in the order of Playwright's numbers: children before their parent, without references. */
function nodesOf(root: SnapshotNode): SnapshotNode[] {
  const nodes: SnapshotNode[] = [];
  const visit = (node: SnapshotNode): void => {
    if (typeof node === "string") nodes.push(node);
    else if (typeof node[0] === "string") {
      for (const child of node.slice(2) as SnapshotNode[]) visit(child);
      nodes.push(node);
    }
  };
  visit(root);
  return nodes;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
