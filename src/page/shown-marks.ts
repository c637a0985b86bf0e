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
import { isTouchedControl, type FormState } from "./form-state.ts";

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
  /** The number of the element that it is, or of the one around its text. Absent: a style sheet made it, or nobody knows. */
  element: z.int().exactOptional(),
});

/** What a browser showed of a node, as far as it differs from the computed node. */
export type ShownNode = z.infer<typeof ShownNodeSchema>;

const ShownMarkSchema = z.strictObject({
  /** `identityOf` the computed node. */
  of: z.int(),
  /** `labelOf` the computed node, where the mark has more than its value and states. */
  at: z.int().exactOptional(),
  /** The nodes shown for it. None: it is hidden. Each after the first is one that nothing computes. */
  as: z.array(ShownNodeSchema),
});
export type ShownMark = z.infer<typeof ShownMarkSchema>;

/** The marks of an element. An element that nothing computes also has a number, by which marks elsewhere name it. */
const ShownMarksSchema = z.array(z.union([z.int(), ShownMarkSchema]));

/** The attribute, name and value, of an element with a number. */
export function numberMark(number: number): [name: string, value: string] {
  return [SHOWN_ATTRIBUTE, JSON.stringify([number])];
}

/** Empty for an attribute that this package has not written. */
function parseMarks(attribute: string): (ShownMark | number)[] {
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

/** The text of the attribute with these marks on an element that may have a number: the attribute before. */
export function writeMarks(marks: readonly ShownMark[], before = "[]"): string {
  const numbers = parseMarks(before).filter((mark) => typeof mark === "number");
  return JSON.stringify([...numbers, ...marks]);
}

/** A node that nothing computes, before its mark fills it in. */
export const BLANK: PageNode = { ref: "0", role: "StaticText", name: "", states: {}, depth: 0 };

/** The page that has the nodes. */
interface PageAround {
  elementOf: (ref: string) => Element | null;
  refOf: (element: Element) => string;
  /** The ref of the first node that the marks add, as a number. */
  firstAdded: number;
  /** Whether another dialog covers the page than when it loaded: nothing is left at its start then. */
  isOtherwiseCovered: boolean;
}

/** The marks of a page. */
export class ShownMarks {
  readonly #marks = new Map<Element, { mark: ShownMark; added: number }[]>();
  /** For each node that the marks add: its number, and the element that it stands in without one. */
  readonly #added: { number: number | undefined; around: Element }[] = [];
  readonly #numbered = new Map<number, Element>();

  get isEmpty(): boolean {
    return this.#marks.size === 0;
  }

  add(carrier: Element, attribute: string): void {
    const marks: { mark: ShownMark; added: number }[] = [];
    for (const mark of parseMarks(attribute)) {
      if (typeof mark === "number") {
        this.#numbered.set(mark, carrier);
        continue;
      }
      marks.push({ mark, added: this.#added.length });
      const { parent } = carrier;
      for (const { role, element: number } of mark.as.slice(1)) {
        // Only texts stand in the carrier itself.
        const around = role !== undefined && parent !== null && isTag(parent) ? parent : carrier;
        this.#added.push({ number, around });
      }
    }
    if (marks.length > 0) this.#marks.set(carrier, marks);
  }

  /** The element of a node that the marks add, or the one that it stands in. */
  elementOfAdded(place: number): Element | null {
    const added = this.#added[place];
    if (added === undefined) return null;
    return this.#numberedBy(added.number) ?? added.around;
  }

  #numberedBy(number: number | undefined): Element | undefined {
    return number === undefined ? undefined : this.#numbered.get(number);
  }

  /**
   * The nodes as the marks show them.
   *
   * @param state a touched control shows its own value
   */
  show(
    nodes: readonly PageNode[],
    { elementOf, refOf, firstAdded, isOtherwiseCovered }: PageAround,
    state: FormState,
  ): PageNode[] {
    const shown: PageNode[] = [];
    const used = new Set<ShownMark>();
    const passed = new Map<Element, number>();
    const places = new Places();
    const own = new Map<number, string>();
    for (const node of nodes) {
      const place = places.of(node);
      const element =
        isOtherwiseCovered && node.depth === 0 ? null : carrierOf(elementOf(node.ref));
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
      if (first !== undefined) shown.push(withShown(node, first, place));
      rest.forEach((part, i) => {
        const ref = String(firstAdded + found.added + i);
        const numbered = this.#numberedBy(part.element);
        const isText = part.role === undefined;
        if (numbered !== undefined && !isText) own.set(shown.length, refOf(numbered));
        shown.push(withShown({ ...BLANK, ref }, part, place));
      });
    }
    return withRefs(shown, own);
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

/** @param own by place, the refs that nodes get if no other node has them: an element may be shown again after a change */
function withRefs(shown: PageNode[], own: ReadonlyMap<number, string>): PageNode[] {
  if (own.size === 0) return shown;
  const taken = new Set(shown.map(({ ref }) => ref));
  for (const [place, ref] of own) {
    if (!taken.has(ref)) shown[place] = { ...(shown[place] as PageNode), ref };
    taken.add(ref);
  }
  return shown;
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
