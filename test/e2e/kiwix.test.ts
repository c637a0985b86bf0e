/** Kiwix, a real read-only application: one server per world, and its tasks solved. */

import { expect, it } from "vitest";
import { createKiwix } from "../../fixtures/providers/kiwix/application.ts";
import { collectKiwixEntities } from "../../fixtures/templates/kiwix/entities.ts";
import { KIWIX_TEMPLATES } from "../../fixtures/templates/kiwix/templates.ts";
import { WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { createWorld } from "../../fixtures/worlds/world.ts";
import { describeApplication } from "../support/application-suite.ts";

await describeApplication(
  {
    application: createKiwix({ searchPath: process.env["PATH"] ?? "" }),
    templates: KIWIX_TEMPLATES,
    taskCount: 20,
    processMark: "encyclopedia.zim",
  },
  (bench) => {
    it("serves each episode its own world, and a whole world from one place", async () => {
      const { control } = bench.sites;
      const [a, again, b] = [
        await control.startEpisode("A"),
        await control.startEpisode("A"),
        await control.startEpisode("B"),
      ];
      const [page, same, other] = [
        await bench.read("/encyclopedia/index.html", a.headers),
        await bench.read("/encyclopedia/index.html", again.headers),
        await bench.read("/encyclopedia/index.html", b.headers),
      ];
      expect(page).toBe(same);
      expect(page).toContain(createWorld(WORLD_SEEDS.A).map.landName);
      expect(other).toContain(createWorld(WORLD_SEEDS.B).map.landName);
      await control.resetEpisode(a.token);
      expect(await bench.read("/encyclopedia/index.html", a.headers)).toBe(page);
      expect(await control.endEpisode(a.token)).toEqual({ pages: 2, assets: 0 });
      expect(await control.endEpisode(again.token)).toEqual({ pages: 1, assets: 0 });
    });

    it("has a page of its own for each entity of either side of the split", async () => {
      const { headers } = await bench.sites.control.startEpisode("A");
      const world = createWorld(WORLD_SEEDS.A);
      const sides = (["train", "dev"] as const).map((split) => collectKiwixEntities(world, split));
      const paths = sides.flatMap((entities) => entities.map(({ path }) => path));
      expect(new Set(paths).size).toBe(paths.length);
      expect(sides.map(({ length }) => length > 5)).toEqual([true, true]);
      for (const { name, path } of sides[1] ?? [])
        expect(await bench.read(path, headers)).toContain(`<title>${name}</title>`);
    });
  },
);
