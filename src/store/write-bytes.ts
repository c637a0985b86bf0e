/** Writing to an open file. */

import { fstatSync, ftruncateSync, writeSync } from "node:fs";
import { RecordingError } from "../core/errors.ts";

/** Appends all bytes or none: on a full disk, half a record would spoil the next one. */
export function appendWhole(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    if (written > 0) ftruncateSync(descriptor, fstatSync(descriptor).size - written);
    throw error;
  }
}

/** @throws RecordingError that names the file, for an error of `body` */
export function writing<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw new RecordingError(`Expected to write ${path}, got: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
