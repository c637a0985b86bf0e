/**
 * Distinguishes parts of a page from pages and from data that a script requested. Harness and proxy use the same
 * rule, so their counts are comparable for any application.
 */

const ASSET_TYPE = /^\s*(image|font|audio|video)\/|^\s*text\/css|javascript|ecmascript|font/iu;

/**
 * @param status of the answer. An answer that the browser has cached (304) is an asset, because pages are never cached
 * @param contentType of the answer. Undefined if the answer has none, as with redirects
 */
export function isAssetAnswer(status: number, contentType: string | undefined): boolean {
  return status === 304 || ASSET_TYPE.test(contentType ?? "");
}
