import { describe, expect, it } from "vitest";
import { KnownSecrets } from "../../page/known-secrets.ts";
import { parseFormFields as parse } from "./form-fields.ts";

/** With what was typed as a secret, if anything was. */
function parseFormFields(contentType: string, body: string | null, typed = "") {
  const secrets = new KnownSecrets();
  secrets.addTyped(typed);
  return parse(contentType, body, secrets.maskField);
}

describe("parseFormFields", () => {
  it("reads urlencoded fields in order, repeated ones too", () => {
    expect(parseFormFields("application/x-www-form-urlencoded", "b=1+2&a=%26&b=3")).toEqual([
      ["b", "1 2"],
      ["a", "&"],
      ["b", "3"],
    ]);
  });

  it("reads multipart fields, without the content of files", () => {
    const body =
      '--x\r\nContent-Disposition: form-data; name="say ""\r\n\r\ntwo\r\nlines\r\n' +
      '--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nDATA\r\n--x--\r\n';
    const quoted = body.replace('say "', "say %22");
    expect(parseFormFields("multipart/form-data; boundary=x", quoted)).toEqual([
      ['say "', "two\r\nlines"],
      ["f", "[file]"],
    ]);
  });

  it("reads the top level of JSON, secrets masked at any depth", () => {
    const body = JSON.stringify({ name: "x", count: 2, login: { password: "p", user: "u" } });
    expect(parseFormFields("application/json", body)).toEqual([
      ["name", "x"],
      ["count", "2"],
      ["login", '{"password":"[masked]","user":"u"}'],
    ]);
  });

  it("masks what was typed as a secret at any depth of JSON, under any name", () => {
    const body = JSON.stringify({ variables: { who: "ann", p: "hunter2" }, list: ["hunter2", 1] });
    expect(parseFormFields("application/json", body, "hunter2")).toEqual([
      ["variables", '{"who":"ann","p":"[masked]"}'],
      ["list", '["[masked]",1]'],
    ]);
  });

  it("masks by name, and not every name that begins alike", () => {
    const body = "password=a&csrf_token=b&pass=c&passenger=d&author=e&token=";
    expect(parseFormFields("application/x-www-form-urlencoded", body)).toEqual([
      ["password", "[masked]"],
      ["csrf_token", "[masked]"],
      ["pass", "[masked]"],
      ["passenger", "d"],
      ["author", "e"],
      ["token", ""],
    ]);
  });

  it("gives null without a body or with one that has no fields", () => {
    expect(parseFormFields("application/x-www-form-urlencoded", null)).toBeNull();
    expect(parseFormFields("text/plain", "hello")).toBeNull();
    expect(parseFormFields("application/json", "[not json")).toBeNull();
  });
});
