import { defineConfig } from "tsup";
import { shared } from "../../tsup.shared.js";

export default defineConfig({
  ...shared,
  entry: {
    index: "src/index.ts",
    "device/index": "src/device/index.ts",
    // Files of their own, so that a page which only opens a port does not get the whole of the board protocol.
    "device/create-transport": "src/device/create-transport.ts",
    "device/reset-lines": "src/device/reset-lines.ts",
    "device/usb-boards": "src/device/usb-boards.ts",
    "mpy/index": "src/mpy/index.ts",
    "python/index": "src/python/index.ts",
    "manifest/index": "src/manifest/index.ts",
    "node/index": "src/node/index.ts",
    "testing/index": "src/testing/index.ts",
  },
});
