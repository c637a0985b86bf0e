import { describe, expect, it } from "vitest";
import { posted, recordedTrajectory, sentForm } from "../../../test/support/recorded-trajectory.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { RetrievalModel } from "./retrieval-model.ts";

const SITE = "http://letters.test";
const STAR = `${SITE}/star`;

/** Two folders with the same form, and the site's page after it, which depends on the folder alone. */
const folder = (name: string): PageSnapshot => ({
  url: `${SITE}/${name}`,
  html:
    `<!doctype html><html><head><title>${name}</title></head><body><h1>${name}</h1>` +
    '<form method="post" action="/star"><input type="hidden" name="letter" value="1"><button>Star</button></form></body></html>',
});
const said = (name: string): PageSnapshot => ({
  url: `${SITE}/said/${name}`,
  html: `<!doctype html><html><head><title>${name}</title></head><body><p>${name}</p></body></html>`,
});
const star = (from: string, letter: string, answer: string) =>
  recordedTrajectory(`${from} ${letter}`, folder(from), [
    sentForm("Star", posted(STAR, [["letter", letter]], said(answer).url), said(answer)),
  ]);

describe("the target of a form", () => {
  const model = new RetrievalModel({
    buffer: new ReplayBuffer([
      star("inbox", "1", "thanks"),
      star("inbox", "2", "thanks"),
      star("archive", "3", "sorry"),
      star("archive", "4", "sorry"),
    ]),
  });
  const ask = (from: string) =>
    model.predict({
      session: [],
      page: folder(from),
      cause: { kind: "request", request: { method: "POST", url: STAR, fields: [["letter", "9"]] } },
    });

  it("is the recorded target when the form was sent from the same page", () => {
    expect(ask("archive").evidence[0]).toMatch(/^archive/u);
    expect(ask("inbox").evidence[0]).toMatch(/^inbox/u);
  });
});
