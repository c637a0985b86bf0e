/** A small library on the web, recorded by hand: a list of books, a page for each, and a form that lends one. */

import type { PageSnapshot } from "../../src/core/site-request.ts";
import type { Task } from "../../src/core/task.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { posted, recordedTrajectory, refOf, sentForm } from "./recorded-trajectory.ts";

export const LIBRARY = "http://library.test";

export const BOOKS = [
  { title: "Red Harvest", key: "b-17", author: "Ada Finch" },
  { title: "Cold Harvest", key: "b-29", author: "Bo Rasmus" },
  { title: "Long Winter", key: "b-31", author: "Cleo Marsh" },
  { title: "Short Winter", key: "b-44", author: "Dan Okafor" },
] as const;

const page = (path: string, body: string): PageSnapshot => ({
  url: `${LIBRARY}${path}`,
  html: `<!doctype html><title>Library</title><main>${body}</main>`,
});

const HOME = page(
  "/",
  `<ul>${BOOKS.map(({ title, key }) => `<li><a href="/book/${key}">${title}</a></li>`).join("")}</ul>`,
);

type Book = (typeof BOOKS)[number];

function bookPage({ title, author, key }: Book): PageSnapshot {
  return page(
    `/book/${key}`,
    `<h1>${title}</h1><dl><dt>Author</dt><dd>${author}</dd></dl>
     <form method="post" action="/book/${key}/loan">
       <select name="weeks" aria-label="Loan"><option value="w1">One week</option><option value="w4">Four weeks</option></select>
       <button>Borrow</button>
     </form>`,
  );
}

/** Opens a book, and borrows it if asked to. */
export function visitBook(book: Book, borrows: boolean): Trajectory {
  const own = bookPage(book);
  const opened = {
    action: (observation: Trajectory["finalObservation"]) =>
      ({ kind: "click", ref: refOf(observation, "link", book.title) }) as const,
    requests: [
      {
        kind: "document" as const,
        method: "GET",
        url: own.url,
        fields: null,
        status: 200,
        redirect: null,
      },
    ],
    page: own,
  };
  const done = page("/loans", `<h1>Your loans</h1><p>${book.title}</p>`);
  const loan = posted(`${own.url}/loan`, [["weeks", "w4"]], done.url);
  return recordedTrajectory(
    `visit-${book.key}-${borrows}`,
    HOME,
    borrows ? [opened, sentForm("Borrow", loan, done)] : [opened],
  );
}

function task(id: string, templateId: number, goal: string, checks: Task["checks"]): Task {
  const startUrls = [`${LIBRARY}/`];
  return { id, goal, startUrls, sites: ["library"], maxSteps: 6, checks, templateId, world: "" };
}

export function borrowTask({ title, key }: Book, weeks: "One week" | "Four weeks"): Task {
  const postData = { weeks: weeks === "One week" ? "w1" : "w4" };
  const url = `${LIBRARY}/book/${key}/loan`;
  return task(`borrow-${key}`, 1, `Borrow "${title}" for "${weeks}".`, [
    { kind: "network_event", events: [{ present: true, method: "POST", url, postData }] },
  ]);
}

export function authorTask({ title, key, author }: Book): Task {
  return task(`author-${key}`, 2, `Who wrote "${title}"?`, [
    { kind: "string_match", exactMatch: author },
  ]);
}
