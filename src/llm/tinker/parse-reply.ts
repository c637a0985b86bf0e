/** Reads what a training engine answers. */

import type { z } from "zod";
import { ModelError } from "../../core/errors.ts";

/** @throws ModelError with the place of what is wrong */
export function parseReply<T>(schema: z.ZodType<T>, json: unknown, path: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ModelError(
    `Expected the training engine to answer ${path} as the Tinker API says, got a wrong ${issue?.path.join(".") ?? "reply"}: ${issue?.message}`,
  );
}
