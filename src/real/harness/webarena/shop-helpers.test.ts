import { afterEach, describe, expect, it } from "vitest";
import { type PageServer, startPageServer } from "../../../../test/support/page-server.ts";
import { createShopHelpers } from "./shop-helpers.ts";

let server: PageServer | null = null;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = null;
});

async function helpersOver(answers: Record<string, unknown>) {
  const token = "/rest/default/V1/integration/admin/token";
  server = await startPageServer({
    [token]: ({ method, body }, reply) => {
      const isRight = method === "POST" && body === '{"username":"admin","password":"right"}';
      reply.writeHead(isRight ? 200 : 401).end(isRight ? '"t0ken"' : "");
    },
    ...Object.fromEntries(
      Object.entries(answers).map(([path, answer]) => [
        `/rest/V1/${path}`,
        ({ headers }: { headers: Record<string, unknown> }) =>
          headers["authorization"] === "Bearer t0ken" ? JSON.stringify(answer) : "no",
      ]),
    ),
  });
  const url = `http://${server.address}`;
  return {
    url,
    helpers: createShopHelpers(url, { username: "admin", password: "right" }),
  };
}

const review = (nickname: string, percent: number) => ({ nickname, ratings: [{ percent }] });

describe("createShopHelpers", () => {
  it("gives the address of the newest order, its number without leading zeros", async () => {
    const { url, helpers } = await helpersOver({
      orders: { items: [{ increment_id: "000000187" }] },
    });
    expect(await helpers["shopping_get_latest_order_url"]?.()).toBe(
      `${url}/sales/order/view/order_id/187/`,
    );
    const asked = new URL(server?.received.at(-1)?.path ?? "", url).searchParams;
    expect(asked.get("searchCriteria[sortOrders][0][direction]")).toBe("DESC");
    expect(asked.get("searchCriteria[pageSize]")).toBe("1");
  });

  it("gives author and rating of the last review of a product, and nothing without one", async () => {
    const { helpers } = await helpersOver({
      "products/B0%20A/reviews": [review("first", 20), review("last", 80)],
      "products/none/reviews": [],
    });
    const author = helpers["shopping_get_sku_latest_review_author"];
    const rating = helpers["shopping_get_sku_latest_review_rating"];
    expect([await author?.("B0 A"), await rating?.("B0 A")]).toEqual(["last", "80"]);
    expect([await author?.("none"), await rating?.("none")]).toEqual(["", ""]);
  });

  it("says where it got no answer, without the query", async () => {
    const { url } = await helpersOver({});
    const wrong = createShopHelpers(url, { username: "admin", password: "wrong" });
    await expect(wrong["shopping_get_latest_order_url"]?.()).rejects.toThrow(
      `Expected JSON from ${url}/rest/default/V1/integration/admin/token, got status 401.`,
    );
  });
});
