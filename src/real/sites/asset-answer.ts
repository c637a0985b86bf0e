/**
 * Which answers are parts of a page, and which are pages or data that a script asked for. Harness and proxy go by the
 * same rule, so that their counts can be held against one another on any application.
 */

const ASSET_TYPE = /^\s*(image|font|audio|video)\/|^\s*text\/css|javascript|ecmascript|font/iu;

/**
 * @param status of the answer: what a browser holds already (304) is an asset, for no page may be kept
 * @param contentType of the answer; undefined where it names none, as redirects do
 */
export function isAssetAnswer(status: number, contentType: string | undefined): boolean {
  return status === 304 || ASSET_TYPE.test(contentType ?? "");
}
