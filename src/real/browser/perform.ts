/** Performs one action with real mouse and keyboard events. Failures come back as sentences for the agent. */

import { setTimeout as delay } from "node:timers/promises";
import type { Action } from "../../core/action.ts";
import { actionErrors } from "../../page/action-errors.ts";
import type { FieldDescription } from "../../page/known-secrets.ts";
import {
  endSelect,
  focusOnly,
  prepareSelect,
  selectContent,
  setPickerValue,
} from "./in-page/controls.ts";
import { pressKeys, typeText } from "./keyboard.ts";
import { aim, check, click, clickAt, drag, hover, opensBehind, scroll } from "./mouse.ts";
import { isGone, type Tab } from "./tab.ts";
import type { Tabs } from "./tabs.ts";
import { upload } from "./upload.ts";

export interface PerformContext {
  tabs: Tabs;
  /** Refs of the observation that the agent acts on. */
  knownRefs: ReadonlySet<string>;
  isAllowedUrl(url: string): boolean;
  /** Called with the field and the text before the text is sent, because it may be a secret. */
  noteTyped(field: FieldDescription, text: string): void;
}

/** `stop` does not act on the page. */
export type PageAction = Exclude<Action, { kind: "stop" }>;

/** @returns why the action failed, or null */
export async function perform(action: PageAction, context: PerformContext): Promise<string | null> {
  const { tabs } = context;
  const tab = tabs.active;
  tabs.opensBehind = action.kind === "click" && opensBehind(action);
  try {
    if ("ref" in action && !context.knownRefs.has(action.ref))
      return actionErrors.unknownRef(action.ref);
    switch (action.kind) {
      case "click":
        tabs.opensBehind = opensBehind(action);
        return await click(tab, action);
      case "check":
        return await check(tab, action);
      case "drag":
        return context.knownRefs.has(action.to)
          ? await drag(tab, action)
          : actionErrors.unknownRef(action.to);
      case "upload":
        return await upload(tab, action);
      case "answerDialog":
        tabs.dialogs.answerNext(action);
        return null;
      case "type":
        return await type(tab, action, context);
      case "hover":
        return await hover(tab, action.ref);
      case "select":
        return await select(tab, action.ref, action.option);
      case "press":
        return (await pressKeys(tab.session, action.keys))
          ? null
          : actionErrors.unknownKeys(action.keys);
      case "scroll":
        if (action.over !== undefined && !context.knownRefs.has(action.over))
          return actionErrors.unknownRef(action.over);
        return await scroll(tab, action);
      case "wait":
        await delay(action.ms);
        return null;
      case "goto":
        return await goto(tab, action.url, context);
      case "goBack":
        return await travel(tab, -1);
      case "goForward":
        return await travel(tab, 1);
      case "newTab":
        await tabs.activate(await tabs.open());
        return null;
      case "switchTab": {
        const wanted = tabs.all[action.index];
        if (wanted === undefined) return actionErrors.unknownTab(action.index);
        await tabs.activate(wanted);
        return null;
      }
      case "closeTab":
        await tabs.close(tab);
        return null;
    }
  } catch (error) {
    // The page navigated or closed its tab during the input. That is the effect of the action.
    if (isGone(error) || tab.isClosed) return null;
    throw error;
  }
}

async function type(
  tab: Tab,
  { ref, text, submit }: Extract<Action, { kind: "type" }>,
  context: PerformContext,
): Promise<string | null> {
  const aimed = await aim(tab, ref, (field) => context.noteTyped(field, text));
  if (typeof aimed === "string") return aimed;
  if (aimed.control === "readonly") return actionErrors.readOnly(ref);
  if (aimed.control === "picker") {
    const set = await tab.callOn(ref, setPickerValue, text);
    if (set?.value !== true) return actionErrors.valueRefused(ref, text);
  } else if (aimed.control === "text") {
    await clickAt(tab, aimed);
    if (aimed.isOfEditor) return await typeIntoEditor(tab, ref, text, submit);
    const hasContent = await tab.callOn(ref, selectContent);
    if (hasContent === null) return null;
    // As a key, a line break would be Enter and submit the form.
    const typed = aimed.isOneLine ? text.replace(/[\r\n]/g, "") : text.replace(/\r\n?/g, "\n");
    if (typed !== "") await typeText(tab.session, typed);
    else if (hasContent.value) await pressKeys(tab.session, "Delete");
  } else return actionErrors.notEditable(ref);
  if (submit) await pressKeys(tab.session, "Enter");
  return null;
}

/** An editor takes keys in a field that does not hold its text. Selects all and replaces it at once, as if pasted. */
async function typeIntoEditor(
  tab: Tab,
  ref: string,
  text: string,
  submit: boolean,
): Promise<string | null> {
  await tab.callOn(ref, focusOnly);
  await pressKeys(tab.session, "Control+a");
  if (text === "") await pressKeys(tab.session, "Delete");
  else await tab.session.send("Input.insertText", { text: text.replace(/\r\n?/g, "\n") });
  if (submit) await pressKeys(tab.session, "Enter");
  return null;
}

async function select(tab: Tab, ref: string, option: string): Promise<string | null> {
  const aimed = await aim(tab, ref);
  if (typeof aimed === "string") return aimed;
  const prepared = (await tab.callOn(ref, prepareSelect, option, SELECT_KEY))?.value;
  switch (prepared) {
    case "notSelect":
      return actionErrors.notSelect(ref);
    case "unknown":
      return actionErrors.unknownOption(ref, option);
    case "disabled":
      return actionErrors.disabledOption(ref, option);
    case "ArrowDown":
    case "ArrowUp":
      await pressKeys(tab.session, prepared);
      await tab.callOn(ref, endSelect, SELECT_KEY);
      return null;
    default:
      return null;
  }
}

/** Where a select stores its remaining work during a key press. */
const SELECT_KEY = "dreamgym.select";

async function goto(tab: Tab, url: string, context: PerformContext): Promise<string | null> {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return actionErrors.invalidUrl(url);
  if (!context.isAllowedUrl(url)) return actionErrors.outsideOrigins(url);
  await tab.navigate(parsed.href);
  return null;
}

async function travel(tab: Tab, by: -1 | 1): Promise<string | null> {
  const { currentIndex, entries } = await tab.session.send("Page.getNavigationHistory");
  const entry = entries[currentIndex + by];
  // A tab starts blank. A person would not call that a page to go back to.
  if (entry === undefined || entry.url === "about:blank")
    return by === -1 ? actionErrors.noPageBack() : actionErrors.noPageForward();
  await tab.session.send("Page.navigateToHistoryEntry", { entryId: entry.id });
  return null;
}
