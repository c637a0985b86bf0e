import { describe, expect, it } from "vitest";
import {
  authorTask,
  BOOKS,
  borrowTask,
  LIBRARY,
  visitBook,
} from "../../../test/support/recorded-library.ts";
import type { Task } from "../../core/task.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { findHindsightGoals } from "./hindsight.ts";
import { SiteLexicon } from "./site-lexicon.ts";
import { induceTemplates, instantiate, type TaskTemplate } from "./task-template.ts";

const [red, cold, long, short] = BOOKS;
/** The last book was never opened. */
const recorded = [red, cold, long].map((book) => visitBook(book, false));
const lexicon = new SiteLexicon(new ReplayBuffer(recorded));

function only(tasks: readonly Task[]): TaskTemplate {
  const templates = induceTemplates(tasks, lexicon);
  expect(templates).toHaveLength(1);
  return templates[0] as TaskTemplate;
}

const borrow = only([borrowTask(red, "Four weeks"), borrowTask(cold, "One week")]);

describe("induceTemplates", () => {
  it("explains addresses by links, and what a form sends by the labels of its choices", () => {
    const task = instantiate(borrow, [long.title, "Four weeks"], "other-entity", lexicon);
    expect(task).toMatchObject({
      goal: 'Borrow "Long Winter" for "Four weeks".',
      checks: borrowTask(long, "Four weeks").checks,
      startUrls: [`${LIBRARY}/`],
      templateId: 1,
    });
  });

  it("finds the values of a slot where known values stand", () => {
    expect(new Set(borrow.slots[0]?.values)).toEqual(new Set(BOOKS.map(({ title }) => title)));
    expect(borrow.slots[1]?.values).toEqual(["Four weeks", "One week"]);
  });

  it("reads answers at the place that explains the answers of siblings", () => {
    const author = only([authorTask(red), authorTask(cold)]);
    const answerOf = (title: string) =>
      instantiate(author, [title], "other-entity", lexicon)?.checks[0];
    expect(answerOf(long.title)).toMatchObject({ exactMatch: "Cleo Marsh" });
    // Nothing shows the author of a book whose page is not in the buffer.
    expect(answerOf(short.title)).toBeUndefined();
  });

  it("leaves out a template whose answers no page explains", () => {
    const wrong = (task: Task, exactMatch: string): Task => ({
      ...task,
      checks: [{ kind: "string_match", exactMatch }],
    });
    const tasks = [wrong(authorTask(red), "Zed"), wrong(authorTask(cold), "Yan")];
    expect(induceTemplates(tasks, lexicon)).toEqual([]);
    // One explained answer is not enough.
    expect(induceTemplates([authorTask(red), wrong(authorTask(cold), "Yan")], lexicon)).toEqual([]);
  });

  it("leaves out tasks without siblings, and siblings whose checks differ in structure", () => {
    expect(induceTemplates([borrowTask(red, "One week")], lexicon)).toEqual([]);
    const other = { ...borrowTask(cold, "One week"), checks: authorTask(cold).checks };
    expect(induceTemplates([borrowTask(red, "One week"), other], lexicon)).toEqual([]);
  });
});

describe("findHindsightGoals", () => {
  it("writes the goal for a request that an episode sent without being asked to", () => {
    const [goal, ...others] = findHindsightGoals(visitBook(short, true), borrow, lexicon);
    expect(others).toEqual([]);
    expect(goal?.task.goal).toBe('Borrow "Short Winter" for "Four weeks".');
    expect(goal?.task.checks).toEqual(borrowTask(short, "Four weeks").checks);
    expect(goal?.plans[0]?.map(({ action }) => action.kind)).toEqual(["click", "click", "stop"]);
  });

  it("finds nothing in an episode that did not do it", () => {
    expect(findHindsightGoals(visitBook(short, false), borrow, lexicon)).toEqual([]);
  });

  it("asks about a page that the episode opened, with the answer that it shows", () => {
    const author = only([authorTask(red), authorTask(cold)]);
    const [goal] = findHindsightGoals(visitBook(long, false), author, lexicon);
    expect(goal?.task.goal).toBe('Who wrote "Long Winter"?');
    expect(goal?.plans[0]?.at(-1)?.action).toEqual({ kind: "stop", answer: "Cleo Marsh" });
  });
});
