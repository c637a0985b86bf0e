/** A task as the toolkit runs it. On disk, tasks use WebArena's config schema: `evaluation/task-config.ts`. */

import { z } from "zod";
import { TaskError } from "./errors.ts";
import { reportIssues } from "./schema-issues.ts";

/** WebArena's text conditions. All given conditions must hold. */
export interface TextCondition {
  /** Equal after cleaning (trim, remove one pair of quotes, lower case). */
  exactMatch?: string;
  /** Each phrase occurs, after cleaning. ` |OR| ` inside a phrase separates alternatives. */
  mustInclude?: string[];
  /** Needs a judge. Without one the check is unscored. */
  fuzzyMatch?: string[];
}

/** One check of a task, as data. All checks of a task must pass (WebArena: the score is their product). */
export type Check =
  | ({
      kind: "string_match";
      /** Why the task is not achievable. A judge compares the agent's own reason. Given with the reference `N/A`. */
      note?: string;
    } & TextCondition)
  | {
      kind: "url_match";
      /** Absolute URLs. The final URL must match one of them. */
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
        /** Clicks that WebArena's harness makes before it looks. This toolkit makes none: such a target is unscored. */
        prepActions?: string[];
      }[];
    }
  | {
      kind: "network_event";
      /** The episode must have sent each (`present: true`), or none of them (`present: false`). */
      events: NetworkExpectation[];
    };

/** A request that the episode must, or must not, send. After WebArena-Verified's NetworkEventEvaluator. */
export interface NetworkExpectation {
  present: boolean;
  method: string;
  /** Absolute URL without query. A `*` matches one path segment. */
  url: string;
  /** Query parameters that must have these values. Others are ignored. */
  query?: Record<string, string>;
  /** Form fields (or top-level JSON fields) that must have these values. Others are ignored. */
  postData?: Record<string, string>;
  /**
   * HTTP status of the response, without redirects. If absent, any status below 400 matches. For a request that must
   * never be sent, 500 and above or no answer also match, since their effect is unknown.
   */
  status?: number;
  /** Whether only the last request with this method and URL counts (WebArena-Verified's default), or any of them. */
  lastEventOnly?: boolean;
}

export interface Task {
  id: string;
  /** WebArena's `intent`. A policy sees nothing else of the task. */
  goal: string;
  /** Absolute URLs, one tab each. The first tab becomes active. */
  startUrls: string[];
  /** Site names (`shopping`, `reddit`, …): the sites that the agent may reach. */
  sites: string[];
  /** The episode is truncated after this many actions. */
  maxSteps: number;
  checks: Check[];
  /** WebArena's `intent_template_id`. Results are clustered by it. */
  templateId: number;
  /** The world of the sites: `A`, `B`, …. Empty for a site without worlds. */
  world: string;
}

/** The fields that every world relies on. The evaluator reads a check's contents and leaves unknown ones unscored. */
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

/** Validates tasks that were made in code. @throws TaskError that names the first one that does not fit */
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
