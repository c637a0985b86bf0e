import { describe, expect, it } from "vitest";
import { KnownSecrets } from "./known-secrets.ts";
import {
  isSecretField,
  isSecretName,
  isSecretParameter,
  maskCredentials,
  maskUrl,
} from "./secrets.ts";

describe("isSecretName", () => {
  it.each(
    (
      "password Password user[password] new_password password2 passwordConfirmation j_password wpPassword pwd userPwd " +
      "newpassword token _token user[token] x-token csrf_token csrfToken XSRF-TOKEN csrfmiddlewaretoken " +
      "authenticity_token __RequestVerificationToken wpEditToken reset_password_token access_token authToken " +
      "secret client_secret api_key apiKey X-API-Key private_key form_key session_id JSESSIONID otp otp_code mfaCode " +
      "cvv card_cvc Authorization credentials user_pass pass nonce _wpnonce"
    ).split(" "),
  )("finds a secret in %s", (name) => expect(isSecretName(name)).toBe(true));

  it.each(
    (
      "secretary secret_santa tokens token_count tokenizer game_token page_token season-pass boarding_pass passenger " +
      "passport passport_number compass bypass passwordless password_hint show_password has_token credentials_held " +
      "author authority keyboard key primary_key hockey session sessions postcode pin_code work_authorization topic"
    ).split(" "),
  )("finds no secret in %s", (name) => expect(isSecretName(name)).toBe(false));
});

describe("isSecretParameter", () => {
  const random = "3f9a1c77d2b84e60a5c1f0e9d8b7a6c5";
  it.each("sid PHPSESSID sig X-Amz-Signature signature form[sid]".split(" "))(
    "finds a secret in %s with a random value",
    (name) => expect(isSecretParameter(name, random)).toBe(true),
  );

  it.each([
    ["sid", "3"],
    ["code", "SKU-ABC-2024-XL-000001"],
    ["signature", "Best wishes, Ann, 3 Mill Lane"],
    ["zip_code", random],
    ["commit", random],
  ])("finds no secret in %s=%s", (name, value) =>
    expect(isSecretParameter(name, value)).toBe(false),
  );
});

describe("maskCredentials", () => {
  const long = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6";
  it.each([
    `eyJ${long}.eyJ${long}.${long}`,
    `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n${long}\n-----END RSA PRIVATE KEY-----`,
    `ghp_${long.slice(0, 36)}`,
    `glpat-${long.slice(0, 20)}`,
    `xoxb-1${long}`,
    `sk-proj-${long}`,
    "AKIAIOSFODNN7EXAMPLE",
  ])("masks %s in a text", (token) =>
    expect(maskCredentials(`Yours: ${token}, keep it.`, "[masked]")).toBe(
      "Yours: [masked], keep it.",
    ),
  );

  it.each([
    "sk-folding-cube-container-of-pages",
    "eyJhbGci.css",
    "a task-management-system-2024",
    "3f9a1c77d2b84e60a5c1f0e9d8b7a6c5",
  ])("keeps %s", (text) => expect(maskCredentials(text, "[masked]")).toBe(text));
});

describe("isSecretField", () => {
  const field = (attributes: Record<string, string>, tag = "input"): boolean =>
    isSecretField(tag, (name) => attributes[name]);

  it("decides by type, by autocomplete, and by name or id", () => {
    expect(field({ type: "PASSWORD", name: "q" })).toBe(true);
    expect(field({ autocomplete: "section-a current-password" })).toBe(true);
    expect(field({ autocomplete: "one-time-code", type: "text" })).toBe(true);
    expect(field({ id: "api-key" })).toBe(true);
    expect(field({ name: "private_key" }, "textarea")).toBe(true);
    expect(field({ name: "csrf-token" }, "meta")).toBe(true);
    expect(field({ name: "q", autocomplete: "username" })).toBe(false);
    expect(field({ type: "hidden", name: "sid", value: "3f9a1c77d2b84e60a5c1f0e9" })).toBe(true);
    expect(field({ type: "hidden", name: "sid", value: "12" })).toBe(false);
  });

  it("does not treat checkboxes, buttons and selects as secrets", () => {
    expect(field({ type: "checkbox", name: "password" })).toBe(false);
    expect(field({ type: "submit", name: "token" })).toBe(false);
    expect(field({ name: "token" }, "select")).toBe(false);
  });
});

describe("maskUrl", () => {
  it("masks secret parameters, anywhere in an address, and leaves the rest unchanged", () => {
    expect(maskUrl("http://ann:pw@a.test/x%20y?q=a%20b&token=1+2#top")).toBe(
      "http://a.test/x%20y?q=a%20b&token=%5Bmasked%5D#top",
    );
    expect(maskUrl("/log;jsessionid=AB12?x=1#access_token=t&state=2")).toBe(
      "/log;jsessionid=%5Bmasked%5D?x=1#access_token=%5Bmasked%5D&state=2",
    );
    expect(
      maskUrl("http://a.test/f.png?X-Amz-Date=20240501&X-Amz-Signature=0f1e2d3c4b5a69788796a5b4"),
    ).toBe("http://a.test/f.png?X-Amz-Date=20240501&X-Amz-Signature=%5Bmasked%5D");
    expect(maskUrl("http://a.test/in?next=%2Fgo%3Ftoken%3Dabc")).toBe(
      "http://a.test/in?next=%2Fgo%3Ftoken%3D%255Bmasked%255D",
    );
  });

  it("returns masked addresses, and addresses without secrets, unchanged", () => {
    for (const url of ["http://a.test/?token=%5Bmasked%5D", "http://a.test/?tokens=3", "no url"])
      expect(maskUrl(maskUrl(url))).toBe(url);
  });
});

describe("KnownSecrets", () => {
  it("masks a value that is hard to guess in any text and spelling", () => {
    const secrets = new KnownSecrets();
    secrets.addTyped('Tr0ub&dor "3"');
    expect(secrets.maskText('say Tr0ub&dor "3"!')).toBe("say [masked]!");
    expect(secrets.maskText('say Tr0ub&amp;dor "3"!')).toBe("say [masked]!");
    expect(secrets.maskText("VHIwdWImZG9yICIzIg==")).toBe("[masked]");
    expect(secrets.maskUrl("http://a.test/?q=Tr0ub%26dor+%223%22")).toBe(
      "http://a.test/?q=%5Bmasked%5D",
    );
  });

  it("leaves nothing of a value that begins with another one", () => {
    const secrets = new KnownSecrets();
    secrets.addValue("k-12345");
    secrets.addValue("k-1234567");
    expect(secrets.maskText("k-1234567, k-12345")).toBe("[masked], [masked]");
  });

  it("leaves a text as it is if a secret field holds blanks", () => {
    const secrets = new KnownSecrets();
    secrets.addTyped("      ");
    expect(secrets.maskText("plain text")).toBe("plain text");
  });

  it("masks a word or a short value only if it is a field's whole value", () => {
    const secrets = new KnownSecrets();
    secrets.addTyped("password");
    secrets.addValue("1");
    expect(secrets.maskText("Forgot your password? 1 way")).toBe("Forgot your password? 1 way");
    expect(secrets.maskField("p", "password")).toBe("[masked]");
    expect(secrets.maskField("count", "1")).toBe("1");
  });

  it("recognizes a former password field by its name", () => {
    const secrets = new KnownSecrets();
    secrets.addField({ tag: "input", attributes: { type: "password", name: "p" } }, "");
    expect(secrets.isSecretField({ tag: "input", attributes: { type: "text", name: "p" } })).toBe(
      true,
    );
    expect(secrets.maskField("p", "x")).toBe("[masked]");
    secrets.clear();
    expect(secrets.maskField("p", "x")).toBe("x");
  });
});
