/** Takes a picture of a page, with every secret that it shows painted over. The page itself never changes. */

import type { Observation } from "../../../core/observation.ts";
import type { SecretVault } from "../../../page/secret-vault.ts";
import type { Tab } from "../../browser/tab.ts";
import type { Place } from "./document-layout.ts";
import { paintOver, widthOf } from "./paint-picture.ts";
import { findSecretPlaces } from "./secret-places.ts";

/** A page that moves may stand still a moment later. */
const TRIES = 3;

/** @returns a PNG. Null: a secret is shown, but nobody knows where, or it moves */
export async function takePicture(
  tab: Tab,
  secrets: SecretVault,
  observation: Observation,
): Promise<Buffer | null> {
  let before = await findSecretPlaces(tab, secrets, observation);
  for (let round = 0; round < TRIES; round++) {
    if (before === null) return null;
    const picture = await tab.screenshot();
    const after = await findSecretPlaces(tab, secrets, observation);
    // What the picture shows was there before and after.
    if (JSON.stringify(after) === JSON.stringify(before)) return await paint(tab, picture, before);
    before = after;
  }
  return null;
}

async function paint(tab: Tab, picture: Buffer, places: readonly Place[]): Promise<Buffer | null> {
  if (places.length === 0) return picture;
  const { cssVisualViewport } = await tab.session.send("Page.getLayoutMetrics");
  const { zoom = 1, scale, clientWidth } = cssVisualViewport;
  // A person made the page larger: its boxes are elsewhere.
  if (zoom !== 1 || scale !== 1) return null;
  // Screens have 1, 1.25, 1.5 or more pixels. The width lacks that of a scroll bar.
  const pixels = Math.round((4 * widthOf(picture)) / clientWidth) / 4;
  return await paintOver(
    picture,
    places.map(({ x, y, width, height }) => ({
      x: x * pixels,
      y: y * pixels,
      width: width * pixels,
      height: height * pixels,
    })),
  );
}
