/** Reads a server's list of models. The length of the context has another name on each server. */

import { z } from "zod";

const count = z.int().positive().nullish().catch(null);
const ModelSchema = z.looseObject({
  id: z.string(),
  /** vLLM, SGLang. */
  max_model_len: count,
  /** OpenRouter, Together, Groq. */
  context_length: count,
  context_window: count,
  /** llama.cpp. */
  meta: z.looseObject({ n_ctx: count, n_ctx_train: count }).nullish().catch(null),
});

/** Of the model with this name; of the only one, where a server ignores names. Null where it is not said. */
export function readContextLength(models: readonly unknown[], name: string): number | null {
  const parsed = models.flatMap((model) => {
    const { data } = ModelSchema.safeParse(model);
    return data === undefined ? [] : [data];
  });
  const found =
    parsed.find(({ id }) => id === name) ?? (parsed.length === 1 ? parsed[0] : undefined);
  if (found === undefined) return null;
  const { max_model_len: most, context_length: length, context_window: window, meta } = found;
  return most ?? length ?? window ?? meta?.n_ctx ?? meta?.n_ctx_train ?? null;
}
