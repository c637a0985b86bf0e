/** Whether an episode's start pages are there: what starts on a server's error page teaches and measures nothing. */

import { SiteError } from "../core/errors.ts";
import type { SiteRequest } from "../core/site-request.ts";
import type { Task } from "../core/task.ts";
import { maskUrl } from "../page/secrets.ts";

/**
 * @param requests of the start pages
 * @throws SiteError when one of them, redirects followed, was answered by 5xx
 */
export function checkStartPages(task: Task, requests: readonly SiteRequest[]): void {
  for (const start of task.startUrls) {
    let [url] = maskUrl(new URL(start).href).split("#");
    for (const request of requests) {
      if (request.kind !== "document" || request.url !== url) continue;
      if (request.redirect === null && (request.status ?? 0) >= 500)
        throw new SiteError(
          `Expected the start page ${start} of task ${task.id}, got status ${request.status}. See the log of the site, and whether its seed and state files are whole.`,
          { retryable: true },
        );
      url = request.redirect ?? url;
    }
  }
}
