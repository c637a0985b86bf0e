/**
 * WebArena's task config as a schema: the form of tasks on disk. dreamgym adds four fields: `eval.network_events`,
 * and at the top `max_steps`, `world` and `split`. All 812 public WebArena configs and the 165 of WebArena-Lite fit
 * as they are.
 */

import { z } from "zod";
import { TaskError } from "../core/errors.ts";
import { describeIssue } from "../core/schema-issues.ts";
import { describeFault, type TaskFault } from "./task-fault.ts";
import { cleanText, OR } from "./text-condition.ts";

/** Between start pages. */
export const AND = " |AND| ";

/** Starts with `__NAME__`, which stands for a site, or is absolute itself. */
const SiteUrlSchema = z
  .string()
  .min(1)
  .refine((url) => /^(__[A-Z][A-Z0-9_]*__|https?:\/\/)/u.test(url), {
    error: ({ input }) =>
      `expected a URL that starts with __SITE__, or http, got ${JSON.stringify(input)}`,
  });

/** An empty phrase occurs in every text, and so does an empty alternative of a phrase. */
const PhraseSchema = z
  .string()
  .refine((phrase) => phrase.split(OR).every((alternative) => cleanText(alternative) !== ""), {
    error: ({ input }) =>
      `expected words to look for, got ${JSON.stringify(input)}, which every text contains`,
  });

const TextConditionConfigSchema = z.strictObject({
  /** May be empty, for a form field that has to be empty. */
  exact_match: z.string().exactOptional(),
  /** WebArena-Lite writes a single phrase without a list. */
  must_include: z.union([z.array(PhraseSchema).min(1), PhraseSchema]).exactOptional(),
  /** The text `N/A` marks a task that cannot be achieved; `string_note` says why. */
  fuzzy_match: z.union([z.array(PhraseSchema).min(1), PhraseSchema]).exactOptional(),
});
export type TextConditionConfig = z.infer<typeof TextConditionConfigSchema>;

const ProgramHtmlConfigSchema = z.strictObject({
  /** `last`, a URL with placeholders, or `func:name(arguments)`, which is parsed and never evaluated. */
  url: z.union([z.literal("last"), z.string().startsWith("func:"), SiteUrlSchema], {
    error: ({ input }) =>
      `expected last, func:… or a URL that starts with __SITE__, or http, got ${JSON.stringify(input)}`,
  }),
  /** Empty for the whole page's HTML. */
  locator: z.string(),
  required_contents: TextConditionConfigSchema.refine(
    (condition) => Object.keys(condition).length > 0,
    "expected exact_match, must_include or fuzzy_match, got none of them",
  ),
  prep_actions: z.array(z.string()).exactOptional(),
});

/** A request that must, or must not, have been sent; after WebArena-Verified. */
const NetworkEventConfigSchema = z.strictObject({
  present: z.boolean().default(true),
  method: z
    .string()
    .regex(/^[A-Za-z]+$/, {
      error: ({ input }) => `expected a method like GET or POST, got ${JSON.stringify(input)}`,
    })
    .default("GET"),
  /** With placeholders; a `*` stands for one path segment. */
  url: SiteUrlSchema.refine((url) => !/[?#]/u.test(url), {
    error: ({ input }) =>
      `expected a URL without ? and #, got ${JSON.stringify(input)}: what follows the ? belongs in the field query`,
  }),
  query: z.record(z.string(), z.string()).exactOptional(),
  post_data: z.record(z.string(), z.string()).exactOptional(),
  status: z.int().exactOptional(),
  /** Only the last request with this method and URL counts, as in WebArena-Verified; otherwise any of them. */
  last_event_only: z.boolean().exactOptional(),
});

const EvalTypeSchema = z.enum(["string_match", "url_match", "program_html", "network_event"]);

const EvalConfigSchema = z
  .strictObject({
    eval_types: z.array(EvalTypeSchema).min(1),
    reference_answers: TextConditionConfigSchema.nullable().default(null),
    /** Alternatives are separated by ` |OR| `. */
    reference_url: z.string().nullable().default(null),
    program_html: z.array(ProgramHtmlConfigSchema).default([]),
    network_events: z.array(NetworkEventConfigSchema).exactOptional(),
    url_note: z.literal("GOLD in PRED").exactOptional(),
    string_note: z.string().exactOptional(),
    reference_answer_raw_annotation: z.string().exactOptional(),
    annotation_note: z.string().exactOptional(),
  })
  .superRefine((config, context) => {
    const needed = {
      string_match: ["reference_answers", Object.keys(config.reference_answers ?? {}).length > 0],
      url_match: ["reference_url", (config.reference_url ?? "") !== ""],
      program_html: ["program_html", config.program_html.length > 0],
      network_event: ["network_events", (config.network_events ?? []).length > 0],
    } as const;
    if (cleanText(config.reference_answers?.exact_match ?? "an answer") === "") {
      context.addIssue({
        code: "custom",
        path: ["reference_answers", "exact_match"],
        message:
          "expected an answer, got an empty text, which every episode without an answer would match",
      });
    }
    for (const kind of config.eval_types) {
      const [field, isGiven] = needed[kind];
      if (!isGiven) {
        context.addIssue({
          code: "custom",
          path: [field],
          message: `expected a value because eval_types contains ${kind}, got none`,
        });
      }
    }
  });

const TaskFieldsSchema = z.strictObject({
  sites: z.array(z.string()).min(1),
  task_id: z.int().min(0),
  require_login: z.boolean().default(false),
  storage_state: z.string().nullable().default(null),
  /** Start pages, one tab each, separated by ` |AND| `. */
  start_url: z.string().min(1),
  geolocation: z.null().default(null),
  /** Empty: the intent itself. */
  intent_template: z.string().default(""),
  instantiation_dict: z
    .record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))
    .default({}),
  intent: z.string().min(1),
  require_reset: z.boolean().default(false),
  eval: EvalConfigSchema,
  intent_template_id: z.int(),
  /** Ours: after this many actions the episode is truncated. */
  max_steps: z.int().min(1).exactOptional(),
  /** Ours: which world of the sites it is played in. */
  world: z.string().exactOptional(),
  /** Ours: the split it belongs to. */
  split: z.string().exactOptional(),
  /** A stray of one public task. */
  string_note: z.string().exactOptional(),
  /** WebArena-Lite: the id in WebArena. */
  old_task_id: z.int().exactOptional(),
});

/** An episode reaches only the sites that the task names, so it starts there, and its checks look there. */
export const TaskConfigSchema = TaskFieldsSchema.superRefine((task, context) => {
  const { start_url, sites, eval: config } = task;
  const check = (url: string, path: (string | number)[]): void => {
    const report = (message: string): void => context.addIssue({ code: "custom", path, message });
    const [issue] = SiteUrlSchema.safeParse(url).error?.issues ?? [];
    if (issue !== undefined) report(issue.message);
    const [, name] = /^__([A-Z0-9_]+)__/u.exec(url) ?? [];
    if (name !== undefined && !sites.includes(name.toLowerCase()))
      report(`expected one of the task's sites (${sites.join(", ")}), got __${name}__`);
  };
  for (const url of start_url.split(AND)) check(url.trim(), ["start_url"]);
  if (config.eval_types.includes("url_match"))
    for (const url of (config.reference_url ?? "").split(OR))
      check(url.trim(), ["eval", "reference_url"]);
  for (const [index, { url }] of config.program_html.entries())
    if (url.includes("://") || url.startsWith("__"))
      check(url, ["eval", "program_html", index, "url"]);
  for (const [index, { url }] of (config.network_events ?? []).entries())
    check(url, ["eval", "network_events", index, "url"]);
});
export type TaskConfig = z.infer<typeof TaskConfigSchema>;
/** As written in a file: fields with defaults may be missing. */
export type TaskConfigInput = z.input<typeof TaskConfigSchema>;

/**
 * Reads one task config from outside data.
 *
 * @param where names its place in messages: `tasks/dev.json, task 12`
 * @throws TaskError with the first faulty field, on one line
 */
export function parseTaskConfig(data: unknown, where: string): TaskConfig {
  const result = TaskConfigSchema.safeParse(data);
  if (result.success) return result.data;
  const [first = ""] = toFaults(result.error, data, where).map(describeFault);
  throw new TaskError(`${first}. Expected WebArena's task config; see docs/tasks.md.`, {
    cause: result.error,
  });
}

/** All that is wrong with a task config; empty when `parseTaskConfig` accepts it. */
export function findTaskFaults(data: unknown, where: string): TaskFault[] {
  const result = TaskConfigSchema.safeParse(data);
  return result.success ? [] : toFaults(result.error, data, where);
}

function toFaults(error: z.ZodError, data: unknown, where: string): TaskFault[] {
  return error.issues.map((issue) => ({
    where,
    field: issue.path.length === 0 ? "the task" : issue.path.map(String).join("."),
    message: describeIssue(issue, data),
  }));
}
