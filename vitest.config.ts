import { defineConfig } from "vitest/config";

/** The public entries, as tests import them, answered by the sources: no build is needed to test. */
const entries: Record<string, string> = {
  "@upykit/core/device": "core/src/device",
  "@upykit/core/mpy": "core/src/mpy",
  "@upykit/core/python": "core/src/python",
  "@upykit/core/manifest": "core/src/manifest",
  "@upykit/core/node": "core/src/node",
  "@upykit/core/testing": "core/src/testing",
  "@upykit/core": "core/src",
  "@upykit/compiler/node": "compiler/src/node",
  "@upykit/compiler": "compiler/src",
  "@upykit/freezer": "freezer/src",
  "@upykit/transport-serial": "transport-serial/src",
  "@upykit/transport-webrepl/node": "transport-webrepl/src/node",
  "@upykit/transport-webrepl": "transport-webrepl/src",
  "@upykit/transport-webserial": "transport-webserial/src",
};

export default defineConfig({
  resolve: {
    alias: Object.entries(entries).map(([name, folder]) => ({
      find: new RegExp(`^${name}$`),
      replacement: new URL(`./packages/${folder}/index.ts`, import.meta.url).pathname,
    })),
  },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "test/**/*.test.ts",
      "examples/**/*.test.ts",
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
  },
});
