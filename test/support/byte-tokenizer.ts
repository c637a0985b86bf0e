/** A tokenizer whose tokens are bytes, and ChatML's two control tokens, as files that Hugging Face's libraries read. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const START = 256;
export const END = 257;
export const VOCABULARY = 258;

export function writeByteTokenizer(folder: string): void {
  const vocabulary = Object.fromEntries(byteLetters().map((letter, byte) => [letter, byte]));
  writeFileSync(
    join(folder, "tokenizer.json"),
    JSON.stringify({
      version: "1.0",
      added_tokens: [added(START, "<|im_start|>"), added(END, "<|im_end|>")],
      normalizer: null,
      pre_tokenizer: {
        type: "ByteLevel",
        add_prefix_space: false,
        trim_offsets: true,
        use_regex: true,
      },
      post_processor: null,
      decoder: { type: "ByteLevel" },
      model: { type: "BPE", vocab: vocabulary, merges: [] },
    }),
  );
  writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify({ eos_token: "<|im_end|>" }));
}

function added(id: number, content: string): unknown {
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return { id, content, special: true, ...plain };
}

/** GPT-2's letters for bytes. */
function byteLetters(): string[] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(isPrintable(byte) ? byte : next++),
  );
}
