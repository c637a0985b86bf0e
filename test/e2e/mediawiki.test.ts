/** MediaWiki, a real application: changes in one episode stay there, and its tasks solved. */

import { homedir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createMediawiki, maskMediawiki } from "../../fixtures/providers/mediawiki/application.ts";
import { createWikiWorld } from "../../fixtures/providers/mediawiki/world.ts";
import { WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { collectMediawikiEntities } from "../../fixtures/templates/mediawiki/entities.ts";
import { MEDIAWIKI_TEMPLATES } from "../../fixtures/templates/mediawiki/templates.ts";
import { createWorld } from "../../fixtures/worlds/world.ts";
import type { TaskConfig } from "../../src/evaluation/task-config.ts";
import { createStopPolicy } from "../../src/core/policy.ts";
import { describeApplication } from "../support/application-suite.ts";

const CREATE_PAGE = 805;

await describeApplication(
  {
    application: createMediawiki({
      searchPath: process.env["PATH"] ?? "",
      // The command line uses the same folder: building the wikis takes minutes.
      cacheFolder: join(homedir(), ".cache", "dreamgym"),
    }),
    templates: MEDIAWIKI_TEMPLATES,
    mask: maskMediawiki,
    taskCount: 40,
    // `tasks validate --solve` proves that two runs agree; one run is long enough here.
    runsInChromium: 1,
    processMark: "mediawiki/router.php",
  },
  (bench) => {
    it("serves worlds that share no name, logged in without a request", async () => {
      const { control } = bench.sites;
      const [a, b] = Object.values(WORLD_SEEDS).map((seed) => createWikiWorld(createWorld(seed)));
      const episode = await control.startEpisode("B");
      const cookie = episode.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
      const page = await bench.read("/wiki/Main_Page", { ...episode.headers, cookie });
      expect(page).toContain(b?.name);
      expect(page).toContain(`>${b?.users[0]?.name}</a>`);
      expect(a?.pages.filter(({ article }) => page.includes(article.title))).toEqual([]);
      expect(await control.endEpisode(episode.token)).toEqual({ pages: 1, assets: 0 });
    });

    it("keeps the changes of one episode from all others, and forgets them at a reset", async () => {
      const config = bench.configs.find(
        ({ intent_template_id: id }) => id === CREATE_PAGE,
      ) as TaskConfig;
      const other = await bench.sites.control.startEpisode(config.world ?? "");
      const trajectory = await bench.play(config);
      const { pathname } = new URL(trajectory.finalObservation.url);
      expect(trajectory.score).toMatchObject({ value: 1 });
      expect(await bench.read(pathname, other.headers)).toContain("no text in this page");
      const again = await bench.play(config, createStopPolicy(""));
      expect(again.score).toMatchObject({ value: 0 });
    });

    it("resets while it serves, and keeps a state as a world", async () => {
      const { control } = bench.sites;
      const { token, headers } = await control.startEpisode("A");
      const visits = Array.from({ length: 3 }, () => bench.read("/wiki/Main_Page", headers));
      const [page = ""] = await Promise.all([...visits, control.resetEpisode(token)]).then(
        (pages) => pages as string[],
      );
      expect(page).toContain(createWikiWorld(createWorld(WORLD_SEEDS.A)).name);
      await bench.sites.snapshot?.(token, "kept");
      const kept = await control.startEpisode("kept");
      const path = "/index.php?title=Main_Page&action=raw";
      expect(await bench.read(path, kept.headers)).toBe(await bench.read(path, headers));
    });

    it("has a page of its own for each article of either side of the split", async () => {
      const world = createWorld(WORLD_SEEDS.A);
      const sides = (["train", "dev"] as const).map((split) =>
        collectMediawikiEntities(world, split),
      );
      const paths = sides.flatMap((entities) => entities.map(({ path }) => path));
      expect(new Set(paths).size).toBe(paths.length);
      const { headers } = await bench.sites.control.startEpisode("A");
      const articles = (sides[1] ?? []).filter(({ kind }) => kind === "article").slice(0, 12);
      expect(articles).toHaveLength(12);
      for (const { name, path } of articles)
        expect(await bench.read(path, headers)).toContain(`<title>${name}`);
    });
  },
);
