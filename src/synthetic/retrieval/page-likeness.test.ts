import { describe, expect, it } from "vitest";
import { sameKind } from "./page-likeness.ts";

const pages = (...paths: string[]): { url: string }[] =>
  paths.map((path) => ({ url: `http://seeds.test${path}` }));

describe("sameKind", () => {
  const jars = pages("/north/jar/oak", "/north/jar/elm", "/north/jar/yew", "/mill/jar/ash");
  const notes = pages("/north/note/oak", "/mill/note/elm", "/mill/note/yew");

  it("chooses the pages that share the rarest part of the address", () => {
    expect(sameKind("http://seeds.test/north/note/fir", [...jars, ...notes])).toEqual(notes);
  });

  it("keeps all pages where too few share a part", () => {
    const few = [...jars, ...notes.slice(0, 2)];
    expect(sameKind("http://seeds.test/hill/note/fir", few)).toEqual(few);
  });
});
