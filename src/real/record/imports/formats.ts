/** The formats of `dreamgym import`. */

import { atifFormat } from "./atif.ts";
import { codegenFormat } from "./codegen.ts";
import type { ImportFormat } from "./import-format.ts";
import { traceFormat } from "./playwright-trace.ts";
import { verifiedFormat } from "./verified-folder.ts";
import { webarenaFormat } from "./webarena-render.ts";

export const IMPORT_FORMATS: Readonly<Record<string, ImportFormat>> = {
  trace: traceFormat,
  codegen: codegenFormat,
  webarena: webarenaFormat,
  verified: verifiedFormat,
  atif: atifFormat,
};
