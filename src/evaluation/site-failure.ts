/** Why a site gave no page, in words: the browser and Node each name the cause in a code of their own. */

import { SiteError } from "../core/errors.ts";

interface Cause {
  /** Chromium's net errors and Node's error codes. */
  codes: RegExp;
  what: string;
  advice: string;
  /** Whether the site may answer the next time. */
  retryable: boolean;
}

const CAUSES: readonly Cause[] = [
  {
    codes: /CONNECTION_REFUSED|ECONNREFUSED/u,
    what: "it refused the connection",
    advice: "Start the site, or correct its address.",
    retryable: true,
  },
  {
    codes: /NAME_NOT_RESOLVED|ENOTFOUND|EAI_AGAIN/u,
    what: "its host name could not be looked up",
    advice: "Correct the host, or give the site an `address` of host and port.",
    retryable: false,
  },
  {
    codes: /CERT|UNABLE_TO_VERIFY|SELF_SIGNED/u,
    what: "its certificate is not trusted",
    advice:
      "Add the certificate's authority to this machine (for Node: NODE_EXTRA_CA_CERTS), or serve the site over http.",
    retryable: false,
  },
  {
    codes: /SSL|EPROTO|TLS/u,
    what: "it does not answer in TLS",
    advice: "Correct the scheme of its origin, https or http.",
    retryable: false,
  },
  {
    codes: /TIMED_OUT|ETIMEDOUT/u,
    what: "it did not answer in time",
    advice: "See the log of the site.",
    retryable: true,
  },
  {
    codes: /EMPTY_RESPONSE|CONNECTION_(?:RESET|CLOSED)|ECONNRESET|EPIPE/u,
    what: "it closed the connection without an answer",
    advice: "See the log of the site.",
    retryable: true,
  },
];

/** @param code such as `net::ERR_CONNECTION_REFUSED` or `ECONNREFUSED`; empty where none is known */
export function siteFailure(url: string, code: string, cause?: unknown): SiteError {
  const { what, advice, retryable } = CAUSES.find(({ codes }) => codes.test(code)) ?? {
    what: "the connection failed",
    advice: "Is the site running?",
    retryable: true,
  };
  const named = code === "" ? what : `${what} (${code})`;
  return new SiteError(`${url} did not load: ${named}. ${advice}`, { cause, retryable });
}
