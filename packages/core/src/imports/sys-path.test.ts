import { isUpyError, memoryTarget, type MemoryTarget } from "@upykit/core";
import { connectBoard } from "@upykit/core/device";
import { applyFix, planFix, planSysPath, resolveImport } from "@upykit/core/imports";
import { createVirtualBoard } from "@upykit/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const circuitpython = {
  implementation: "circuitpython",
  sysPath: ["", "/", ".frozen", "/lib"],
  frozenModules: ["neopixel"],
};

async function change(target: MemoryTarget, order: Parameters<typeof planSysPath>[1]): Promise<void> {
  const { fix } = await planSysPath(target, order);
  if (fix.changes.length > 0) await applyFix(await planFix(fix, target), target);
}

const content = (target: MemoryTarget, path: string) => target.snapshot().get(path);
const text = (target: MemoryTarget, path: string) =>
  new TextDecoder().decode(content(target, path) ?? undefined);

describe("planSysPath", () => {
  it("sets it in boot.py, and on CircuitPython in the program that is started", async () => {
    const micropython = memoryTarget();
    await change(micropython, "files-first");
    expect(text(micropython, "/boot.py")).toBe(
      "# >>> upykit: sys.path\n__import__('sys').path[:] = ['', '/lib', '.frozen']\n# <<< upykit (this file was made for it)\n",
    );
    const target = memoryTarget({
      files: { "/boot.py": "", "/main.py": "import x\r\n" },
      environment: circuitpython,
    });
    await change(target, "files-first");
    expect(text(target, "/boot.py")).toBe("");
    expect(text(target, "/main.py")).toBe(
      "# >>> upykit: sys.path\r\n__import__('sys').path[:] = ['', '/', '/lib', '.frozen']\r\n# <<< upykit\r\nimport x\r\n",
    );
  });

  it("tells which imports change", async () => {
    const target = memoryTarget({
      files: { "/lib/neopixel.mpy": "", "/lib/other.py": "" },
      environment: circuitpython,
    });
    expect(await planSysPath(target, "files-first")).toMatchObject({
      path: "/code.py",
      sysPath: ["", "/", "/lib", ".frozen"],
      changed: [
        {
          module: "neopixel",
          before: { type: "frozen" },
          after: { type: "module", path: "/lib/neopixel.mpy" },
        },
      ],
    });
  });

  it("keeps every byte of the user's, goes in once, and comes out whole", async () => {
    const program = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .array(fc.constantFrom("\n", "\r\n", "import a", "# >>> upykit: other", "#", "\ufeff", "é", "'''"), {
          maxLength: 8,
        })
        .map((parts) => new TextEncoder().encode(parts.join(""))),
    );
    const entries = fc
      .array(fc.string({ unit: "grapheme" }), { maxLength: 3 })
      .map((names) => [...names, ".frozen"]);
    await fc.assert(
      fc.asyncProperty(program, entries, async (bytes, order) => {
        const target = memoryTarget({ files: { "/boot.py": bytes } });
        await change(target, order);
        const once = content(target, "/boot.py");
        expect(once?.length).toBeGreaterThan(bytes.length);
        const { fix } = await planSysPath(target, order);
        expect(fix.changes).toEqual([]);
        await change(target, "files-first");
        await change(target, "firmware");
        expect(content(target, "/boot.py")).toEqual(bytes);
        expect((await planSysPath(target, "firmware")).fix.changes).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("takes away the file that it made, unless something was added to it", async () => {
    const target = memoryTarget();
    const before = target.snapshot();
    await change(target, "files-first");
    await change(target, ["/lib", ".frozen"]);
    await change(target, "firmware");
    expect(target.snapshot()).toEqual(before);
    await change(target, "files-first");
    const more = `${text(target, "/boot.py")}import mine\n`;
    await target.fs.writeFiles([{ path: "/boot.py", content: new TextEncoder().encode(more) }]);
    await change(target, "firmware");
    expect(text(target, "/boot.py")).toBe("import mine\n");
  });

  it("refuses an order without frozen modules, a board without one, and half a block", async () => {
    const code = (wanted: string) => (error: unknown) => isUpyError(error) && error.code === wanted;
    await expect(planSysPath(memoryTarget(), ["", "/lib"])).rejects.toSatisfy(code("invalid-argument"));
    const flat = memoryTarget({ environment: { sysPath: [] } });
    await expect(planSysPath(flat, "files-first")).rejects.toSatisfy(code("unsupported"));
    const torn = memoryTarget({ files: { "/boot.py": "# >>> upykit: sys.path\nimport x\n" } });
    await expect(planSysPath(torn, "firmware")).rejects.toSatisfy(code("conflict"));
  });

  it("works on a board: a file replaces a frozen module, and the way back", async () => {
    const files = { "/lib/asyncio.py": "WHERE = 'file'\n", "/boot.py": "MINE = 1\n" };
    await using virtual = await createVirtualBoard({ files });
    await using board = await connectBoard(virtual.transport());
    const where = () => board.evaluate("getattr(__import__('asyncio'), 'WHERE', 'frozen')");
    const resolved = async () =>
      resolveImport("asyncio", Object.keys(files), await board.environment()).found?.type;
    expect([await where(), await resolved()]).toEqual(["frozen", "frozen"]);
    const plan = await planSysPath(board.target(), "files-first");
    await applyFix(await planFix(plan.fix, board.target()), board.target());
    await board.softReset();
    expect((await board.environment()).sysPath).toEqual(plan.sysPath);
    expect([await where(), await resolved()]).toEqual(["file", "module"]);
    const back = await planSysPath(board.target(), "firmware");
    await applyFix(await planFix(back.fix, board.target()), board.target());
    await board.softReset();
    expect([await where(), await resolved()]).toEqual(["frozen", "frozen"]);
    expect(await virtual.fs.readText("/boot.py")).toBe(files["/boot.py"]);
  });
});
