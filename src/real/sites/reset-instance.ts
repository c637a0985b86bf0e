/** Brings an instance of an application back to a world's start state: its files, and what it keeps elsewhere. */

import { boundary, SiteError } from "../../core/errors.ts";
import type { InstanceState } from "./instance-state.ts";
import type { SiteApplication } from "./site-application.ts";

export interface ResetInstanceOptions {
  application: Pick<SiteApplication, "site" | "readOnly" | "reset">;
  state: InstanceState;
  /** Requests that are being answered from the old state: waited for. */
  underWay: Iterable<Promise<unknown>>;
  worldFolder: string;
  seed: number;
}

/** @throws SiteError that names the application, when its own reset fails */
export async function resetInstance(options: ResetInstanceOptions): Promise<void> {
  const { application, state, underWay, worldFolder, seed } = options;
  if (application.readOnly === true) return;
  await Promise.all(underWay);
  await state.copyFrom(worldFolder);
  await boundary(SiteError, `reset of ${application.site}`, async () =>
    application.reset?.({ folder: state.folder, seed }),
  );
}
