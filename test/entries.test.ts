import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

// Grows with the workspace: every package ships what its package.json says.
test("every package is MIT, side-effect free and of one scope", () => {
  const folders = readdirSync("packages");
  expect(folders.length).toBeGreaterThanOrEqual(5);
  for (const folder of folders) {
    const manifest = JSON.parse(readFileSync(`packages/${folder}/package.json`, "utf8")) as Record<
      string,
      unknown
    >;
    expect(manifest).toMatchObject({
      name: `@upykit/${folder}`,
      license: "MIT",
      sideEffects: false,
      type: "module",
    });
  }
});
