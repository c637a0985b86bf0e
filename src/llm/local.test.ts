import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../core/errors.ts";
import { openLocalModel } from "./local.ts";

/** From tools/install-local-model.ts. */
const { DREAMGYM_GGUF: path, DREAMGYM_NODE_LLAMA_CPP: modulePath } = process.env;

describe("openLocalModel", () => {
  it("says that there is no file, or no package", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gguf-"));
    await expect(openLocalModel({ path: join(folder, "no.gguf") })).rejects.toThrow(ConfigError);
    writeFileSync(join(folder, "a.gguf"), "GGUF");
    await expect(
      openLocalModel({ path: join(folder, "a.gguf"), modulePath: folder }),
    ).rejects.toThrow("npm install node-llama-cpp@3.21.1");
  });
});

describe.skipIf(path === undefined)("a GGUF file (DREAMGYM_GGUF)", () => {
  it("answers, the same for the same seed, and by a schema", { timeout: 600_000 }, async () => {
    await using model = await openLocalModel({ path: path ?? "", modulePath, contextTokens: 1024 });
    const request = {
      messages: [{ role: "user", content: "What is the capital of France?" }],
      maxTokens: 12,
      temperature: 0.8,
      seed: 3,
    } as const;
    const first = await model.complete(request);
    expect(first.text).not.toBe("");
    expect(first.usage.promptTokens).toBeGreaterThan(5);
    expect((await model.complete(request)).text).toBe(first.text);
    const schema = {
      type: "object",
      properties: { verdict: { enum: ["yes", "no"] } },
      required: ["verdict"],
      additionalProperties: false,
    };
    const { text } = await model.complete({ ...request, maxTokens: 40, schema });
    expect(JSON.parse(text)).toEqual({ verdict: expect.stringMatching(/^(?:yes|no)$/u) as string });
    const union = {
      type: "object",
      properties: { pick: { anyOf: [{ const: "a" }, { type: "integer" }] } },
      required: ["pick"],
      additionalProperties: false,
    };
    const picked = await model.complete({ ...request, maxTokens: 40, schema: union });
    expect(["string", "number"]).toContain(
      typeof (JSON.parse(picked.text) as { pick: unknown }).pick,
    );
    const cut = await model.complete({ ...request, maxTokens: 2 });
    expect(cut.finish).toBe("length");
    const long = { role: "user", content: "a word ".repeat(1500) } as const;
    await expect(model.complete({ ...request, messages: [long] })).rejects.toThrow(
      "1024 tokens, got",
    );
  });
});
