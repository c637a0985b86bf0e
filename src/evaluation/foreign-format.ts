/** Task files of other benchmarks, recognised by their shape, so that one line can say what they are. */

import { z } from "zod";

const VerifiedTaskSchema = z.looseObject({
  start_urls: z.array(z.string()),
  eval: z.array(z.looseObject({ evaluator: z.string() })),
});

const FOREIGN_FORMATS: readonly { schema: z.ZodType; name: string }[] = [
  {
    schema: z.union([z.array(VerifiedTaskSchema).min(1), VerifiedTaskSchema]),
    name: "tasks in WebArena-Verified's format (`start_urls`, a list of evaluators in `eval`)",
  },
  {
    schema: z.looseObject({ task_ids: z.array(z.int()) }),
    name: "a list of task ids (`task_ids`) without tasks, as WebArena-Verified has for its subsets",
  },
];

/** What the content of a task file is, and what to do instead; null when it is none of the known formats. */
export function describeForeignFormat(data: unknown): string | null {
  const found = FOREIGN_FORMATS.find(({ schema }) => schema.safeParse(data).success);
  if (found === undefined) return null;
  return `contains ${found.name}. dreamgym reads WebArena's own configs (\`start_url\`, \`eval.eval_types\`). Use WebArena's config_files/test.raw.json, which has the same task ids, or rewrite the tasks as docs/tasks.md shows.`;
}
