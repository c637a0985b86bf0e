/** Fossil, a real application, through the provider port: parallel episodes, resets, counts, and its tasks solved. */

import { expect, it } from "vitest";
import { createFossil, maskFossil } from "../../fixtures/providers/fossil/application.ts";
import { createFossilWorld } from "../../fixtures/providers/fossil/world.ts";
import { FOSSIL_TEMPLATES } from "../../fixtures/templates/fossil/templates.ts";
import type { TaskConfig } from "../../src/evaluation/task-config.ts";
import { createStopPolicy } from "../../src/core/policy.ts";
import { describeApplication } from "../support/application-suite.ts";

await describeApplication(
  {
    application: createFossil({ searchPath: process.env["PATH"] ?? "" }),
    templates: FOSSIL_TEMPLATES,
    mask: maskFossil,
    taskCount: 60,
    processMark: "world.fossil",
  },
  (bench) => {
    it("serves worlds that share no name, logged in without a request", async () => {
      const { control } = bench.sites;
      const [a, b] = [createFossilWorld(1), createFossilWorld(2)];
      const episode = await control.startEpisode("B");
      const cookie = episode.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
      const page = await bench.read("/rptview/1", { ...episode.headers, cookie });
      expect(page).toContain(b.tickets[0]?.title);
      expect(page).toContain(`>${b.users[0]?.login}</a>`);
      expect(a.parts.filter(({ name }) => page.includes(name))).toEqual([]);
      expect(await control.endEpisode(episode.token)).toEqual({ pages: 1, assets: 0 });
    });

    it("keeps the changes of one episode from all others, and forgets them at a reset", async () => {
      const config = bench.configs.find(({ intent_template_id: id }) => id === 709) as TaskConfig;
      const title = String(config.instantiation_dict["title"]);
      const other = await bench.sites.control.startEpisode(config.world ?? "");
      const trajectory = await bench.play(config);
      expect(trajectory.finalObservation.title).toContain(title);
      expect(await bench.read("/forum", other.headers)).not.toContain(title);
      const again = await bench.play(config, createStopPolicy(""));
      expect(again.score).toMatchObject({ value: 0 });
    });

    it("resets while it serves, and saves a state as a world", async () => {
      const { read, sites } = bench;
      const { control } = sites;
      const { token, headers } = await control.startEpisode("A");
      const before = await read("/timeline", headers);
      await sites.snapshot?.(token, "kept");
      const kept = await control.startEpisode("kept");
      expect(withoutNonce(await read("/wcontent", kept.headers))).toBe(
        withoutNonce(await read("/wcontent", headers)),
      );
      await control.resetEpisode(token);
      expect(withoutNonce(await read("/timeline", headers))).toBe(withoutNonce(before));
      await expect(control.resetEpisode("A-999")).rejects.toThrow("running episode");
      expect(await read("/timeline", { "x-dreamgym-episode": "A-999" })).toContain("token");
    });
  },
);

/** Fossil draws a number for its own scripts, and states how long it took. */
function withoutNonce(page: string): string {
  return page.replaceAll(/[0-9a-f]{48}/gu, "");
}
