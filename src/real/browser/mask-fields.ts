/** Masks the values of secret fields. Chromium's tree hides the value of password fields only. */

import type { CDPSession } from "playwright";
import type { PageNode } from "../../core/observation.ts";
import type { Tab } from "./tab.ts";
import type { FieldDescription, KnownSecrets } from "../../page/known-secrets.ts";
import { MASKED_VALUE } from "../../page/normalize-nodes.ts";

const TEXT_ROLES = new Set(["textbox", "searchbox", "combobox", "spinbutton"]);

/**
 * Checks the type of each filled text field, in any frame, and notes the secrets it finds. It skips values that the
 * page itself reports as plain, because each check costs a round trip.
 */
export async function maskFields(
  { session, plainValues }: Pick<Tab, "session" | "plainValues">,
  nodes: PageNode[],
  secrets: KnownSecrets,
): Promise<PageNode[]> {
  const isInDoubt = ({ role, value }: PageNode): boolean =>
    value !== undefined && TEXT_ROLES.has(role) && !plainValues.has(value);
  if (!nodes.some(isInDoubt)) return nodes;
  return await Promise.all(
    nodes.map(async (node) => {
      if (!isInDoubt(node)) return node;
      const field = await describeField(session, node.ref);
      if (field === null) return node;
      // For a password, the tree has only bullets. The attribute holds the value that the page wrote into the field.
      const value = node.value === MASKED_VALUE ? field.attributes["value"] : node.value;
      return secrets.addField(field, value ?? "") ? { ...node, value: MASKED_VALUE } : node;
    }),
  );
}

/** @returns null if the node is gone */
async function describeField(
  session: Pick<CDPSession, "send">,
  ref: string,
): Promise<FieldDescription | null> {
  try {
    const { node } = await session.send("DOM.describeNode", { backendNodeId: Number(ref) });
    const flat = node.attributes ?? [];
    const attributes: Record<string, string> = {};
    for (let i = 0; i + 1 < flat.length; i += 2)
      attributes[flat[i] as string] = flat[i + 1] as string;
    return { tag: node.localName, attributes };
  } catch {
    return null;
  }
}
