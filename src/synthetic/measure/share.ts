/** A share with its 95 % interval. All figures of a dream check are of this form, so that few cases look like few. */

import { z } from "zod";

export const ShareSchema = z.strictObject({
  count: z.int().min(0).describe("cases of the kind in question"),
  of: z.int().min(0).describe("all cases"),
  share: z.number().nullable().describe("count / of; null without cases"),
  ci95: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe("95 % interval of the share (Wilson 1927); null without cases"),
});
export type Share = z.infer<typeof ShareSchema>;

/** 97.5 % quantile of the standard normal. */
const Z = 1.96;

/**
 * A share p = k / n with Wilson's score interval (Wilson 1927, "Probable inference", J. Am. Stat. Assoc. 22):
 *
 *     ( p + z²/2n ± z √( p(1 − p)/n + z²/4n² ) ) / ( 1 + z²/n )
 *
 * It takes the cases as independent. Cases of one template are not, so the true interval is somewhat wider.
 */
export function shareOf(count: number, of: number): Share {
  if (of === 0) return { count, of, share: null, ci95: null };
  const share = count / of;
  const z2 = Z ** 2;
  const middle = share + z2 / (2 * of);
  const reach = Z * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of ** 2));
  const whole = 1 + z2 / of;
  const ci95: [number, number] = [
    Math.max(0, (middle - reach) / whole),
    Math.min(1, (middle + reach) / whole),
  ];
  return { count, of, share, ci95 };
}
