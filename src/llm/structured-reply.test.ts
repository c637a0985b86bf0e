import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ChatReply } from "./chat-model.ts";
import { createScriptedModel, type ScriptedReply } from "./scripted.ts";
import { completeStructured } from "./structured-reply.ts";

const schema = z.object({ verdict: z.enum(["yes", "no"]), why: z.string().optional() });
const request = {
  messages: [{ role: "user", content: "Is it?" }],
  maxTokens: 20,
  temperature: 0,
} as const;

const cut: ChatReply = {
  text: '{"verdict": "y',
  finish: "length",
  usage: { promptTokens: 1, completionTokens: 20, cached: false },
};

async function complete(...replies: ScriptedReply[]) {
  const model = createScriptedModel(replies);
  const result = await completeStructured(model, request, schema).catch((error: unknown) => error);
  return { result, requests: model.requests };
}

describe("completeStructured", () => {
  it("sends the JSON schema with the request", async () => {
    const { result, requests } = await complete('{"verdict": "yes"}');
    expect(result).toMatchObject({ value: { verdict: "yes" } });
    expect(requests[0]?.schema).toMatchObject({
      properties: { verdict: { enum: ["yes", "no"] } },
      required: ["verdict"],
    });
  });

  it.each([
    ["in a fence", '```json\n{"verdict": "no"}\n```'],
    ["between sentences", 'I think {it} is so: {"verdict": "no", "why": "a } b"} Done.'],
    ["after an example", 'For example {"verdict": "yes"}. Here: {"verdict": "no"}'],
    ["in a list", '[{"verdict": "maybe"}] {"verdict": "no"}'],
  ])("finds JSON %s", async (_, reply) => {
    expect((await complete(reply)).result).toMatchObject({ value: { verdict: "no" } });
  });

  it("asks once for a repair, and says what was wrong", async () => {
    const { result, requests } = await complete('{"verdict": "maybe"}', '{"verdict": "no"}');
    expect(result).toMatchObject({ value: { verdict: "no" }, replies: { length: 2 } });
    const [, said, repair] = requests[1]?.messages ?? [];
    expect(said).toEqual({ role: "assistant", content: '{"verdict": "maybe"}' });
    expect(repair?.content).toMatch(/`verdict`.*got "maybe".*"enum":\["yes","no"\]/u);
  });

  it("says that a reply was cut", async () => {
    const { requests } = await complete(cut, '{"verdict": "no"}');
    expect(requests[1]?.messages.at(-1)?.content).toContain("was cut: be shorter");
  });

  it("gives up after the repair, and keeps the reply", async () => {
    const { result, requests } = await complete("no idea", "I refuse.");
    expect(result).toMatchObject({ code: "model", retryable: false, text: "I refuse." });
    expect(requests).toHaveLength(2);
  });
});
