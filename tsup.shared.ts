import type { Options } from "tsup";

/** What every package's build has in common: ESM, CJS and types for both, with their names and spaces, for Node 20 and current browsers. */
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
  // Writes constants in where they are used, over files: the parser and the compiler switch over some 300 of them.
  esbuildOptions: (options) => {
    options.minifySyntax = true;
  },
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
};
