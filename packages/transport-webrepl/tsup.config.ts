import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

export default defineConfig({
  ...shared,
  entry: {
    index: "src/index.ts",
    "node/index": "src/node/index.ts",
  },
});
