/** Resets an instance of an application to a world's start state: its files, and its state elsewhere. */

import { boundary, SiteError } from "../../core/errors.ts";
import type { InstanceState } from "./instance-state.ts";
import type { SiteApplication } from "./site-application.ts";

export interface ResetInstanceOptions {
  application: Pick<SiteApplication, "site" | "readOnly" | "reset">;
  state: InstanceState;
  /** Waits for requests that the application still answers from the old state. */
  underWay: Iterable<Promise<unknown>>;
  worldFolder: string;
  seed: number;
}

/** @throws SiteError with the application's name if its own reset fails */
export async function resetInstance(options: ResetInstanceOptions): Promise<void> {
  const { application, state, underWay, worldFolder, seed } = options;
  if (application.readOnly === true) return;
  await Promise.all(underWay);
  await state.copyFrom(worldFolder);
  await boundary(SiteError, `reset of ${application.site}`, async () =>
    application.reset?.({ folder: state.folder, seed }),
  );
}
