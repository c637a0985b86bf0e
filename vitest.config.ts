import { defineConfig } from "vitest/config";

/** Colours are on where `CI` is set, so tests that read a text would differ there. */
const env = { NO_COLOR: "1" };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          env,
          // A test in which no assertion runs fails: a loop over nothing proves nothing.
          expect: { requireAssertions: true },
          include: ["{src,fixtures,test,bench}/**/*.test.ts"],
          globalSetup: ["test/support/own-temporary-folder.ts"],
          exclude: ["test/e2e/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "e2e",
          env,
          expect: { requireAssertions: true },
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/own-temporary-folder.ts", "test/support/ensure-browser.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // After the others: browsers take both cores.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
