import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { InstanceState } from "./instance-state.ts";

const NAMES = ["site.db", "data"];

let world: string;
let other: string;
let state: InstanceState;

async function write(folder: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Every file with its text, and every folder. */
async function contents(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const path of (await readdir(folder, { recursive: true })).toSorted())
    found[path] = (await lstat(join(folder, path))).isDirectory()
      ? "/"
      : await readFile(join(folder, path), "utf8");
  return found;
}

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), "state-"));
  [world, other] = [join(root, "world"), join(root, "other")];
  for (const folder of [world, other]) {
    await write(folder, "site.db", `records of ${folder}`);
    await write(folder, "data/pages/start.txt", "start");
  }
  await write(world, "data/pages/en/about.txt", "about");
  await mkdir(join(world, "data", "empty"));
  await symlink("pages/start.txt", join(world, "data", "home.txt"));
  await mkdir(join(root, "instance"));
  state = new InstanceState(join(root, "instance"), NAMES);
});

describe("the state of an instance", () => {
  it("becomes that of another folder again after any change", async () => {
    await state.copyFrom(world);
    expect(await contents(state.folder)).toEqual(await contents(world));
    await write(state.folder, "data/pages/en/about.txt", "ABOUT");
    await write(state.folder, "data/pages/new/deep/page.txt", "new");
    await rm(join(state.folder, "data", "pages", "start.txt"));
    await rm(join(state.folder, "data", "empty"), { recursive: true });
    await write(state.folder, "data/empty", "a file where a folder was");
    await write(state.folder, "site.db", "other records");
    await state.copyFrom(world);
    expect(await contents(state.folder)).toEqual(await contents(world));
    await state.copyFrom(other);
    expect(await contents(state.folder)).toEqual(await contents(other));
    await state.copyFrom(world);
    expect(await contents(state.folder)).toEqual(await contents(world));
  });

  it("leaves untouched files of folders alone", async () => {
    const about = join(state.folder, "data", "pages", "en", "about.txt");
    await state.copyFrom(world);
    const { ino } = await stat(about);
    await state.copyFrom(world);
    expect((await stat(about)).ino).toBe(ino);
  });

  it("equals the world's after any mix of written files, new folders and removed files", async () => {
    const path = fc
      .array(fc.constantFrom("pages", "en", "start.txt", "about.txt", "empty"), {
        minLength: 1,
        maxLength: 3,
      })
      .map((parts) => join("data", ...parts));
    const change = fc.record({ path, kind: fc.constantFrom("write", "remove", "folder") });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 6 }), async (changes) => {
        await state.copyFrom(world);
        for (const { path: changed, kind } of changes) {
          const at = join(state.folder, changed);
          // The application cannot do impossible changes either, such as a file below a file.
          if (kind === "remove") await rm(at, { recursive: true, force: true }).catch(() => null);
          else if (kind === "write") await write(state.folder, changed, "x").catch(() => null);
          else await mkdir(at, { recursive: true }).catch(() => null);
        }
        await state.copyFrom(world);
        expect(await contents(state.folder)).toEqual(await contents(world));
      }),
      { numRuns: 50 },
    );
  });
});
