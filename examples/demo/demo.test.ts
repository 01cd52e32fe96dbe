// The demo is the main job: run here from the sources, with what it prints looked at.
import { afterEach, expect, test, vi } from "vitest";

const { argv } = process;

afterEach(() => {
  process.argv = argv;
  vi.restoreAllMocks();
});

test("resolves, plans, installs, verifies, imports on the board, installs again and uninstalls", async () => {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  const errors = vi.spyOn(console, "error");
  process.argv = ["node", "demo.mjs"];
  await import(new URL("demo.mjs", import.meta.url).pathname);
  expect(errors).not.toHaveBeenCalled();
  const output = lines.join("\n");
  expect(output).toMatch(/new +\/lib\/greenhouse\/__init__\.mpy/);
  expect(output).toMatch(/flash: needs .* free afterwards/);
  expect(output).toContain("5 files, 1568 B written to /lib");
  expect(output).toContain("every hash on the board is right: greenhouse 0.3.1, tinylog 1.0.2, units 1.2.0");
  expect(output).toContain("tomatoes    80 %  20.1 C  watered");
  expect(output).toContain("0 files written, 5 were right already");
  expect(output).toContain("the board is as it was: 0 entries");
});
