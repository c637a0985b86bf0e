/** `dreamgym evaluate --agent llm` in Chromium, against a server that speaks OpenAI's protocol. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Answer, says, startChatServer } from "../support/chat-server.ts";
import { startPageServer } from "../support/page-server.ts";
import { runCli } from "../support/run-cli.ts";
import { config } from "../support/task-configs.ts";

/** Types into the field that the page shows, then reads what the page's script made of it. */
const agent: Answer = (call, response) => {
  const prompt = call.body.messages.at(-1)?.content ?? "";
  const result = /StaticText 'Price: (.+?)'/u.exec(prompt)?.[1];
  const field = /\[(\d+)\] textbox 'Product'/u.exec(prompt)?.[1] ?? "";
  const reply =
    result === undefined
      ? `{"thought": "I look it up.", "action": {"name": "type", "arguments": {"id": "${field}", "text": "kettle", "submit": false}}}`
      : `{"thought": "There it is.", "action": {"name": "stop", "arguments": {"answer": "${result}"}}}`;
  return says(reply)(call, response);
};

it("plays a page with a script by tool calls", { timeout: 60_000 }, async () => {
  await using shop = await startPageServer({
    "/": `<title>Shop</title><label>Product <input id=p></label><p id=r></p>
<script>p.oninput = () => { r.textContent = p.value === "kettle" ? "Price: 12.50" : ""; };</script>`,
  });
  await using server = await startChatServer(agent);
  const folder = mkdtempSync(join(tmpdir(), "evaluate-llm-"));
  const tasks = join(folder, "tasks.json");
  writeFileSync(tasks, JSON.stringify([{ ...config({}), split: "dev" }]));
  const { code, result } = await runCli(
    ..."evaluate --split dev --browsers 1 --agent llm --model test --action-form json --json".split(
      " ",
    ),
    "--site",
    `shopping=http://${shop.address}`,
    "--tasks",
    tasks,
    "--endpoint",
    server.url,
    "--out",
    join(folder, "run"),
  );
  expect(code).toBe(0);
  expect(JSON.parse(result)).toMatchObject({
    success: { mean: 1, n: 1 },
    cost: { steps: 2, inputTokens: 20, outputTokens: 10 },
  });
  expect(server.calls[0]?.body["response_format"]).toMatchObject({ type: "json_schema" });
});
