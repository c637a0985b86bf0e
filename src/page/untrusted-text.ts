/**
 * Makes text from a page or an agent harmless inside a prompt. It cannot end the part that it stands in, cannot write a
 * model's control tokens, and cannot hide text from people. It stays readable: a space goes into each dangerous mark.
 */

/** Tags that prompts of this toolkit put around untrusted text. */
export type PromptTag = "page" | "history" | "answer" | "goal" | "reference";

/** Around a token in either bar: `<|im_end|>`, `<｜User｜>`. Known families: ChatML, Llama 3, DeepSeek, Phi, GLM, Harmony. */
const BAR_TOKEN = /<(?=[|｜])/gu;
/** Words that stand alone in angle brackets: Llama 2, Gemma, Qwen, Mistral and others. */
const TAG_TOKEN =
  /<(?=\/?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn|start_of_image|end_of_image|think|thinking|tool_call|tool_calls|tool_response|tools|function_calls|system|user|assistant|page|history|answer|goal|reference)\s*>)/giu;
const BRACKET_TOKEN =
  /\[(?=\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|ARGS|CALL_ID|THINK|IMG|IMG_BREAK|IMG_END|PREFIX|MIDDLE|SUFFIX)\])/gu;
/** Zero width, direction, and tag characters, with which a page can write what people do not see. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;
/** Control characters except line break and tab. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu;
/** Fences, with which models mark actions. */
const FENCE = /`{3,}/gu;

export function makeHarmless(text: string): string {
  return text
    .replace(INVISIBLE, "")
    .replace(CONTROL, " ")
    .replace(BAR_TOKEN, "< ")
    .replace(TAG_TOKEN, "< ")
    .replace(/<<(?=\/?SYS>>)/gu, "< < ")
    .replace(BRACKET_TOKEN, "[ ")
    .replace(FENCE, "'''");
}

/** The text between the tags, which it cannot close. */
export function inTags(tag: PromptTag, text: string): string {
  return `<${tag}>\n${makeHarmless(text)}\n</${tag}>`;
}
