import { describe, expect, it } from "vitest";
import { SecretVault } from "./secret-vault.ts";

const field = (attributes: Record<string, string>) => ({ tag: "input", attributes });

describe("SecretVault", () => {
  it("gives each secret a placeholder that stays", () => {
    const vault = new SecretVault();
    const password = field({ type: "password", name: "password" });
    expect(vault.maskTyped(password, "s3cret-one")).toBe("<secret:password:1>");
    expect(vault.maskTyped(password, "s3cret-two")).toBe("<secret:password:2>");
    expect(vault.maskTyped(password, "s3cret-one")).toBe("<secret:password:1>");
    const code = field({ autocomplete: "one-time-code", name: "c" });
    expect(vault.maskTyped(code, "493817")).toBe("<secret:code:1>");
    expect(vault.maskTyped(field({ name: "city" }), "Ulm")).toBe("Ulm");
  });

  it("masks what it knows in any spelling, deep in any value", () => {
    const vault = new SecretVault();
    vault.add("cookie", "ab/cd+12 &x");
    const masked = vault.maskDeep({
      list: ["see ab/cd+12 &x", encodeURIComponent("ab/cd+12 &x"), 7],
      html: "<b>ab/cd+12 &amp;x</b>",
      packed: Buffer.from("ab/cd+12 &x").toString("base64"),
    });
    expect(JSON.stringify(masked)).not.toMatch(/cd\+12|cd%2B12|YWIv/);
    expect(masked.list[0]).toBe("see <secret:cookie:1>");
  });

  it("keeps in fields which typed secret was sent, but not which secret of the page", () => {
    const vault = new SecretVault();
    const field = { tag: "input", attributes: { type: "password", name: "pw" } };
    vault.addField({ tag: "input", attributes: { name: "csrf_token" } }, "k-1234567");
    expect(vault.maskTyped(field, "moss-77")).toBe("<secret:password:1>");
    expect(vault.maskField("pw", "moss-77")).toBe("<secret:password:1>");
    expect(vault.maskField("csrf_token", "k-1234567")).toBe("[masked]");
    expect(vault.maskField("pw", "other")).toBe("[masked]");
    expect(vault.secretOf("<secret:password:1>")).toBe("moss-77");
    expect(vault.secretOf("<secret:password:2>")).toBe(null);
  });

  it("reads headers", () => {
    const vault = new SecretVault();
    vault.addHeaders({
      "set-cookie": "lang=english; path=/\ncount=12345678; path=/\nexpanded=true",
      authorization: `Basic ${Buffer.from("ada:pass-w0rd").toString("base64")}`,
      cookie: "theme=dark-mode; sid=8f3a9c77",
      "x-api-key": "key-5511",
    });
    for (const secret of ["pass-w0rd", "8f3a9c77", "key-5511"])
      expect(vault.maskText(`= ${secret}`)).toMatch(/^= <secret:[\w-]+:\d+>$/);
    const settings = 'english 12345678 <b aria-expanded="true" class="dark-mode">';
    expect(vault.maskText(settings)).toBe(settings);
  });

  it("masks a password that is a word of the site only where it is a whole value", () => {
    const vault = new SecretVault();
    const html = '<form><input type="password" name="password"></form><a href="/admin">admin</a>';
    vault.maskPage({ url: "http://a.test/", html });
    for (const [number, text] of ["password", "admin", "hunter"].entries())
      expect(vault.maskTyped(field({ type: "password", name: "pw" }), text)).toBe(
        `<secret:password:${number + 1}>`,
      );
    expect(vault.maskPage({ url: "http://a.test/admin", html })).toEqual({
      url: "http://a.test/admin",
      html,
    });
    expect(vault.maskDeep(["<secret:password:1>", "a password", "It is hunter."])).toEqual([
      "<secret:password:1>",
      "a password",
      "It is <secret:password:3>.",
    ]);
    expect(vault.maskField("pw", "password")).toBe("<secret:password:1>");
    expect(vault.maskBody("password=password&user=admin&page=2")).toBe(
      "password=<secret:password:1>&user=<secret:password:2>&page=2",
    );
    expect(vault.maskBody('{"password": "password", "list": ["hunter", 3]}')).toBe(
      '{"password": "<secret:password:1>", "list": ["<secret:password:3>", 3]}',
    );
    const part = 'Content-Disposition: form-data; name="password"\r\n\r\n';
    expect(vault.maskBody(`--x\r\n${part}password\r\n--x--`)).toBe(
      `--x\r\n${part}<secret:password:1>\r\n--x--`,
    );
  });
});
