/** `render_<task>.html` of WebArena: the text of each page and the action that its agent chose there. */

import { readFileSync } from "node:fs";
import { load } from "cheerio";
import { RecordingError } from "../../../core/errors.ts";
import type { Observation } from "../../../core/observation.ts";
import type { Transition } from "../../../core/trajectory.ts";
import { readWebArenaText } from "../../../page/read-webarena-text.ts";
import { readAction } from "./atif.ts";
import { type ImportFormat, toTrajectory } from "./import-format.ts";

export const webarenaFormat: ImportFormat = {
  summary: "render_<task>.html of WebArena",
  lacks: "HTML pages, requests and scores",
  fits: (path) => /render_[^/\\]*\.html$/u.test(path),
  read(path) {
    const $ = load(readFileSync(path, "utf8"));
    const losses: string[] = [];
    const pages = $(".state_obv").toArray();
    if (pages.length === 0)
      throw new RecordingError(
        `Expected a render_*.html of WebArena in ${path}, got HTML without an element of class state_obv.`,
      );
    const config = readConfig($("body > pre").first().text());
    const urls = $("h3.url").toArray();
    const transitions: Transition[] = [];
    let observation: Observation = EMPTY;
    pages.forEach((page, at) => {
      const text = $(page).children("pre").first().text();
      const { nodes, titles } = readWebArenaText(text);
      observation = {
        url: $(urls[at])
          .text()
          .replace(/^URL: /u, "")
          .trim(),
        title: nodes[0]?.name ?? titles[0] ?? "",
        nodes,
        tabs: [],
        ...(nodes.length === 0 && { text }),
        lastActionError: null,
      };
      const action = chosenAction((selector) => $(".predict_action").eq(at).find(selector).text());
      if (action === null) losses.push("A step whose action nobody can read is left out.");
      else
        transitions.push({
          observation,
          action: action.action,
          reward: 0,
          requests: [],
          ...action.thought,
        });
    });
    const taskId = config["task_id"] ?? /render_([^/\\]*)\.html$/u.exec(path)?.[1] ?? "";
    const trajectory = toTrajectory({
      path,
      taskId,
      goal: config["intent"] ?? "",
      source: "real",
      actor: "webarena",
      transitions,
      finalObservation: observation,
    });
    return { trajectory, losses };
  },
};

const EMPTY: Observation = {
  url: "about:blank",
  title: "",
  nodes: [],
  tabs: [],
  lastActionError: null,
};

/** The agent's own words first: the parsed form describes the element after the action. */
function chosenAction(
  textOf: (selector: string) => string,
): { action: Transition["action"]; thought: { thought?: string } } | null {
  const raw = textOf(".raw_parsed_prediction pre");
  const parsed = textOf(".parsed_action pre").replace(/ where \[?\d+\]? is [\s\S]*$/u, "");
  const action = readAction(raw) ?? readAction(parsed);
  if (action === null) return null;
  const thought = raw.replace(/```[\s\S]*$/u, "").trim();
  return { action, thought: raw.includes("```") && thought !== "" ? { thought } : {} };
}

/** Lines of `key: value`. */
function readConfig(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+): (.*)$/gmu)].map(([, key = "", value = ""]) => [key, value]),
  );
}
