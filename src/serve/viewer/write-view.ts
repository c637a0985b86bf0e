/**
 * Writes the viewer as a static folder. It opens from the disk: data comes as scripts, since a page on `file:` may not
 * fetch. Each episode, step and page is a file of its own, which the page loads when somebody looks at it.
 */

import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { boundary, ConfigError, RecordingError } from "../../core/errors.ts";
import { makeSafePage } from "../../page/safe-page.ts";
import { type FoundEpisode, titleOf } from "./find-episodes.ts";
import {
  type KeepPage,
  type KeepPicture,
  type ListRow,
  toOutline,
  toRow,
  toSteps,
} from "./view-data.ts";

const ASSETS = new URL("assets/", import.meta.url);

export interface WriteViewOptions {
  /** What was named, for the title. */
  paths: readonly string[];
  episodes: readonly FoundEpisode[];
  /** Folder of the view. Data of an older view in it is replaced. */
  out: string;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

export interface WrittenView {
  /** `index.html` */
  path: string;
  episodes: number;
  steps: number;
  pages: number;
}

/**
 * @throws RecordingError if the folder cannot be written, or a trajectory cannot be read; ConfigError for another
 * folder
 */
export async function writeView(options: WriteViewOptions): Promise<WrittenView> {
  const { episodes, out, signal } = options;
  const data = join(out, "data");
  // An older view may be replaced, anything else may not.
  if (existsSync(out) && readdirSync(out).length > 0 && !existsSync(join(out, "view-data.js")))
    throw new ConfigError(
      `Expected a new folder, an empty one or an older view at ${out}, got another folder. Choose another with --out.`,
    );
  await boundary(RecordingError, `Expected to write the view into ${out}`, () => {
    rmSync(data, { recursive: true, force: true });
    for (const folder of ["episodes", "pages", "pictures"])
      mkdirSync(join(data, folder), { recursive: true });
    for (const name of readdirSync(ASSETS)) writeFileSync(join(out, name), asset(name));
    return Promise.resolve();
  });
  const put = (key: string, value: unknown): void =>
    writeFileSync(join(data, `${key}.js`), dataScript(key, value));
  const pages = new Set<string>();
  const rows: ListRow[] = [];
  let steps = 0;
  for (const [index, found] of episodes.entries()) {
    signal?.throwIfAborted();
    const { trajectory, dream } = await found.read();
    const { group, result } = found;
    const episode = { key: String(index), group, trajectory, dream, result };
    rows.push(toRow(episode));
    put(`episodes/${index}`, toOutline(episode));
    let at = 0;
    const keepPicture = pictureKeeper(dirname(found.path), join(data, "pictures"), index);
    for (const step of toSteps(episode, pageKeeper(pages, put), keepPicture))
      put(`episodes/${index}-${at++}`, step);
    steps += at;
    options.onProgress?.(index + 1, episodes.length);
  }
  put("list", { title: titleOf(options.paths), rows });
  return { path: join(out, "index.html"), episodes: rows.length, steps, pages: pages.size };
}

function asset(name: string): Buffer {
  return readFileSync(new URL(name, ASSETS));
}

/** Pages repeat: the same page with the same marked element is kept once. */
function pageKeeper(kept: Set<string>, put: (key: string, value: unknown) => void): KeepPage {
  return (page, target, { nodes }) => {
    if (page === undefined || page === null) return null;
    const targeted = target === null ? -1 : nodes.findIndex(({ ref }) => ref === target);
    const key = createHash("sha256")
      .update(
        `${page.url}\n${targeted}\n${targeted === -1 ? "" : JSON.stringify(nodes[targeted])}\n`,
      )
      .update(page.html)
      .digest("hex")
      .slice(0, 24);
    if (!kept.has(key)) {
      kept.add(key);
      put(`pages/${key}`, makeSafePage(page, target, nodes));
    }
    return `pages/${key}`;
  };
}

/** Copies pictures. One outside the episode's folder, or of another kind, stays where it is. */
function pictureKeeper(from: string, to: string, episode: number): KeepPicture {
  return (path) => {
    if (path === undefined || !/\.(?:png|jpe?g|webp)$/iu.test(path)) return null;
    const source = resolve(from, path);
    if (!source.startsWith(resolve(from) + sep) || !existsSync(source)) return null;
    const name = `${episode}-${path.replaceAll(/[^\w.-]+/gu, "-")}`;
    copyFileSync(source, join(to, name));
    return `data/pictures/${name}`;
  };
}

/** JSON is a subset of JavaScript, so no content can leave its string. */
function dataScript(key: string, value: unknown): string {
  return `dreamgymView.put(${JSON.stringify(key)}, ${JSON.stringify(value)});\n`;
}
