/**
 * Marks in a page's HTML: what a browser showed of an element where the rules of this room compute something else. Style
 * sheets add text, change names and hide parts, and HTML alone does not say so. A mark counts only while the element
 * computes to what it computed to when it was recorded, so an edited element shows its new content. What a style sheet
 * adds stays: see `leftOf`.
 */

import { isTag, type Element } from "domhandler";
import { z } from "zod";
import { NodeStatesSchema, type NodeStates, type PageNode } from "../core/observation.ts";
import { hashText } from "../core/random.ts";
import { coveringDialog, isTouchedControl, type FormState } from "./form-state.ts";

/** The attribute that holds an element's marks, for the element itself and for the texts directly in it. */
export const SHOWN_ATTRIBUTE = "data-dreamgym-shown";

const ShownNodeSchema = z.strictObject({
  role: z.string().exactOptional(),
  name: z.string().exactOptional(),
  /** Before and after the computed name, instead of `name`: what a style sheet adds to it. */
  around: z.tuple([z.string(), z.string()]).exactOptional(),
  /** Null: no value. */
  value: z.string().nullable().exactOptional(),
  states: NodeStatesSchema.exactOptional(),
  /** Null: no address. */
  url: z.string().nullable().exactOptional(),
  /** Levels below (or above) the place that the nodes around it give. */
  shift: z.int().exactOptional(),
});

/** What a browser showed of a node, as far as it differs from the computed node. */
export type ShownNode = z.infer<typeof ShownNodeSchema>;

const ShownMarkSchema = z.strictObject({
  /** `identityOf` the computed node. */
  of: z.int(),
  /** `labelOf` the computed node, where the mark has more than its value and states. */
  at: z.int().exactOptional(),
  /** The nodes shown for it. None: it is hidden. Each after the first comes from a style sheet and has no element. */
  as: z.array(ShownNodeSchema),
});
export type ShownMark = z.infer<typeof ShownMarkSchema>;

const ShownMarksSchema = z.array(ShownMarkSchema);

/** Empty for an attribute that this package has not written. */
function parseMarks(attribute: string): ShownMark[] {
  try {
    return ShownMarksSchema.safeParse(JSON.parse(attribute)).data ?? [];
  } catch {
    return [];
  }
}

/** Equal for nodes that look the same to an agent, apart from focus, address and place. */
export function identityOf({ role, name, value, states }: PageNode): number {
  return hashText(`${role}\n${name}\n${value ?? ""}\n${statesText(states)}`);
}

/** Equal for nodes of the same role and name, whatever their value and states. */
export function labelOf({ role, name }: PageNode): number {
  return hashText(`${role}\n${name}`);
}

/** States without focus as text. The browser moves the focus. */
export function statesText(states: NodeStates): string {
  return Object.entries(states)
    .filter(([state]) => state !== "focused")
    .map(([state, value]) => `${state}=${value}`)
    .sort()
    .join(" ");
}

/** A node without an element, before its mark fills it in. */
export const BLANK: PageNode = { ref: "0", role: "StaticText", name: "", states: {}, depth: 0 };

/** The marks of a page. */
export class ShownMarks {
  readonly #marks = new Map<Element, { mark: ShownMark; added: number }[]>();
  /** For each node that the marks add: the element that it stands in. Only texts stand in the carrier itself. */
  readonly added: Element[] = [];

  get isEmpty(): boolean {
    return this.#marks.size === 0;
  }

  add(element: Element, attribute: string): void {
    const marks = parseMarks(attribute).map((mark) => {
      const added = this.added.length;
      const { parent } = element;
      const around = parent !== null && isTag(parent) ? parent : element;
      for (const { role } of mark.as.slice(1))
        this.added.push(role === undefined ? element : around);
      return { mark, added };
    });
    this.#marks.set(element, marks);
  }

  /**
   * The nodes as the marks show them.
   *
   * @param firstAdded the ref of the first node that the marks add
   * @param state a touched control shows its own value. A dialog that covers the page leaves nothing at its start
   */
  show(
    nodes: readonly PageNode[],
    elementOf: (ref: string) => Element | null,
    firstAdded: number,
    state: FormState,
  ): PageNode[] {
    const isCovered = coveringDialog(state) !== null;
    const shown: PageNode[] = [];
    const used = new Set<ShownMark>();
    const passed = new Map<Element, number>();
    const places = new Places();
    const moved = new MovedNodes();
    for (const node of nodes) {
      const place = places.of(node);
      const element = isCovered && node.depth === 0 ? null : carrierOf(elementOf(node.ref));
      const nth = element === null ? 0 : (passed.get(element) ?? 0);
      if (element !== null) passed.set(element, nth + 1);
      const isOwn = element === null || !isTouchedControl(element, state);
      const found = this.#find(element, { node, nth, isOwn }, used);
      if (found === undefined) {
        shown.push(node.depth === place ? node : { ...node, depth: place });
        places.set(node, place + 1);
        continue;
      }
      used.add(found.mark);
      const [first, ...rest] = found.mark.as;
      places.set(node, first === undefined ? place : place + (first.shift ?? 0) + 1);
      if (first === undefined) moved.left(node);
      else shown.push(withShown(node, first, place));
      rest.forEach((part, i) => {
        const ref = String(firstAdded + found.added + i);
        moved.added(shown.push(withShown({ ...BLANK, ref }, part, place)) - 1);
      });
    }
    return moved.found(shown);
  }

  #find(
    element: Element | null,
    { node, nth, isOwn }: { node: PageNode; nth: number; isOwn: boolean },
    used: ReadonlySet<ShownMark>,
  ): { mark: ShownMark; added: number } | undefined {
    const marks = element === null ? undefined : this.#marks.get(element);
    if (marks === undefined) return undefined;
    const identity = identityOf(node);
    const own = isOwn
      ? marks.find(({ mark }) => mark.of === identity && !used.has(mark))
      : undefined;
    const atPlace = marks[nth];
    if (own !== undefined || atPlace === undefined || used.has(atPlace.mark)) return own;
    const left = leftOf(atPlace.mark, node);
    return left === null ? undefined : { ...atPlace, mark: left };
  }
}

/** Nodes that a browser showed elsewhere: hidden at their own place, and added at another one. */
class MovedNodes {
  /** Refs of hidden nodes, by what they look like. */
  readonly #left = new Map<string, string[]>();
  readonly #added: number[] = [];

  left(node: PageNode): void {
    const look = lookOf(node);
    const refs = this.#left.get(look);
    if (refs === undefined) this.#left.set(look, [node.ref]);
    else refs.push(node.ref);
  }

  /** @param place among the shown nodes */
  added(place: number): void {
    this.#added.push(place);
  }

  /** The shown nodes, in which an added node that looks like a hidden one is that node, in their order. */
  found(shown: PageNode[]): PageNode[] {
    if (this.#left.size === 0) return shown;
    for (const place of this.#added) {
      const node = shown[place] as PageNode;
      const ref = this.#left.get(lookOf(node))?.shift();
      if (ref !== undefined) shown[place] = { ...node, ref };
    }
    return shown;
  }
}

function lookOf({ role, name, url }: PageNode): string {
  return `${role}\n${name}\n${url ?? ""}`;
}

/** The element that carries the marks of another one: a browser's own summary is not in the page. */
export function carrierOf(element: Element): Element;
export function carrierOf(element: Element | null): Element | null;
export function carrierOf(element: Element | null): Element | null {
  if (element === null || element.name !== "summary") return element;
  const { parent } = element;
  return parent !== null && isTag(parent) && !parent.children.includes(element) ? parent : element;
}

/**
 * What stays of a mark when its node has changed: texts that a style sheet puts behind it, and a name that only a style
 * sheet explains, as long as the element's own name stays. Null: nothing.
 */
function leftOf({ at, as, ...mark }: ShownMark, node: PageNode): ShownMark | null {
  const [first, ...added] = as;
  if (first === undefined || at === undefined) return null;
  const { value: _, states: __, ...label } = first;
  const isSame = at === labelOf(node);
  const onlyAdds = Object.keys(label).every((key) => key === "shift" || key === "around");
  return isSame || onlyAdds ? { ...mark, at, as: [label, ...added] } : null;
}

function withShown(node: PageNode, part: ShownNode, place: number): PageNode {
  const { role = node.role, value = node.value, url = node.url, around = ["", ""] } = part;
  const name = part.name ?? `${around[0]}${node.name}${around[1]}`;
  const { focused } = node.states;
  const states = part.states ?? node.states;
  return {
    ref: node.ref,
    role,
    name,
    states: focused === undefined ? states : { ...states, focused },
    depth: place + (part.shift ?? 0),
    ...(typeof value === "string" && { value }),
    ...(typeof url === "string" && { url }),
  };
}

/** Where computed nodes stand once nodes around them are hidden or stand elsewhere. */
export class Places {
  /** By depth of a computed node: the depth of the nodes inside it. */
  readonly #inside: number[] = [];

  of({ depth }: PageNode): number {
    return depth === 0 ? 0 : (this.#inside[depth - 1] ?? depth);
  }

  set({ depth }: PageNode, inside: number): void {
    this.#inside[depth] = inside;
  }
}
