import type { Options } from "tsup";

/** What every package's build has in common: ESM, CJS and types for both, unminified, for Node 20 and current browsers. */
export const shared: Options = {
  format: ["esm", "cjs"],
  target: "es2022",
  platform: "neutral",
  outDir: "dist",
  clean: true,
  treeshake: true,
  splitting: true,
  sourcemap: true,
  tsconfig: "tsconfig.build.json",
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
};
