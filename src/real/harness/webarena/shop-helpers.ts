/** WebArena's helpers that ask the shop's own interface (Magento's REST), as an administrator. */

import { z } from "zod";
import { SiteError } from "../../../core/errors.ts";
import type { SiteHelpers } from "../../../evaluation/helper-call.ts";
import type { Account } from "./webarena-sites.ts";

const OrdersSchema = z.object({
  items: z.array(z.object({ increment_id: z.string() })),
});
const ReviewsSchema = z.array(
  z.object({
    nickname: z.string(),
    ratings: z.array(z.object({ percent: z.union([z.number(), z.string()]) })),
  }),
);

const NEWEST_ORDER =
  "searchCriteria[sortOrders][0][field]=created_at&searchCriteria[sortOrders][0][direction]=DESC&searchCriteria[pageSize]=1";

/** @param url of the shop */
export function createShopHelpers(url: string, account: Account): SiteHelpers {
  const read = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const token = z.string().parse(
      await call(`${url}/rest/default/V1/integration/admin/token`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(account),
      }),
    );
    const headers = { authorization: `Bearer ${token}` };
    return schema.parse(await call(`${url}/rest/V1/${path}`, { headers }));
  };
  const latestReview = async (sku = "") => {
    const path = `products/${encodeURIComponent(sku)}/reviews`;
    return (await read(path, ReviewsSchema)).at(-1);
  };
  return {
    async shopping_get_latest_order_url() {
      const { items } = await read(`orders?${NEWEST_ORDER}`, OrdersSchema);
      const [order] = items;
      if (order === undefined)
        throw new SiteError(
          `Expected an order at ${url}, got none. Nothing was ever ordered there.`,
        );
      return `${url}/sales/order/view/order_id/${Number(order.increment_id)}/`;
    },
    async shopping_get_sku_latest_review_author(sku) {
      return (await latestReview(sku))?.nickname ?? "";
    },
    async shopping_get_sku_latest_review_rating(sku) {
      return String((await latestReview(sku))?.ratings[0]?.percent ?? "");
    },
  };
}

async function call(url: string, init: RequestInit): Promise<unknown> {
  const [place] = url.split("?");
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) });
    if (answer.ok) return await answer.json();
    throw new SiteError(`Expected JSON from ${place}, got status ${answer.status}.`);
  } catch (error) {
    if (error instanceof SiteError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SiteError(`Expected an answer from ${place}, got: ${reason}.`, {
      cause: error,
      retryable: true,
    });
  }
}
