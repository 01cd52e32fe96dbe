import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

export default defineConfig({
  ...shared,
  entry: {
    index: "src/index.ts",
    worker: "src/worker.ts",
    "node/index": "src/node/index.ts",
    "node/worker": "src/node/worker.ts",
  },
  // Files of numbers that @upykit/core does not export: they are written in where they are used.
  noExternal: [/^@upykit\/core\/(mpy\/opcodes|python\/(rules|tokens))$/],
});
