/** The requests and addresses that a template's checks ask for, as expressions. */

import type { CheckPattern } from "./check-pattern.ts";
import type { Expression } from "./expression.ts";

export interface RequestPattern {
  method: string;
  /** Without query. */
  address: Expression;
  parameters: ReadonlyMap<string, Expression>;
  fields: ReadonlyMap<string, Expression>;
}

interface EventSkeleton {
  present?: unknown;
  method?: unknown;
  query?: object;
  postData?: object;
}
interface Skeleton {
  checks: { kind: string; events?: EventSkeleton[]; urls?: unknown[] }[];
}

/** One for each request that must be sent. @returns null where some must not be sent: an episode cannot show that */
export function requestPatterns({ skeleton, texts }: CheckPattern): RequestPattern[] | null {
  const patterns: RequestPattern[] = [];
  for (const [check, { events = [] }] of (skeleton as unknown as Skeleton).checks.entries())
    for (const [event, { present, method, query, postData }] of events.entries()) {
      const path = `.checks.${check}.events.${event}`;
      const address = texts.get(`${path}.url`);
      if (present !== true || address === undefined) return null;
      patterns.push({
        method: String(method),
        address,
        parameters: expressionsAt(`${path}.query`, query, texts),
        fields: expressionsAt(`${path}.postData`, postData, texts),
      });
    }
  return patterns;
}

/** One for each address that the episode may end at. */
export function pagePatterns({ skeleton, texts }: CheckPattern): RequestPattern[] {
  return (skeleton as unknown as Skeleton).checks.flatMap(({ urls = [] }, check) =>
    urls.flatMap((url, index) => {
      const path = `.checks.${check}.urls.${index}`;
      const isSplit = typeof url === "object" && url !== null && "parameters" in url;
      const address = texts.get(isSplit ? `${path}.address` : path);
      const parameters = isSplit
        ? expressionsAt(`${path}.parameters`, url.parameters as object, texts)
        : new Map<string, Expression>();
      return address === undefined
        ? []
        : [{ method: "GET", address, parameters, fields: new Map<string, Expression>() }];
    }),
  );
}

/** An address without its query, and the parameters of the query. */
export function fieldsOf(url: string): { address: string; parameters: [string, string][] } {
  const parsed = new URL(url);
  return { address: `${parsed.origin}${parsed.pathname}`, parameters: [...parsed.searchParams] };
}

function expressionsAt(
  path: string,
  names: object | undefined,
  texts: ReadonlyMap<string, Expression>,
): Map<string, Expression> {
  return new Map(
    Object.keys(names ?? {}).flatMap((name) => {
      const expression = texts.get(`${path}.${name}`);
      return expression === undefined ? [] : [[name, expression]];
    }),
  );
}
