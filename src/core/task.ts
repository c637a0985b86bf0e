/** A task as the toolkit runs it. Its form on disk is WebArena's config schema: `evaluation/task-config.ts`. */

import { z } from "zod";
import { TaskError } from "./errors.ts";
import { reportIssues } from "./schema-issues.ts";

/** Text conditions of WebArena: all given ones must hold. */
export interface TextCondition {
  /** Equal after cleaning (trim, one pair of quotes off, lower case). */
  exactMatch?: string;
  /** Each phrase occurs, after cleaning; ` |OR| ` inside a phrase separates alternatives. */
  mustInclude?: string[];
  /** Needs a judge; without one the check is unscored. */
  fuzzyMatch?: string[];
}

/** One check of a task, as data. All checks of a task must pass (WebArena: score is their product). */
export type Check =
  | ({
      kind: "string_match";
      /** Why the task cannot be achieved, for a judge of the agent's own reason; given with the reference `N/A`. */
      note?: string;
    } & TextCondition)
  | {
      kind: "url_match";
      /** Absolute URLs; one of them must match the final URL. */
      urls: string[];
    }
  | {
      kind: "program_html";
      targets: {
        /** `last` (the final page), an absolute URL, opened after the episode, or WebArena's `func:name(arguments)`. */
        url: string;
        /** WebArena's locator text (`document.querySelector('…').outerText`), or empty for the whole page's HTML. */
        locator: string;
        required: TextCondition;
        /** Clicks that WebArena's harness makes before it looks. We make none: such a target is unscored. */
        prepActions?: string[];
      }[];
    }
  | {
      kind: "network_event";
      /** Each must have been sent during the episode (`present: true`), or never (`present: false`). */
      events: NetworkExpectation[];
    };

/** A request that must, or must not, have been sent; after WebArena-Verified's NetworkEventEvaluator. */
export interface NetworkExpectation {
  present: boolean;
  method: string;
  /** Absolute URL without query; a `*` stands for one path segment. */
  url: string;
  /** Query parameters that must be there with these values; others are ignored. */
  query?: Record<string, string>;
  /** Form fields (or top-level JSON fields) that must be there with these values; others are ignored. */
  postData?: Record<string, string>;
  /**
   * HTTP status of the response, after no redirect; absent: any below 400, and where the request must never have been
   * sent also 500 and above, or no answer at all: what it did is not known.
   */
  status?: number;
  /** Of the requests with this method and URL only the last counts (WebArena-Verified's default); else any of them. */
  lastEventOnly?: boolean;
}

export interface Task {
  id: string;
  /** WebArena's `intent`. All that a policy is told. */
  goal: string;
  /** Absolute URLs, one tab each; the first becomes current. */
  startUrls: string[];
  /** Site names (`shopping`, `reddit`, …): which sites may be reached. */
  sites: string[];
  /** After this many actions the episode is truncated. */
  maxSteps: number;
  checks: Check[];
  /** WebArena's `intent_template_id`: results are clustered by it. */
  templateId: number;
  /** Which world of the sites it is played in: `A`, `B`, …; empty for a site without worlds. */
  world: string;
}

/** What every world relies on. The insides of a check are the evaluator's: what it cannot read it leaves unscored. */
export const TaskSchema = z.object({
  id: z.string().min(1),
  goal: z.string(),
  startUrls: z.array(z.string()),
  sites: z.array(z.string()),
  maxSteps: z.int().min(1),
  checks: z.array(
    z.looseObject({ kind: z.enum(["string_match", "url_match", "program_html", "network_event"]) }),
  ),
  templateId: z.int(),
  world: z.string(),
});

/** The door for tasks that were made in code. @throws TaskError that names the first one which does not fit */
export function assertTasks(tasks: readonly Task[]): void {
  for (const [index, task] of tasks.entries()) {
    const { error } = TaskSchema.safeParse(task);
    if (error === undefined) continue;
    const name = typeof task?.id === "string" ? `task "${task.id}"` : `task ${index + 1}`;
    throw new TaskError(
      `Expected a task as the type Task describes it, got another form of ${name} of ${tasks.length}: ${reportIssues(error, task)}. A task in WebArena's schema goes through toTask first.`,
    );
  }
}
