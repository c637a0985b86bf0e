/**
 * A recorded episode that a dream can start from at any of its states. The browser is led through the recorded pages
 * up to that state, and the model gets the recorded session. From there on the model answers.
 */

import { transferAction } from "../../core/element-reference.ts";
import type { ExperienceModel, SessionEvent } from "../../core/experience.ts";
import type { Observation } from "../../core/observation.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import type { Trajectory, Transition } from "../../core/trajectory.ts";
import { withoutFragment } from "../../page/url-parts.ts";
import { TextBrowser } from "../../text-browser/text-browser.ts";
import type { Transport } from "../../text-browser/transport.ts";
import { type ExperienceRecord, readPages, readRecords } from "../buffer/experience-records.ts";
import { changeBetween, countNodes } from "../buffer/teacher-forcing.ts";
import { DreamTransport } from "../dream-transport.ts";

/** What a world shows after an action. */
export interface State {
  observation: Observation;
  page: PageSnapshot;
}

export interface DreamedState extends State {
  /** The dream's page lacks the element of the action, so the action was not done. */
  isMissing: boolean;
}

export interface RecordedEpisode {
  real: Trajectory;
  /** By number of actions done; undefined where no page was recorded. */
  states: readonly (State | undefined)[];
  /** The session before each action, by number of actions done. */
  sessionAt(at: number): readonly SessionEvent[];
}

export function readEpisode(real: Trajectory): RecordedEpisode {
  const session = readRecords(real).map((record) => ({
    step: record.step,
    event: { cause: whatSiteSaw(record), before: record.before, after: record.after },
  }));
  const pages = readPages(real);
  const seen = [...real.transitions.map(({ observation }) => observation), real.finalObservation];
  return {
    real,
    states: seen.map((observation, at) => {
      const page = pages[at];
      return page && { observation, page };
    }),
    sessionAt: (at) => session.filter(({ step }) => step <= at).map(({ event }) => event),
  };
}

/** Of a script that opens a page, the request: a session remembers no more. */
function whatSiteSaw(record: ExperienceRecord): SessionEvent["cause"] {
  return record.kind === "load"
    ? { kind: "request", request: record.request }
    : { kind: "event", event: record.event };
}

export interface DreamStatesOptions {
  model: ExperienceModel;
  episode: RecordedEpisode;
  /** Actions to dream from each state, at most. */
  steps: number;
  /** Origins that may be reached. */
  origins: readonly string[];
}

/**
 * Plays the next recorded actions in dreams that start at each state of an episode in turn. A list holds the dream's
 * state after each action. It is shorter than `steps` where the recording ends or the agent stops. It is null where
 * the state cannot be restored from its recording, such as one with several tabs.
 */
export async function* dreamStates(
  options: DreamStatesOptions,
): AsyncGenerator<{ at: number; dreamed: DreamedState[] | null }> {
  const { model, episode, steps, origins } = options;
  const { transitions } = episode.real;
  const stage = new Stage();
  const staged = new TextBrowser({ transport: stage, origins });
  let isOnStage = true;
  for (const at of transitions.keys()) {
    isOnStage = isOnStage && (await showState(staged, stage, episode, at));
    const state = episode.states[at];
    if (!isOnStage || state === undefined) {
      yield { at, dreamed: null };
      continue;
    }
    const branch = new Stage(new DreamTransport(model, episode.sessionAt(at)));
    branch.page = state.page;
    const browser = staged.fork(branch);
    await restoreFocus(browser, state.observation);
    branch.page = null;
    const ahead = transitions.slice(at, at + steps);
    yield { at, dreamed: isAt(browser, state) ? await dreamAhead(browser, ahead) : null };
  }
}

async function dreamAhead(
  browser: TextBrowser,
  ahead: readonly Transition[],
): Promise<DreamedState[]> {
  const dreamed: DreamedState[] = [];
  for (const { action, observation } of ahead) {
    if (action.kind === "stop") break;
    const own = transferAction(action, observation, browser.observe());
    if (own !== null) await browser.perform(own);
    dreamed.push({
      observation: browser.observe(),
      page: browser.snapshot(),
      isMissing: own === null,
    });
  }
  return dreamed;
}

/** Leads the staged browser from one recorded state to the next. @returns whether such a state can be staged at all */
async function showState(
  browser: TextBrowser,
  stage: Stage,
  { real, states }: RecordedEpisode,
  at: number,
): Promise<boolean> {
  const state = states[at];
  if (state === undefined || state.observation.tabs.length > 1) return false;
  const { url } = state.observation;
  if (!URL.canParse(url)) return false;
  stage.page = state.page;
  const last = real.transitions[at - 1]?.action;
  if (at === 0) await browser.open([url]);
  else {
    // History moves as it did; then the page of that entry becomes the recorded one.
    if (last?.kind === "goBack" || last?.kind === "goForward") await browser.perform(last);
    await browser.perform({ kind: "goto", url });
  }
  return true;
}

function isAt(browser: TextBrowser, { page, observation }: State): boolean {
  if (browser.url !== observation.url) return false;
  return changeBetween(countNodes(page), countNodes(browser.snapshot())).size === 0;
}

/** The stage swallows the click, so the element gets the focus and nothing else happens. */
async function restoreFocus(browser: TextBrowser, { nodes }: Observation): Promise<void> {
  const focused = nodes.find(({ states, depth }) => states.focused === true && depth > 0);
  if (focused === undefined) return;
  const click = { kind: "click", ref: focused.ref } as const;
  const own = transferAction(click, { nodes }, browser.observe());
  if (own !== null) await browser.perform(own);
}

/** Answers with a given page as long as there is one, and with the dream afterwards. */
class Stage implements Transport {
  readonly #dream: DreamTransport | null;
  page: PageSnapshot | null = null;

  constructor(dream: DreamTransport | null = null) {
    this.#dream = dream;
  }

  load(...[request, context]: Parameters<Transport["load"]>): ReturnType<Transport["load"]> {
    if (this.page === null && this.#dream !== null) return this.#dream.load(request, context);
    const { url, html } = this.page ?? { url: request.url, html: null };
    return { url: withoutFragment(url), status: 200, html, isStorable: true, hops: [] };
  }

  react(...[event, context]: Parameters<Transport["react"]>): ReturnType<Transport["react"]> {
    if (this.page === null && this.#dream !== null) return this.#dream.react(event, context);
    return { html: null, preventDefault: true, requests: [] };
  }
}
