import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeByteTokenizer } from "../../../test/support/byte-tokenizer.ts";
import { BOOKS, visitBook } from "../../../test/support/recorded-library.ts";
import { FREE } from "../budget.ts";
import type { ChatMessage } from "../chat-model.ts";
import { ACTION_FORMS } from "../policy/action-forms.ts";
import { createLlmPolicy, LlmPolicyConfigSchema } from "../policy/llm-policy.ts";
import { loadChatTokenizer } from "./chat-tokenizer.ts";
import { lessonsOf } from "./demonstrations.ts";

/** Its refs are those of a long session in a browser. The policy shows shorter ones. */
const demonstration = visitBook(BOOKS[0], true);

const folder = mkdtempSync(join(tmpdir(), "demonstrations-"));
writeByteTokenizer(folder);
const tokenizer = loadChatTokenizer(folder);

describe("lessonsOf", () => {
  it.each(ACTION_FORMS)(
    "teaches the prompts that the policy asks, and replies that it reads as the shown action (%s)",
    async (actionForm) => {
      const config = LlmPolicyConfigSchema.parse({ actionForm });
      const lessons = lessonsOf(demonstration, tokenizer, config);
      expect(lessons).toHaveLength(demonstration.transitions.length);
      for (const [step, { observation, action }] of demonstration.transitions.entries()) {
        const [prompt, reply] = lessons[step]?.segments ?? [];
        const asked: (readonly ChatMessage[])[] = [];
        const policy = createLlmPolicy({
          model: {
            name: "student",
            async complete({ messages }) {
              asked.push(messages);
              return {
                text: tokenizer.decode(reply?.tokens ?? []),
                finish: "stop",
                usage: { promptTokens: 0, completionTokens: 0, cached: false },
              };
            },
          },
          config,
          seed: 1,
          price: FREE,
        });
        const history = demonstration.transitions.slice(0, step);
        const decided = await policy.act({ goal: demonstration.goal, history, observation });
        expect(decided.action).toEqual(action);
        expect("ref" in action && Number(action.ref)).toBeGreaterThan(10_000);
        expect(asked).toHaveLength(1);
        expect(tokenizer.encodeChat(asked[0] ?? [])).toEqual(prompt?.tokens);
      }
    },
  );
});
