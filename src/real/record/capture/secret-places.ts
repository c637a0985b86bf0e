/**
 * Finds the places of a window that show a secret: in all frames and shadow trees, in texts, pseudo elements and fields.
 * It reads the layout alone, so that nothing is added to the page.
 */

import type { Observation } from "../../../core/observation.ts";
import { MASKED_VALUE } from "../../../page/normalize-nodes.ts";
import type { SecretVault } from "../../../page/secret-vault.ts";
import type { Tab } from "../../browser/tab.ts";
import { DocumentLayout, type LaidOutNode, type Place, type Point } from "./document-layout.ts";
import { secretRanges } from "./secret-ranges.ts";

/** Elements that draw what is in their attributes, their value or texts that are not laid out. */
const DRAWN = new Set(["INPUT", "TEXTAREA", "SELECT", "IMG", "VIDEO", "OBJECT"]);
/** The text of a pseudo element. */
const NO_NODE = "0";
const FRAMES = new Set(["IFRAME", "FRAME"]);

/** @returns places from the top left corner of the window. Null: a secret is shown, but nobody knows where */
export async function findSecretPlaces(
  tab: Tab,
  secrets: SecretVault,
  observation: Observation,
): Promise<Place[] | null> {
  return new SecretSearch(await DocumentLayout.readAll(tab.session), secrets).find(observation);
}

class SecretSearch {
  readonly #documents: readonly DocumentLayout[];
  readonly #secrets: SecretVault;
  readonly #places: Place[] = [];
  /** Where the documents begin in the window. */
  readonly #origins = new Map<DocumentLayout, Point>();
  /** Documents in a frame that is turned or scaled, with that frame: it is painted as a whole. */
  readonly #turned = new Map<DocumentLayout, { document: DocumentLayout; node: LaidOutNode }>();
  /** Ids of the nodes that are painted, and of all nodes around them. */
  readonly #covered = new Set<number>();

  constructor(documents: readonly DocumentLayout[], secrets: SecretVault) {
    this.#documents = documents;
    this.#secrets = secrets;
  }

  find({ nodes }: Observation): Place[] | null {
    const [main] = this.#documents;
    if (main === undefined) return null;
    this.#search(main, { x: -main.scroll.x, y: -main.scroll.y });
    for (const [at, node] of nodes.entries())
      if (showsSecret(node) && !this.#coverNode(nodes, at)) return null;
    return this.#places;
  }

  #search(document: DocumentLayout, origin: Point): void {
    this.#origins.set(document, origin);
    for (const { node, box } of this.#secretTexts(document)) this.#paint(document, node, box);
    for (const node of document.laidOut) {
      if (DRAWN.has(node.tag) && this.#isSecret(document, node)) this.#paint(document, node);
      if (FRAMES.has(node.tag)) this.#searchFrame(document, node, origin);
    }
  }

  #searchFrame(document: DocumentLayout, node: LaidOutNode, origin: Point): void {
    const inner = this.#documents[document.frameOf(node.index) ?? -1];
    const { box, content } = node;
    if (inner === undefined) {
      // What it shows cannot be read.
      if (this.#secrets.values.length > 0) this.#paint(document, node);
      return;
    }
    if (content === null || this.#turned.has(document))
      this.#turned.set(inner, this.#turned.get(document) ?? { document, node });
    this.#search(inner, {
      x: origin.x + box.x + (content?.x ?? 0) - inner.scroll.x,
      y: origin.y + box.y + (content?.y ?? 0) - inner.scroll.y,
    });
  }

  *#secretTexts({ laidOut }: DocumentLayout): Generator<{ node: LaidOutNode; box: Place }> {
    const shown = laidOut.filter(({ text }) => text !== "");
    const texts = shown.map(({ text }) => text);
    for (const { text, start, end } of secretRanges(texts, this.#secrets.values)) {
      const node = shown[text] as LaidOutNode;
      const lines = node.lines.filter(
        (line) => line.start < end && line.start + line.length > start,
      );
      // A list's mark has no lines.
      for (const { box } of lines.length > 0 ? lines : [node]) yield { node, box };
    }
  }

  #isSecret(document: DocumentLayout, { index, tag }: LaidOutNode): boolean {
    const attributes = document.attributesOf(index);
    const value = document.valueOf(index);
    const field = { tag: tag.toLowerCase(), attributes };
    if (value !== "" && this.#secrets.isSecretField(field)) return true;
    const inner = tag === "SELECT" ? document.textsIn(index) : [];
    const texts = [value, ...Object.values(attributes), ...inner];
    return texts.some((text) => secretRanges([text], this.#secrets.values).length > 0);
  }

  /** Paints what the observation says of a node. @returns false if nobody knows where it is */
  #coverNode(nodes: Observation["nodes"], at: number): boolean {
    const { ref, depth } = nodes[at] as Observation["nodes"][number];
    if (ref !== NO_NODE) return this.#cover(Number(ref));
    const around = nodes.slice(0, at).findLast((node) => node.depth < depth);
    return this.#covered.has(Number(around?.ref));
  }

  #cover(id: number): boolean {
    if (this.#covered.has(id)) return true;
    const document = this.#documents.find((one) => one.indexOf(id) !== null);
    const index = document?.indexOf(id) ?? null;
    if (document === undefined || index === null) return false;
    // The title of a page stands in its tab.
    if (document.isDocument(index)) return true;
    // It is in a frame that is not shown.
    if (!this.#origins.has(document)) return true;
    for (const part of document.partsOf(index)) this.#paint(document, part);
    return true;
  }

  #paint(document: DocumentLayout, { index, box }: LaidOutNode, place: Place = box): void {
    for (const id of document.idsAround(index)) this.#covered.add(id);
    const frame = this.#turned.get(document);
    if (frame !== undefined) return this.#paint(frame.document, frame.node);
    const { x = 0, y = 0 } = this.#origins.get(document) ?? {};
    this.#places.push({ ...place, x: x + place.x, y: y + place.y });
  }
}

function showsSecret({ name, value = "" }: Observation["nodes"][number]): boolean {
  return [name, value].some(
    (text) => text.includes(MASKED_VALUE) || /<secret:|\[masked\]/.test(text),
  );
}
