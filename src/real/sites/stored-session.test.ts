import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readStoredSession, sessionOf, type StoredSession } from "./stored-session.ts";

const cookie = (name: string, domain: string) => ({
  name,
  domain,
  value: "v",
  path: "/",
  expires: -1,
  httpOnly: true,
  secure: false,
  sameSite: "Lax" as const,
});

it("gives a site its own part of a session", () => {
  const session: StoredSession = {
    cookies: [cookie("a", "desk.test"), cookie("b", ".test"), cookie("c", "other.test")],
    origins: [
      { origin: "http://desk.test", localStorage: [{ name: "user", value: "anna" }] },
      { origin: "http://desk.test:81", localStorage: [] },
    ],
  };
  const own = sessionOf(session, "http://desk.test");
  expect(own.cookies.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(own.origins).toHaveLength(1);
});

it("says how to write a file that is missing or holds something else", () => {
  const folder = mkdtempSync(join(tmpdir(), "session-"));
  try {
    const path = join(folder, "session.json");
    expect(() => readStoredSession(path, "Write it.")).toThrow(
      /^Expected a stored session at .*, got nothing\. Write it\.$/,
    );
    writeFileSync(path, "[]");
    expect(() => readStoredSession(path, "Write it.")).toThrow(/storage state .* Write it\.$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
