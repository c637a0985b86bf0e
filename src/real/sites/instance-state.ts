/** The state of an application's instance: files and folders. A reset copies them from another folder. */

import {
  copyFile,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { dirname, join } from "node:path";

interface Listing {
  /** Paths in the folder, each after its parent folders. */
  folders: string[];
  files: string[];
}

/** A text that changes with every change of the file. */
interface Fingerprint {
  from: string;
  inode: bigint;
  size: bigint;
  changedNs: bigint;
}

export class InstanceState {
  readonly folder: string;
  readonly #names: readonly string[];
  /** Files of state folders as of the last copy. */
  readonly #copied = new Map<string, Fingerprint>();

  /** @param names of files and folders in `folder` that hold all its state */
  constructor(folder: string, names: readonly string[]) {
    this.folder = folder;
    this.#names = names;
  }

  /**
   * Makes the state equal to that of another folder. A named file is copied each time, with a new date. In a named
   * folder, only changed files are copied, with their date, and additional files are removed.
   */
  async copyFrom(from: string): Promise<void> {
    for (const name of this.#names) {
      if (await isFolder(join(from, name))) await this.#mirror(from, name);
      else {
        await mkdir(dirname(join(this.folder, name)), { recursive: true });
        await this.#copy(from, name);
      }
    }
  }

  async #mirror(from: string, name: string): Promise<void> {
    const [wanted, found] = await Promise.all([list(from, name), list(this.folder, name)]);
    for (const kind of ["files", "folders"] as const) {
      const isWanted = new Set(wanted[kind]);
      for (const path of found[kind].filter((one) => !isWanted.has(one)))
        await rm(join(this.folder, path), { recursive: true, force: true });
    }
    for (const path of wanted.folders) await mkdir(join(this.folder, path), { recursive: true });
    const isThere = new Set(found.files);
    for (const path of wanted.files) {
      if (isThere.has(path) && (await this.#isAsCopied(from, path))) continue;
      await this.#copy(from, path);
      // Applications with many files use the files' dates to see when their content changed.
      const { atime, mtime } = await lstat(join(from, path));
      await lutimes(join(this.folder, path), atime, mtime);
      this.#copied.set(path, await this.#read(from, path));
    }
  }

  /** Replaces by renaming: a file is either old or new, and programs that have the old one open keep it. */
  async #copy(from: string, path: string): Promise<void> {
    const next = join(this.folder, `${path}.next`);
    if ((await lstat(join(from, path))).isSymbolicLink())
      await symlink(await readlink(join(from, path)), next);
    else await copyFile(join(from, path), next);
    await rename(next, join(this.folder, path));
  }

  async #isAsCopied(from: string, path: string): Promise<boolean> {
    const before = this.#copied.get(path);
    if (before === undefined || before.from !== from) return false;
    const { inode, size, changedNs } = await this.#read(from, path);
    return before.inode === inode && before.size === size && before.changedNs === changedNs;
  }

  async #read(from: string, path: string): Promise<Fingerprint> {
    const { ino, size, ctimeNs } = await lstat(join(this.folder, path), { bigint: true });
    return { from, inode: ino, size, changedNs: ctimeNs };
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

/** Everything below a name. Empty if the folder does not exist. */
async function list(folder: string, name: string): Promise<Listing> {
  const listing: Listing = { folders: [name], files: [] };
  const entries = await readdir(join(folder, name), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
      throw error;
    },
  );
  for (const entry of entries) {
    const path = join(name, entry.name);
    if (!entry.isDirectory()) {
      listing.files.push(path);
      continue;
    }
    const inner = await list(folder, path);
    listing.folders.push(...inner.folders);
    listing.files.push(...inner.files);
  }
  return listing;
}
