import { describe, expect, it } from "vitest";
import {
  authorTask,
  BOOKS,
  borrowTask,
  visitBook,
} from "../../../test/support/recorded-library.ts";
import { createScriptedModel } from "../../llm/scripted.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { SiteLexicon } from "../curriculum/site-lexicon.ts";
import { induceTemplates, type TaskTemplate } from "../curriculum/task-template.ts";
import { createGoalProposer, type GoalFate } from "./propose-goals.ts";

const [red, cold, long, short] = BOOKS;
const lexicon = new SiteLexicon(
  new ReplayBuffer([red, cold, long].map((book) => visitBook(book, false))),
);
const seeds = [borrowTask(red, "Four weeks"), borrowTask(cold, "One week")];
const [borrow] = induceTemplates(seeds, lexicon) as [TaskTemplate];
const [author] = induceTemplates([authorTask(red), authorTask(cold)], lexicon) as [TaskTemplate];

const longGoal = borrowTask(long, "Four weeks").goal;

async function propose(template: TaskTemplate, goals: string[], values?: Map<string, number>) {
  const chat = createScriptedModel(() => JSON.stringify({ goals }));
  const fates: [string, GoalFate][] = [];
  const proposer = createGoalProposer({
    chat,
    count: 2,
    ...(values && { values }),
    onGoal: (goal, fate) => fates.push([goal, fate]),
  });
  const proposals = await proposer(template, [], lexicon);
  return { proposals, fates, prompts: chat.requests.map(({ messages }) => messages[1]?.content) };
}

describe("goals that a language model writes", () => {
  it("get the checks of their template", async () => {
    const { proposals, prompts } = await propose(borrow, [longGoal]);
    expect(proposals).toMatchObject([
      {
        kind: "reasoned",
        task: { goal: longGoal, checks: borrowTask(long, "Four weeks").checks },
      },
    ]);
    expect(prompts[0]).toContain(JSON.stringify(seeds[0]?.goal));
    expect(prompts[0]).toContain('"Long Winter"');
  });

  it("are left out if they are known, of another kind, or about things that no page explains", async () => {
    const known = seeds[0]?.goal as string;
    const { proposals, fates } = await propose(borrow, [known, "Burn all books.", longGoal]);
    expect(fates.map(([, fate]) => fate)).toEqual(["known", "other kind", "proposed"]);
    expect(proposals).toHaveLength(1);
    const unknown = await propose(author, [authorTask(short).goal]);
    expect(unknown.fates.map(([, fate]) => fate)).toEqual(["unknown"]);
  });

  it("are asked for where tasks teach, the best teachers first", async () => {
    const [first, second] = seeds.map(({ id }) => id) as [string, string];
    const none = await propose(borrow, [], new Map([first, second].map((id) => [id, 0])));
    expect(none.prompts).toEqual([]);
    const some = await propose(
      borrow,
      [],
      new Map([
        [first, 0.1],
        [second, 0.25],
      ]),
    );
    const prompt = some.prompts[0] ?? "";
    const [worse, better] = seeds.map(({ goal }) => prompt.indexOf(JSON.stringify(goal)));
    expect(better).toBeGreaterThan(-1);
    expect(better).toBeLessThan(worse ?? 0);
  });

  it("are none where nobody can read the reply", async () => {
    const chat = createScriptedModel(() => "Sure! Here are some goals.");
    expect(await createGoalProposer({ chat, count: 2 })(borrow, [], lexicon)).toEqual([]);
  });
});
