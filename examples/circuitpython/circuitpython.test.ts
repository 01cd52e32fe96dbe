// The example as it stands, run from the sources, with what it prints looked at.
import { afterEach, expect, test, vi } from "vitest";

const { argv } = process;

afterEach(() => {
  process.argv = argv;
  vi.restoreAllMocks();
});

test("lists, installs what code.py imports, updates, freezes and bundles", async () => {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  const errors = vi.spyOn(console, "error");
  process.argv = ["node", "cli.mjs"];
  await import(new URL("cli.mjs", import.meta.url).pathname);
  expect(errors).not.toHaveBeenCalled();
  const output = lines.join("\n");
  expect(output).toContain("CircuitPython 10.0.3 on raspberry_pi_pico");
  expect(output).toMatch(/garden_probe +1\.4\.0 \(1\.5\.2 in the bundle\) +update, copied by hand/);
  expect(output).toMatch(/install +garden_light 0\.3\.0/);
  expect(output).toContain("there    garden_probe 1.4.0 (installed)");
  expect(output).toContain("/lib/garden_probe/__init__.mpy");
  expect(output).toMatch(/garden_probe +1\.5\.2 \(1\.5\.2 in the bundle\) +current\n/);
  expect(output).toContain(
    "The doctor\n  warning: /main.py is never started: /code.py is there, and comes first.",
  );
  expect(output).toContain("  garden_light==0.3.0\n  garden_probe==1.5.2\n  garden_scale==1.1.0");
  expect(output).toContain("garden/CircuitPython 10.x/lib/garden_probe/__init__.mpy");
});
