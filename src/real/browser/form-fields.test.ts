import { describe, expect, it } from "vitest";
import { KnownSecrets } from "../../page/known-secrets.ts";
import { parseFormFields as parse } from "./form-fields.ts";

/** Parses a body, with an optional typed secret. */
function parseFormFields(contentType: string, body: string, typed = "") {
  const secrets = new KnownSecrets();
  secrets.addTyped(typed);
  return parse(contentType, body, secrets.maskField);
}

describe("parseFormFields", () => {
  it("reads urlencoded fields in order, including repeated ones", () => {
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

  it("reads the top level of JSONand masks secrets at any depth", () => {
    const body = JSON.stringify({ name: "x", count: 2, login: { password: "p", user: "u" } });
    expect(parseFormFields("application/json", body)).toEqual([
      ["name", "x"],
      ["count", "2"],
      ["login", '{"password":"[masked]","user":"u"}'],
    ]);
  });

  it("masks a typed secret at any depth of JSON, under any name", () => {
    const body = JSON.stringify({ variables: { who: "ann", p: "hunter2" }, list: ["hunter2", 1] });
    expect(parseFormFields("application/json", body, "hunter2")).toEqual([
      ["variables", '{"who":"ann","p":"[masked]"}'],
      ["list", '["[masked]",1]'],
    ]);
  });

  it("masks by name, but not every name with the same beginning", () => {
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

  it("reads a body whose type does not say what it is", () => {
    for (const type of ["text/plain;charset=UTF-8", "", "application/octet-stream"]) {
      expect(parseFormFields(type, '{"room":"4a","guests":2}')).toEqual([
        ["room", "4a"],
        ["guests", "2"],
      ]);
      expect(parseFormFields(type, "room=4%20a&guests=")).toEqual([
        ["room", "4 a"],
        ["guests", ""],
      ]);
    }
    expect(parseFormFields("application/csp-report", '{"age":1}')).toEqual([["age", "1"]]);
  });

  it("reads the lines of a plain form, whose values may have several and contain a sign", () => {
    expect(parseFormFields("text/plain", "note=one\r\ntwo\r\nsum=a=b\r\nempty=\r\n")).toEqual([
      ["note", "one\r\ntwo"],
      ["sum", "a=b"],
      ["empty", ""],
    ]);
  });

  it("returns null for a format without fields, and for broken ones", () => {
    expect(parseFormFields("text/plain", "hello")).toBeNull();
    expect(parseFormFields("text/plain", "a sentence with x=1 and <b>")).toBeNull();
    expect(parseFormFields("text/xml", "<a b='c=d'/>")).toBeNull();
    expect(parseFormFields("application/json", "[not json")).toBeNull();
  });
});
