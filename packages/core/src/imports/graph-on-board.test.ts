// The import graph against a real interpreter: random programs of packages that import each other, relative imports and
// cycles included. Every file tells that it runs, and for each import whether it worked.

import { connectBoard } from "@upykit/core/device";
import { importGraph } from "@upykit/core/imports";
import { createVirtualBoard } from "@upykit/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const files = [
  "/main.py",
  "/a.py",
  "/p/__init__.py",
  "/p/a.py",
  "/p/b.py",
  "/p/q/__init__.py",
  "/p/q/a.py",
  "/n/x.py",
  "/lib/p/b.py",
  "/lib/z.py",
];

const statements = [
  ...[
    "import a",
    "import p.a",
    "import p.q.a",
    "import n.x",
    "import z",
    "import gone",
    "import p.gone",
    "import a.b",
  ],
  ...[
    "from p import a",
    "from p import b",
    "from p import q",
    "from p.q import a",
    "from n import x",
    "from n import y",
  ],
  ...[
    "from . import a",
    "from . import x",
    "from .a import __file__",
    "from .. import a",
    "from ..q import a",
  ],
  ...["from ... import a", "from .q import a", "__import__('p.b')"],
];

const programs = fc
  .dictionary(
    fc.constantFrom(...files),
    fc.uniqueArray(fc.nat({ max: statements.length - 1 }), { maxLength: 4 }),
  )
  .map((tree) => new Map([["/main.py", [0, 2]], ...Object.entries(tree)] as [string, number[]][]));

const sourceOf = (path: string, imports: readonly number[]): string =>
  [
    `__import__('log').ran.append('${path}')`,
    ...imports.flatMap((number) => [
      "try:",
      `    ${statements[number] ?? ""}`,
      `    __import__('log').imported.append(('${path}', ${number}, 1))`,
      "except ImportError as error:",
      `    __import__('log').imported.append(('${path}', ${number}, 0))`,
    ]),
  ].join("\n");

const run = `
import sys
for name in list(sys.modules):
    del sys.modules[name]
import log
try:
    exec(open('/main.py').read(), {'__name__': '__main__'})
except RuntimeError:
    pass
print([log.ran, sorted(set(log.imported))])
`;

describe.each(["micropython-1.23", "micropython-1.29"])("importGraph against %s", (micropython) => {
  it("knows each file that runs, and each import that fails", async () => {
    await using virtual = await createVirtualBoard({ micropython });
    await using board = await connectBoard(virtual.transport());
    const environment = await board.environment();
    await fc.assert(
      fc.asyncProperty(programs, async (program) => {
        await virtual.fs.remove("/");
        await virtual.fs.write("/log.py", "ran = []\nimported = []\n");
        for (const [path, imports] of program) await virtual.fs.write(path, sourceOf(path, imports));
        const lines = (await board.exec(run)).trim().split("\n");
        const [ran, imported] = JSON.parse(
          (lines.at(-1) ?? "").replaceAll("(", "[").replaceAll(")", "]").replaceAll("'", '"'),
        ) as [string[], [string, number, 0 | 1][]];
        const graph = await importGraph(board.target(), { environment, caseInsensitive: false });
        const known = graph.files.map(({ path }) => path);
        for (const path of ran) expect(known).toContain(path);
        for (const [path, number, worked] of imported) {
          const line = 3 + 5 * (program.get(path) ?? []).indexOf(number);
          const found = graph.imports.filter((one) => one.from === path && one.line === line);
          const predicted = found.every((one) => one.found !== null);
          // A name that a package's own code mentions may be an attribute: then no alarm is raised.
          const mayBeAttribute = predicted && /^from .* import/u.test(statements[number] ?? "");
          if (worked === 1 || !mayBeAttribute) {
            expect([path, statements[number], predicted]).toEqual([path, statements[number], worked === 1]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
