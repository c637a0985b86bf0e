import { describe, expect, it } from "vitest";
import { settingsFromVariables, WebArenaSettingsSchema } from "./webarena-settings.ts";

describe("settingsFromVariables", () => {
  it("reads WebArena's names, and BrowserGym's, which win", () => {
    expect(
      settingsFromVariables({
        SHOPPING: "http://shop.test:7770",
        WA_SHOPPING: "http://other.test:7770",
        SHOPPING_ADMIN: "http://shop.test:7780/admin",
        HOMEPAGE: "http://home.test:4399",
        MAP: "",
      }),
    ).toEqual({
      instances: [
        {
          sites: {
            shopping: "http://other.test:7770",
            shopping_admin: "http://shop.test:7780/admin",
          },
        },
      ],
    });
  });

  it("leaves out sites that BrowserGym marks as not hosted, and takes its reset server", () => {
    const settings = settingsFromVariables({
      WA_GITLAB: "http://gitlab.test",
      WA_MAP: "todo",
      WA_FULL_RESET: "http://gitlab.test:7565",
    });
    expect(WebArenaSettingsSchema.parse(settings).instances).toEqual([
      {
        sites: { gitlab: { url: "http://gitlab.test" } },
        reset: { by: "server", url: "http://gitlab.test:7565", before: "run", timeoutS: 1_200 },
      },
    ]);
  });

  it("says which variables it expects", () => {
    expect(() => settingsFromVariables({ PATH: "/bin" })).toThrow(
      /^Expected the address of a WebArena site in an environment variable \(SHOPPING, .* got none\./u,
    );
  });
});

describe("WebArenaSettingsSchema", () => {
  const parse = (instance: object) => WebArenaSettingsSchema.safeParse({ instances: [instance] });

  it("drops the slash at the end, which would double in every address", () => {
    const { instances } = WebArenaSettingsSchema.parse({
      instances: [{ sites: { shopping_admin: "http://shop.test/admin/" } }],
    });
    expect(instances[0]?.sites.shopping_admin?.url).toBe("http://shop.test/admin");
  });

  it("takes an address for a host name that is not its own", () => {
    const { instances } = WebArenaSettingsSchema.parse({
      instances: [{ sites: { gitlab: { url: "http://gitlab.test", address: "10.0.0.2:8023" } } }],
    });
    expect(instances[0]?.sites.gitlab).toEqual({
      url: "http://gitlab.test",
      address: "10.0.0.2:8023",
    });
  });

  it.each([
    { sites: {} },
    { sites: { shop: "http://shop.test" } },
    { sites: { shopping: "shop.test" } },
    { sites: { shopping: "file:///etc/passwd" } },
    { sites: { shopping: "http://shop.test" }, reset: { by: "hand" } },
    { sites: { shopping: "http://shop.test" }, reset: { by: "command", command: "" } },
  ])("refuses %j", (instance) => {
    expect(parse(instance).success).toBe(false);
  });
});
