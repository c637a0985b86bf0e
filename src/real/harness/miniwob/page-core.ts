/// <reference lib="dom" />
/**
 * What this toolkit asks of a MiniWoB++ page, through the names of its core script. These functions run in the page's
 * own world, since the core script lives there. The pages get them as text.
 */

/** The globals of the core script that count here. */
interface PageCore {
  core: {
    /** The timer of the running episode. Null between episodes. */
    EP_TIMER: unknown;
    EPISODE_MAX_TIME: number;
    startEpisodeReal(): void;
    endEpisode(reward: number): void;
    countdownTimer(): void;
    getUtterance(): string | { utterance: string };
  };
  /** Chooses the problem: sets what `Math.random` returns. */
  Math: { seedrandom(seed: number): void };
  WOB_TASK_READY: boolean;
  WOB_DONE_GLOBAL: boolean;
  WOB_RAW_REWARD_GLOBAL: number;
  WOB_REWARD_REASON: string | null;
}

export interface EpisodeState {
  isDone: boolean;
  /** As the page paid it, without the discount for time. */
  rawReward: number;
  /** The page's own reason. Empty if it gives none. */
  reason: string;
}

/**
 * Ends the running episode and starts the next one in the same document.
 *
 * @param limitMs the episode's time on the page's clock. Null: the page's own limit.
 * @returns the goal. Null if the page does not become ready in time.
 */
export async function startEpisode(seed: number, limitMs: number | null): Promise<string | null> {
  const READY_LOOKS = 250;
  const READY_LOOK_MS = 20;
  const STYLE_ID = "dreamgym-hidden";
  const page = globalThis as unknown as PageCore;
  const { core } = page;
  if (document.getElementById(STYLE_ID) === null) {
    // The goal is the agent's goal, and the rest is for people: rewards, the time left, and a cover to start with.
    const style = document.createElement("style");
    style.id = STYLE_ID;
    style.textContent =
      "#query { visibility: hidden !important } #reward-display, #click-canvas, #sync-task-cover { display: none !important }";
    document.head.append(style);
    core.countdownTimer = () => {};
  }
  if (core.EP_TIMER !== null) core.endEpisode(0);
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  page.Math.seedrandom(seed);
  if (limitMs !== null) core.EPISODE_MAX_TIME = limitMs;
  core.startEpisodeReal();
  for (let look = 0; !page.WOB_TASK_READY; look++) {
    if (look === READY_LOOKS) return null;
    await new Promise((resolve) => setTimeout(resolve, READY_LOOK_MS));
  }
  const said = core.getUtterance();
  return typeof said === "string" ? said : said.utterance;
}

/** Whether the document has the core script of a MiniWoB++ page, loaded and waiting to start. */
export function hasCore(): boolean {
  const { core } = globalThis as unknown as Partial<PageCore>;
  return typeof core?.startEpisodeReal === "function" && "WOB_DONE_GLOBAL" in globalThis;
}

export function readEpisode(): EpisodeState {
  const page = globalThis as unknown as PageCore;
  return {
    isDone: page.WOB_DONE_GLOBAL,
    rawReward: page.WOB_RAW_REWARD_GLOBAL,
    reason: page.WOB_REWARD_REASON ?? "",
  };
}
