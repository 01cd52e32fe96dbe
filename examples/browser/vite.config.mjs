import { defineConfig } from "vite";

// The virtual board shares memory with its worker, which browsers allow on isolated pages only.
const isolated = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  server: { headers: isolated },
  preview: { headers: isolated },
  build: { target: "es2022" },
});
