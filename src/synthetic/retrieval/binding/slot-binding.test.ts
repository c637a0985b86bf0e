import { describe, expect, it } from "vitest";
import { bindText } from "./slot-binding.ts";

const request = (id: string, days: string): Map<string, string> =>
  new Map([
    ["segment:0", "jar"],
    ["segment:1", id],
    ["field:days", days],
  ]);
const bind = (text: string, peers: { id: string; text: string }[]): string | null =>
  bindText(
    text,
    request("oak-17", "3"),
    request("elm-4", "9"),
    peers.map(({ id, text: said }) => ({ text: said, features: request(id, "3") })),
  ).text;

describe("a text of an answer", () => {
  it("follows the request where all examples named the same thing and the text names it, too", () => {
    const same = { id: "oak-17", text: "/jar/oak-17?done" };
    expect(bind("/jar/oak-17?done", [same, same])).toBe("/jar/elm-4?done");
  });

  it("stays where examples about other things have the same text", () => {
    const text = "/jar/oak-17?done";
    expect(
      bind(text, [
        { id: "yew-2", text },
        { id: "ash-5", text },
      ]),
    ).toBe(text);
  });

  it("stays where the request says nothing about it", () => {
    const same = { id: "oak-17", text: "Thank you!" };
    expect(bind("Thank you!", [same, same])).toBe("Thank you!");
  });
});
