/** Pairs of episodes for preference learning. Episodes are kept until the end: a pair may lie anywhere in a run. */

import { join } from "node:path";
import type { Trajectory } from "../../../core/trajectory.ts";
import { writeFileWhole } from "../../../store/run-folder.ts";
import { toPreferenceRow } from "./chat-messages.ts";
import type { ExportFormat } from "./export-format.ts";
import { outcomeOf } from "./outcome.ts";

export const openPreferences: ExportFormat["open"] = (out) => {
  const byTask = new Map<string, { good: Trajectory[]; bad: Trajectory[] }>();
  return {
    add({ trajectory }) {
      const outcome = outcomeOf(trajectory);
      if (outcome !== "success" && outcome !== "failure")
        return ["An episode without a score is left out."];
      const own = byTask.get(trajectory.taskId) ?? { good: [], bad: [] };
      byTask.set(trajectory.taskId, own);
      (outcome === "success" ? own.good : own.bad).push(withoutPages(trajectory));
      return [];
    },
    end() {
      const rows = [...byTask.values()].flatMap(({ good, bad }) =>
        good.flatMap((better) => bad.flatMap((worse) => toPreferenceRow(better, worse) ?? [])),
      );
      const path = join(out, "preferences.jsonl");
      writeFileWhole(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      return [path];
    },
  };
};

function withoutPages({ finalPage: _last, ...trajectory }: Trajectory): Trajectory {
  const transitions = trajectory.transitions.map(({ page: _page, ...rest }) => rest);
  return { ...trajectory, transitions };
}
