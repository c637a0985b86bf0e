/** Variations of an episode's traffic: other requests, other answers, and the same ones in another form. */

import type { Random } from "../../src/core/random.ts";
import { ADDRESSES, type HarEvent, pageEntry, type VerifiedEpisode } from "./verified-gold.ts";

type Change = (entries: HarEvent[], random: Random) => HarEvent[];

export function varyEntries(episode: VerifiedEpisode, random: Random): VerifiedEpisode {
  const name = random.pick(Object.keys(CHANGES));
  return {
    ...episode,
    name,
    entries: CHANGES[name]?.(structuredClone(episode.entries), random) ?? [],
  };
}

/** Changes the last entry, which a check looks for. */
const last =
  (change: (entry: HarEvent, random: Random) => HarEvent): Change =>
  (entries, random) => [...entries.slice(0, -1), change(entries.at(-1) as HarEvent, random)];

const withUrl = (change: (url: string, random: Random) => string): Change =>
  last((entry, random) => ({
    ...entry,
    request: { ...entry.request, url: change(entry.request.url, random) },
  }));

const withHeaders = (...headers: [string, string][]): Change =>
  last((entry) => ({
    ...entry,
    request: {
      ...entry.request,
      headers: [
        ...entry.request.headers.filter(({ name }) => !headers.some(([other]) => other === name)),
        ...headers.map(([name, value]) => ({ name, value })),
      ],
    },
  }));

const withStatus = (status: number): Change =>
  last((entry) => ({ ...entry, response: { ...entry.response, status } }));

const withBody = (
  change: (fields: [string, string][], random: Random) => { mimeType: string; text: string },
): Change =>
  last((entry, random) => {
    const fields = readFields(entry.request.postData?.text ?? "");
    return { ...entry, request: { ...entry.request, postData: change(fields, random) } };
  });

function readFields(text: string): [string, string][] {
  if (!text.startsWith("{")) return [...new URLSearchParams(text)];
  return Object.entries(JSON.parse(text) as Record<string, unknown>).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
}

const form = (fields: [string, string][]): { mimeType: string; text: string } => ({
  mimeType: "application/x-www-form-urlencoded; charset=UTF-8",
  text: new URLSearchParams(fields).toString(),
});

const MULTIPART = "----WebKitFormBoundaryAbC";

const CHANGES: Record<string, Change> = {
  same: (entries) => entries,
  "no request": (entries) => entries.slice(0, 1),
  "no entries": () => [],
  "sent twice": (entries) => [...entries, structuredClone(entries.at(-1) as HarEvent)],
  "other pages after it": (entries, random) => [
    ...entries,
    pageEntry(random.pick(Object.values(ADDRESSES))[0] as string),
    { ...pageEntry("http://elsewhere.example/a?b=c"), response: { status: 404, cookies: [] } },
  ],
  "requests before it": (entries) => [
    pageEntry("https://cdn.example/x.css"),
    pageEntry("https://cdn.example/logo.SVG"),
    pageEntry("chrome-extension://abc/page.html"),
    ...entries,
  ],
  "a data address": (entries) => [
    ...entries,
    pageEntry("data:text/plain,hello"),
    pageEntry("blob:http://a.example/1"),
  ],
  reversed: (entries) => entries.toReversed(),
  "failed, then redirected": (entries) => {
    const entry = entries.at(-1) as HarEvent;
    return [
      ...entries.slice(0, -1),
      { ...entry, response: { ...entry.response, status: 302 } },
      entry,
    ];
  },
  "redirected, then failed": (entries) => {
    const entry = entries.at(-1) as HarEvent;
    return [...entries, { ...entry, response: { ...entry.response, status: 500 } }];
  },
  "status 200": withStatus(200),
  "status 302": withStatus(302),
  "status 201": withStatus(201),
  "no answer": withStatus(-1),
  "other method": last((entry, random) => ({
    ...entry,
    request: {
      ...entry.request,
      method: random.pick(["GET", "POST", "PUT", "post", "get", "DELETE"]),
    },
  })),
  "upper case": withUrl((url) =>
    url.replace(
      /(\/\/[^/]+\/)([^?]*)/u,
      (_, host: string, path: string) => host + path.toUpperCase(),
    ),
  ),
  "other order of the query": withUrl((url) => {
    const [path, query = ""] = url.split("?");
    return query === "" ? url : `${path}?${query.split("&").toReversed().join("&")}`;
  }),
  "one parameter more": withUrl((url, random) => {
    const name = random.pick([
      "extra=1",
      "page=2",
      "sort=desc",
      "_=123",
      "isAjax=true",
      "empty=",
      "q=",
      "paging%5Bsize%5D=20",
    ]);
    return `${url}${url.includes("?") ? "&" : "?"}${name}`;
  }),
  "one parameter less": withUrl((url) => url.replace(/([?&])[^&]*&?/u, "$1")),
  "other encoding": withUrl((url) =>
    url.replaceAll("%20", "+").replaceAll("-", "%2D").replaceAll("&", "&&"),
  ),
  "encoded twice": withUrl((url) => url.replaceAll("%", "%25")),
  "other values": withUrl((url, random) =>
    url.replace(/=[^&]*/u, `=${random.pick(["", "OTHER", "1"])}`),
  ),
  "values in upper case": withUrl((url) =>
    url.replaceAll(/=([^&]*)/gu, (_, value: string) => `=${value.toUpperCase()}`),
  ),
  "a slash at the end": withUrl((url) => url.replace(/(\?|$)/u, "/$1")),
  "two slashes": withUrl((url) => url.replace(/(\/\/[^/]+)\//u, "$1//")),
  "dot segments": withUrl((url) => url.replace(/(\/\/[^/]+)\//u, "$1/./x/../")),
  "a fragment": withUrl((url, random) => `${url}#${random.pick(["top", "!/a", "a b"])}`),
  "other host": withUrl((url) => url.replace(/\/\/[^/:]+/u, "//elsewhere.example")),
  "other port": withUrl((url) => url.replace(/:\d+\//u, ":81/")),
  "no port": withUrl((url) => url.replace(/:\d+\//u, "/")),
  https: withUrl((url) => url.replace("http:", "https:")),
  "host in upper case": withUrl((url) => url.replace(/\/\/[^/]+/u, (host) => host.toUpperCase())),
  "one segment more": withUrl((url) => url.replace(/(\?|$)/u, "/more$1")),
  "Base64 in the path": withUrl((url) => {
    const [path = "", query = ""] = url.split("?");
    return `${path}/filter/${Buffer.from(query || "a=b").toString("base64url")}/`;
  }),
  "a script's request": withHeaders(["accept", "*/*"]),
  "a page's request": withHeaders(["accept", "text/html"]),
  "a browser's page": withHeaders(
    ["accept", "application/xml,text/html"],
    ["Sec-Fetch-Dest", "document"],
    ["Sec-Fetch-Mode", "Navigate"],
    ["Sec-Fetch-User", "?1"],
  ),
  "a frame": withHeaders(
    ["accept", "text/html"],
    ["sec-fetch-dest", "iframe"],
    ["sec-fetch-user", "?1"],
  ),
  "another referer": withHeaders(["REFERER", "http://code.example:8023/other"]),
  "a lower referer": last((entry) => ({
    ...entry,
    request: {
      ...entry.request,
      headers: entry.request.headers.map(({ name, value }) => ({
        name: name.toLowerCase(),
        value: value.toLowerCase(),
      })),
    },
  })),
  "no headers": last((entry) => ({ ...entry, request: { ...entry.request, headers: [] } })),
  "no body": last((entry) => ({ ...entry, request: { ...entry.request, postData: null } })),
  "fields in another order": withBody((fields) => form(fields.toReversed())),
  "one field more": withBody((fields) => form([...fields, ["extra", "1"]])),
  "one field less": withBody((fields, random) =>
    form(fields.filter((_, index) => index !== random.int(fields.length))),
  ),
  "other value of a field": withBody((fields, random) => {
    const at = random.int(Math.max(1, fields.length));
    const change = random.pick<(value: string) => string>([
      (value) => `${value}x`,
      (value) => value.toUpperCase(),
      (value) => ` ${value} `,
      () => "",
      () => "^.*$",
      (value) => `${value}.0`,
      (value) => `$${value}`,
      (value) => value.replaceAll(" ", "\n"),
      (value) => `"${value}"`,
      (value) => `${value}!`,
      (value) => `http://code.example:8023/${value}`,
      (value) => value.split(",").reverse().join(","),
    ]);
    return form(fields.map(([name, value], index) => [name, index === at ? change(value) : value]));
  }),
  "a field twice": withBody((fields) => form([...fields, ...fields])),
  "fields as JSON": withBody((fields) => ({
    mimeType: "application/json",
    text: JSON.stringify(Object.fromEntries(fields)),
  })),
  "fields as JSON numbers": withBody((fields) => ({
    mimeType: "application/json;charset=utf-8",
    text: JSON.stringify(
      Object.fromEntries(
        fields.map(([name, value]) => [
          name,
          value !== "" && Number.isFinite(Number(value)) ? Number(value) : value,
        ]),
      ),
    ),
  })),
  "fields in parts": withBody((fields) => ({
    mimeType: `multipart/form-data; boundary=${MULTIPART}`,
    text: `${fields.map(([name, value]) => `--${MULTIPART}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join("")}--${MULTIPART}--\r\n`,
  })),
  "broken JSON": withBody(() => ({ mimeType: "application/json", text: "{" })),
  "plain text": withBody((fields) => ({ mimeType: "text/plain", text: form(fields).text })),
  "other answer": last((entry, random) => ({
    ...entry,
    response: {
      ...entry.response,
      content: random.pick([
        { mimeType: "text/html", text: "<p>" },
        {
          mimeType: "application/json",
          text: '{"items_qty": true, "subscribed": 1, "star_count": "53"}',
        },
        { mimeType: "application/json", text: "[]" },
      ]),
    },
  })),
  "other cookies": last((entry) => ({
    ...entry,
    response: { ...entry.response, cookies: [{ name: "mage-messages", value: "%5B%5D" }] },
  })),
  "no cookies": last((entry) => ({ ...entry, response: { ...entry.response, cookies: [] } })),
};
