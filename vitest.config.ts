// What vitest runs: the tests of the Node side beside their sources, and the suites in test/ that build and boot images.
// Tests of the libraries (`libs/**/*.test.ts`) are kernel-dialect programs: `./kraft test` runs them.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "compiler/src/**/*.test.ts",
            "compiler/test/*.test.ts",
            "compiler/fuzz/*.test.ts",
            "kraft-tool/**/*.test.ts",
            "tools/**/*.test.ts",
            "bench/**/*.test.ts",
          ],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "boot",
          include: ["test/**/*.test.ts"],
          // Machines run one after the other: their times and ports are what is tested.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["compiler/src/**", "kraft-tool/src/**"],
      reportsDirectory: "coverage",
    },
  },
});
