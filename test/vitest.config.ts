import { defineConfig } from "vitest/config";

/**
 * Two projects. `fast` runs in parallel and needs nothing but Node; `real` runs one file at a time, with nothing
 * beside it, because it measures audio on a real Asterisk.
 */
export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "fast",
          include: ["test/{unit,contract,scenarios}/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Mostly waiting for sockets and disks: more workers than cores.
          maxWorkers: 4,
        },
      },
      {
        extends: true,
        test: {
          name: "real",
          include: ["test/lab/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
