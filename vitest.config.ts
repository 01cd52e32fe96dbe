import { defineConfig } from "vitest/config";
import { sourceAliases } from "./test/support/source-aliases.js";

export default defineConfig({
  resolve: { alias: sourceAliases },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "test/**/*.test.ts",
      "examples/**/*.test.ts",
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
