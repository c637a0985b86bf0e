import { describe, expect, it } from "vitest";
import { parseHelperCall, readPageHelper, resolveUrlHelper } from "./helper-call.ts";

const call = (text: string) => {
  const parsed = parseHelperCall(text);
  if (parsed === null) throw new Error(`${text} is not a call`);
  return parsed;
};

describe("parseHelperCall", () => {
  it("reads name and arguments, and nothing that is not a plain call", () => {
    expect(call("func:f('a', \"b\", __page__)")).toEqual({
      name: "f",
      arguments: ["a", "b", "__page__"],
    });
    expect(call("func:f()")).toEqual({ name: "f", arguments: [] });
    expect(call("func:f(g(1))")).toEqual({ name: "", arguments: [] });
    expect(parseHelperCall("document.title")).toBeNull();
  });
});

describe("reddit_get_post_url", () => {
  const post = (url: string) =>
    resolveUrlHelper(call("func:reddit_get_post_url('__last_url__')"), url);

  it("keeps forum and id, and leaves other addresses alone", () => {
    expect(post("http://forum.test/f/books/12/a-title?sort=new")).toBe(
      "http://forum.test/f/books/12/",
    );
    for (const other of ["http://forum.test/f/books", "http://forum.test/u/ann/12", "not a URL"])
      expect(post(other)).toBe(other);
  });
});

describe("gitlab_get_project_memeber_role", () => {
  const row = (user: string, role: string): string =>
    `<tr><td data-label="Account"><span class="gl-avatar-labeled-sublabel">@${user}</span></td>
     <td class="col-max-role"><div><span> ${role} </span></div></td></tr>`;
  const role = (html: string, user: string) =>
    readPageHelper(call(`func:gitlab_get_project_memeber_role(__page__, '${user}')`), {
      url: "http://gitlab.test/",
      html: `<table>${html}</table>`,
    });

  it("reads the role next to the account, and nothing for a stranger", () => {
    const html = row("ann", "Owner") + row("bob", "Guest");
    expect(role(html, "bob")).toBe("Guest");
    expect(role(html, "bo")).toBe("");
    expect(role("", "ann")).toBe("");
  });

  it("is the only helper that reads a page", () => {
    expect(readPageHelper(call("func:other()"), { url: "http://x.test/", html: "" })).toBeNull();
  });
});
