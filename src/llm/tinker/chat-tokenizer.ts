/**
 * Messages as token ids and back, with the tokenizer of the model that the engine trains. Only the chat template writes
 * control tokens: the texts of messages come from web pages, and a control token that a page spells is plain text.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Template } from "@huggingface/jinja";
import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { ConfigError } from "../../core/errors.ts";
import type { ChatMessage } from "../chat-model.ts";

export interface ChatTokenizer {
  /** Ids of tokens that end a reply. */
  readonly stopIds: readonly number[];
  /**
   * The prompt that asks for the next message.
   *
   * @param verbatim ids of a message that the model itself wrote, so that they are not encoded again
   */
  encodeChat(
    messages: readonly ChatMessage[],
    verbatim?: (message: ChatMessage) => readonly number[] | undefined,
  ): number[];
  /** Text that may hold anything. */
  encodeText(text: string): number[];
  /** Without control tokens. */
  decode(ids: readonly number[]): string;
}

const AddedTokenSchema = z.looseObject({
  id: z.int(),
  content: z.string(),
  special: z.boolean().optional(),
});
const TokenizerFileSchema = z.looseObject({ added_tokens: z.array(AddedTokenSchema).default([]) });
const tokenText = z
  .union([z.string(), z.looseObject({ content: z.string() }), z.null()])
  .optional();
const ConfigFileSchema = z.looseObject({
  chat_template: z
    .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))])
    .nullish(),
  eos_token: tokenText,
  bos_token: tokenText,
});

/** For a model without a template that has ChatML's tokens. */
const CHATML =
  "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
/** Stands for the text of a message while the template is rendered. No page can write it: the texts are not there yet. */
const MARK = /\uE000(\d+)\uE001/u;

/**
 * @param folder with `tokenizer.json` and `tokenizer_config.json`, the same files that the engine loads. @throws
 * ConfigError
 */
export function loadChatTokenizer(folder: string): ChatTokenizer {
  const file = TokenizerFileSchema.parse(readJson(folder, "tokenizer.json"));
  const config = ConfigFileSchema.parse(readJson(folder, "tokenizer_config.json"));
  const trusted = new Tokenizer(file, config);
  const special = new Set(file.added_tokens.map(({ id }) => id));
  const untrusted = new Tokenizer({ ...file, added_tokens: [] }, config);
  const template = new Template(findTemplate(folder, config, file));
  const endToken = textOf(config.eos_token);
  const encode = (tokenizer: Tokenizer, text: string): number[] =>
    text === "" ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids;
  const encodeText = (text: string): number[] => {
    const ids = encode(untrusted, text);
    if (!ids.some((id) => special.has(id))) return ids;
    // A vocabulary that also knows the token as a word: letter by letter it cannot be spelled.
    return Array.from(text).flatMap((letter) =>
      encode(untrusted, letter).filter((id) => !special.has(id)),
    );
  };
  return {
    stopIds: file.added_tokens
      .filter(({ content }) => content === endToken || ENDS.has(content))
      .map(({ id }) => id),
    encodeText,
    decode(ids) {
      const plain = ids.filter((id) => !special.has(id));
      return plain.length === 0
        ? ""
        : trusted.decode(plain, { clean_up_tokenization_spaces: false });
    },
    encodeChat(messages, verbatim = () => undefined) {
      const rendered = template.render({
        messages: messages.map(({ role }, index) => ({ role, content: `\uE000${index}\uE001` })),
        add_generation_prompt: true,
        bos_token: textOf(config.bos_token),
        eos_token: endToken,
      });
      // A split by a pattern with a group gives template text and message number in turn.
      const pieces = rendered.split(MARK);
      const ids: number[] = [];
      for (const [index, piece] of pieces.entries()) {
        if (index % 2 === 0) {
          const next = encode(trusted, piece);
          // The reply ended with the token that the template writes after it.
          ids.push(
            ...(next[0] !== undefined && special.has(next[0]) && ids.at(-1) === next[0]
              ? next.slice(1)
              : next),
          );
          continue;
        }
        const message = messages[Number(piece)] as ChatMessage;
        ids.push(...(verbatim(message) ?? encodeText(message.content)));
      }
      return ids;
    },
  };
}

/** Ends of a turn in families whose end of text is another token. */
const ENDS: ReadonlySet<string> = new Set(["<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>"]);

const textOf = (token: z.infer<typeof tokenText>): string =>
  typeof token === "string" ? token : (token?.content ?? "");

function findTemplate(
  folder: string,
  { chat_template: template }: z.infer<typeof ConfigFileSchema>,
  { added_tokens: added }: z.infer<typeof TokenizerFileSchema>,
): string {
  if (typeof template === "string") return template;
  const named = template?.find(({ name }) => name === "default") ?? template?.[0];
  if (named !== undefined) return named.template;
  try {
    return readFileSync(join(folder, "chat_template.jinja"), "utf8");
  } catch {
    if (added.some(({ content }) => content === "<|im_start|>")) return CHATML;
    throw new ConfigError(
      `Expected a chat template in ${folder}, got none. Add chat_template to tokenizer_config.json, or a file chat_template.jinja.`,
    );
  }
}

function readJson(folder: string, name: string): unknown {
  const path = join(folder, name);
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch (error) {
    throw new ConfigError(
      `Expected the tokenizer of the engine's base model in ${path}, got "${(error as Error).message}". Name the folder that holds tokenizer.json and tokenizer_config.json with --tokenizer.`,
      { cause: error },
    );
  }
}
