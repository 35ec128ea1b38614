import { defineConfig } from "vitest/config";

/**
 * Two projects. `fast` runs in parallel and needs nothing but Node; `real` runs one file at a time, with nothing
 * beside it, because it measures audio on a real Asterisk.
 */
export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    // A file is transformed once for all runs: a sabotage is one short run, and there are hundreds.
    experimental: { fsModuleCache: true, fsModuleCachePath: new URL("report/modules", import.meta.url).pathname },
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
          // To load all modules anew for each file takes a quarter of the whole time. So a module keeps nothing of one test,
          // and registers no hook: it would be the first file's alone.
          isolate: false,
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
