/** One tab: its protocol session, its loads, and calls into its page. */

import type { CDPSession, Page } from "playwright";
import type { BlobBodies } from "./blob-bodies.ts";
import type { ChangeSignal } from "./change-signal.ts";
import { ClickListeners } from "./click-listeners.ts";
import { FrameLoads } from "./frame-loads.ts";
import { callSource, methodSource, nodesSource } from "./in-page/in-page-source.ts";
import type { QuietPage } from "./in-page/quiet-watch.ts";
import { IsolatedWorlds } from "./isolated-worlds.ts";
import { QUIET_EXPRESSION, WATCH_SOURCE } from "./quiet-source.ts";
import { setWindowSize, whileDrawn } from "./window-size.ts";
import { callWithoutStack } from "./without-stack.ts";

/** What the protocol keeps for questions about bodies. Answers are read elsewhere. */
const KEPT_BYTES = { maxTotalBufferSize: 20_000_000, maxResourceBufferSize: 10_000_000 };

/** If a page fails to load, Chromium shows its own error page with this URL. */
const ERROR_PAGE = "chrome-error:";

/** Who is in front of a window. */
export interface Audience {
  /** It is painted in full: for a person, a video, or a series of pictures. */
  isSeen?: boolean;
  /** A person answers its dialogs and file choosers. */
  isHandled?: boolean;
}

export class Tab {
  readonly page: Page;
  readonly session: CDPSession;
  readonly clickListeners: ClickListeners;
  readonly #changed: ChangeSignal;
  /** As of the last time the tab was quiet. */
  title = "";
  url = "about:blank";
  /** Field values that are not secrets, as far as the page can see them. */
  plainValues: ReadonlySet<string> = new Set();
  /** The URL of a failed load, until the agent has seen it. */
  failedUrl: string | null = null;
  /** Chromium's error code for the last requested load. Empty if the load succeeded. */
  failure = "";
  isClosed = false;
  /** The tab whose page opened this one. Null if the agent opened it. */
  opener: Tab | null = null;
  /** Whether it opened behind the current tab and has not reported its address and title yet. */
  isUnread = false;
  /** How many pages it has shown. */
  pages = 0;
  /** Origins shown since the tab's session storage was last empty, including frames. */
  readonly visitedOrigins = new Set<string>();
  readonly childFrames = new Set<string>();
  /** Refs of elements last seen in child frames, with their frame. */
  frameOf: ReadonlyMap<string, string> = new Map();
  readonly #loads: FrameLoads;
  readonly #worlds: IsolatedWorlds;
  readonly #awaitedWindows: NodeJS.Timeout[] = [];
  readonly #isSeen: boolean;
  #mainFrameId = "";
  #unreachableUrl: string | null = null;

  private constructor(page: Page, session: CDPSession, changed: ChangeSignal, isSeen: boolean) {
    this.page = page;
    this.session = session;
    this.clickListeners = new ClickListeners(session);
    this.#changed = changed;
    this.#isSeen = isSeen;
    this.#loads = new FrameLoads(session, changed);
    this.#worlds = new IsolatedWorlds(session);
  }

  static async open(
    page: Page,
    changed: ChangeSignal,
    bodies: BlobBodies,
    { isSeen = false, isHandled = false }: Audience = {},
  ): Promise<Tab> {
    const session = callWithoutStack(await page.context().newCDPSession(page));
    const tab = new Tab(page, session, changed, isSeen);
    tab.#listen();
    bodies.watch(session);
    const [tree] = await Promise.all([
      session.send("Page.getFrameTree"),
      session.send("Page.enable"),
      session.send("Network.enable", KEPT_BYTES),
      session.send("Page.addScriptToEvaluateOnNewDocument", { source: WATCH_SOURCE }),
      isSeen ? null : setWindowSize(session),
      // A file chooser that nobody answers would stay open.
      session.send("Page.setInterceptFileChooserDialog", { enabled: !isHandled }),
      // The window existed before the session, so its document gets the watch late.
      session.send("Runtime.evaluate", { expression: WATCH_SOURCE }).catch(() => null),
    ]);
    tab.#mainFrameId = tree.frameTree.frame.id;
    tab.#noteFailure(tree.frameTree.frame);
    for (const child of tree.frameTree.childFrames ?? []) tab.childFrames.add(child.frame.id);
    return tab;
  }

  get mainFrameId(): string {
    return this.#mainFrameId;
  }

  get isLoading(): boolean {
    return this.#loads.isLoading;
  }

  /** Whether windows that this page requested have not opened yet. */
  get awaitsWindow(): boolean {
    return this.#awaitedWindows.length > 0;
  }

  /** One of the requested windows has opened, or never will. */
  takeWindow(): void {
    clearTimeout(this.#awaitedWindows.shift());
    this.#changed.fire();
  }

  /** For a window whose load started before its session existed. */
  awaitLoad(state: "domcontentloaded" | "load"): void {
    const end = this.#loads.begin(this.#mainFrameId);
    this.page.waitForLoadState(state, { timeout: 0 }).then(end, end);
  }

  /** Marks running loads: nobody waits for them again. */
  stopWaiting(): void {
    this.#loads.clear();
    while (this.awaitsWindow) this.takeWindow();
  }

  async navigate(url: string): Promise<void> {
    const { errorText } = await this.session.send("Page.navigate", { url });
    this.failure = errorText ?? "";
  }

  /** Waits until the page's scripts finish their immediate work. Null if the page went away meanwhile. */
  async quiet(): Promise<QuietPage | null> {
    try {
      const { result, exceptionDetails } = await this.session.send("Runtime.evaluate", {
        expression: QUIET_EXPRESSION,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails !== undefined) return null;
      const page = result.value as QuietPage;
      this.title = page.title;
      const secretValues = new Set(page.secretValues);
      const plain = page.plainValues.filter((value) => !secretValues.has(value));
      this.plainValues = new Set(plain.map((value) => value.replace(/\s+/gu, " ").trim()));
      this.url = page.url.startsWith(ERROR_PAGE) ? (this.#unreachableUrl ?? page.url) : page.url;
      return page;
    } catch {
      return null;
    }
  }

  /** Calls a function of `in-page/` on a DOM node, in an isolated world like `callWithNodes`. Null if the node is gone. */
  async callOn<Arguments extends unknown[], Result>(
    ref: string,
    inPage: (target: Node, ...values: Arguments) => Result,
    ...values: Arguments
  ): Promise<{ value: Result } | null> {
    try {
      const { object } = await this.session.send("DOM.resolveNode", {
        backendNodeId: Number(ref),
        executionContextId: await this.#worlds.of(this.frameOf.get(ref) ?? this.#mainFrameId),
      });
      const { result, exceptionDetails } = await this.session.send("Runtime.callFunctionOn", {
        objectId: object.objectId ?? "",
        functionDeclaration: methodSource(inPage),
        arguments: values.map((value) => ({ value })),
        returnByValue: true,
      });
      if (exceptionDetails !== undefined)
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return { value: result.value as Result };
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  }

  /**
   * Calls a function of `in-page/` in an isolated world, where the page cannot change the built-ins.
   *
   * @param where the document to call it in, null for the tab's own, and nodes of it. They are the last argument, null
   * where they are gone
   */
  async callWithNodes<Arguments extends unknown[], Result>(
    where: { frameId: string | null; nodes: readonly string[] },
    inPage: (...values: [...Arguments, readonly (Node | null)[]]) => Result,
    ...values: Arguments
  ): Promise<Result> {
    const executionContextId = await this.#worlds.of(where.frameId ?? this.#mainFrameId);
    const resolve = async (ref: string): Promise<{ objectId: string } | { value: null }> => {
      const wanted = { backendNodeId: Number(ref), executionContextId };
      try {
        const { object } = await this.session.send("DOM.resolveNode", wanted);
        return { objectId: object.objectId ?? "" };
      } catch (error) {
        if (isGone(error)) return { value: null };
        throw error;
      }
    };
    const { result, exceptionDetails } = await this.session.send("Runtime.callFunctionOn", {
      executionContextId,
      functionDeclaration: nodesSource(inPage, ...values),
      arguments: await Promise.all(where.nodes.map(resolve)),
      returnByValue: true,
    });
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as Result;
  }

  /** Creates that world in the page, so that the next action need not wait for it. */
  async prepareWorld(): Promise<void> {
    // A page that goes away meanwhile gets its world later.
    await this.#worlds.of(this.#mainFrameId).catch(() => null);
  }

  /** Value of an expression in that world. `failure` is the exception that it threw, or null. */
  async evaluateIsolated(expression: string): Promise<{ value?: unknown; failure: string | null }> {
    return await this.#evaluate(expression, await this.#worlds.of(this.#mainFrameId));
  }

  /** Calls a self-contained function in the page's own world, where the page's variables are. Awaits its result. */
  async callPage<Arguments extends unknown[], Result>(
    inPage: (...values: Arguments) => Result,
    ...values: Arguments
  ): Promise<Awaited<Result>> {
    const { value, failure } = await this.#evaluate(callSource(inPage, ...values));
    if (failure !== null) throw new Error(failure);
    return value as Awaited<Result>;
  }

  async #evaluate(
    expression: string,
    contextId?: number,
  ): Promise<{ value?: unknown; failure: string | null }> {
    const { result, exceptionDetails } = await this.session.send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
      ...(contextId !== undefined && { contextId }),
    });
    if (exceptionDetails === undefined) return { value: result.value, failure: null };
    return { failure: exceptionDetails.exception?.description ?? exceptionDetails.text };
  }

  /** The window as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.whileDrawn(() => this.session.send("Page.captureScreenshot"));
    return Buffer.from(data, "base64");
  }

  /** Paints the whole window during the call, if it is not painted anyway. */
  async whileDrawn<T>(body: () => Promise<T>): Promise<T> {
    return this.#isSeen ? await body() : await whileDrawn(this.session, body);
  }

  #listen(): void {
    const { session } = this;
    session.on("Page.frameAttached", ({ frameId }) => this.childFrames.add(frameId));
    session.on("Page.frameDetached", ({ frameId }) => this.childFrames.delete(frameId));
    session.on("Page.frameNavigated", ({ frame }) => {
      if (frame.securityOrigin.startsWith("http")) this.visitedOrigins.add(frame.securityOrigin);
      if (frame.parentId !== undefined) return;
      this.#mainFrameId = frame.id;
      this.pages++;
      this.#noteFailure(frame);
    });
    session.on("Page.windowOpen", () => {
      this.#awaitedWindows.push(setTimeout(() => this.takeWindow(), LATEST_WINDOW_MS));
    });
    this.page.on("close", () => {
      this.isClosed = true;
      this.#changed.fire();
    });
  }

  #noteFailure({ unreachableUrl }: { unreachableUrl?: string }): void {
    this.#unreachableUrl = unreachableUrl ?? null;
    this.failedUrl = this.#unreachableUrl;
  }
}

/** A window whose document is loading counts as a request. A window without a document (204) never opens. */
const LATEST_WINDOW_MS = 1_000;

/** Whether a protocol error says that a node, its document or its tab is gone, and not that something is broken. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof Error &&
    /No node with given id|No frame for given id|Could not find node|does not belong to the document|context was destroyed|Cannot find context|Node with given id|Inspected target navigated/i.test(
      error.message,
    )
  );
}
