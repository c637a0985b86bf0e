/** Gives a page files, through a file field or through the file chooser that a button opens. */

import type { Action } from "../../core/action.ts";
import { actionErrors } from "../../page/action-errors.ts";
import { setFiles } from "./in-page/controls.ts";
import { aim, clickAt } from "./mouse.ts";
import type { Tab } from "./tab.ts";

/** How long a page may take to open the chooser after the click. */
const LATEST_CHOOSER_MS = 1_000;

export async function upload(
  tab: Tab,
  { ref, files }: Extract<Action, { kind: "upload" }>,
): Promise<string | null> {
  const aimed = await aim(tab, ref);
  if (typeof aimed === "string") return aimed;
  let field: string | null = ref;
  if (aimed.control !== "file") {
    const chooser = nextChooser(tab);
    await clickAt(tab, aimed);
    field = await chooser;
  }
  if (field === null) return actionErrors.notFileField(ref);
  const isTaken = (await tab.callOn(field, setFiles, files))?.value;
  return isTaken === false ? actionErrors.oneFileOnly(ref) : null;
}

/** The field whose chooser opens next, or null if none opens. */
function nextChooser({ session }: Tab): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (field: string | null): void => {
      clearTimeout(timer);
      session.off("Page.fileChooserOpened", opened);
      resolve(field);
    };
    const opened = ({ backendNodeId }: { backendNodeId?: number }): void =>
      end(backendNodeId === undefined ? null : String(backendNodeId));
    const timer = setTimeout(end, LATEST_CHOOSER_MS, null);
    session.on("Page.fileChooserOpened", opened);
  });
}
