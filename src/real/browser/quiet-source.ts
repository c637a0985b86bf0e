/** The watch of `in-page/quiet-watch.ts` as text: what installs it in a document, and what asks it. */

import { createSecretRules } from "../../page/secrets.ts";
import { createAnswerWatch } from "./in-page/answer-watch.ts";
import { createFieldReader } from "./in-page/field-reader.ts";
import { callSource } from "./in-page/in-page-source.ts";
import { installQuietWatch, QUIET_KEY } from "./in-page/quiet-watch.ts";
import { createScriptWatch } from "./in-page/script-watch.ts";
import { createTaskWatch } from "./in-page/task-watch.ts";
import { createViewWatch } from "./in-page/view-watch.ts";

/** What a page may replace later. The watch keeps its own. */
const KEPT =
  "Array, JSON, Map, Math, Number, Object, Promise, RegExp, Set, String, Symbol, WeakMap, WeakSet";

export const WATCH_SOURCE = `((${KEPT}) => ${callSource(
  installQuietWatch,
  QUIET_KEY,
  createSecretRules,
  createFieldReader,
  createTaskWatch,
  createAnswerWatch,
  createScriptWatch,
  createViewWatch,
)})(${KEPT})`;
/** A document without the watch has nothing to wait for. */
export const QUIET_EXPRESSION = `(window[Symbol.for(${JSON.stringify(QUIET_KEY)})] ?? (() => ({ url: location.href, title: document.title, secretNames: [], secretValues: [], plainValues: [] })))()`;
