// Packs every package as npm would, installs the tarballs into an empty ESM, CJS and Vite project, and does the main
// job there. Needs a build. Finds what no test inside the workspace can: a file that was not packed, a wrong export.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "upykit-packed-"));
const board = "@micropython/micropython-webassembly-pyscript@1.27.0";

const job = `
async function main({ createVirtualBoard, connectBoard, install, listInstalled, UpyError, compile, sameError }) {
  const virtual = await createVirtualBoard();
  const board = await connectBoard(virtual.transport());
  const page = JSON.stringify({ urls: [["hello.mpy", "hello.mpy"]], version: "1.0" });
  const { mpy } = compile("def greet(name):\\n    print('hello', name)\\n", { filename: "hello.py" });
  const fetch = async (url) => new Response(String(url).endsWith(".json") ? page : mpy);
  await install(board.target(), ["https://example.com/hello/package.json"], { fetch });
  const { packages } = await listInstalled(board.target());
  const output = await board.exec("import hello; hello.greet('packed')");
  const error = await board.exec("1/0").catch((error) => error);
  if (!(error instanceof UpyError) || error.code !== "python-error") throw new Error("not a UpyError: " + error);
  if (sameError && !(error instanceof sameError)) throw new Error("the other copy does not know the error");
  await board.close();
  await virtual[Symbol.asyncDispose]();
  return output.trim() + ", " + packages.length + " package";
}`;

const imports = {
  core: ["install", "listInstalled", "UpyError"],
  "core/device": ["connectBoard"],
  "core/testing": ["createVirtualBoard"],
  compiler: ["compile"],
};
const allEntries = [
  "core/mpy",
  "core/python",
  "core/manifest",
  "core/node",
  "freezer",
  "transport-serial",
  "transport-webserial",
  "transport-webrepl",
  "compiler/node",
];
const names = Object.values(imports).flat().join(", ");

try {
  const tarballs = readdirSync("packages").map(pack);
  trial(
    "esm",
    { type: "module" },
    "main.mjs",
    `
    import { createRequire } from "node:module";
    ${importLines()}
    ${allEntries.map((entry) => `await import("@upykit/${entry}");`).join("\n")}
    const sameError = createRequire(import.meta.url)("@upykit/core").UpyError;
    ${job}
    console.log(await main({ ${names}, sameError }));`,
  );
  trial(
    "cjs",
    { type: "commonjs" },
    "main.cjs",
    `
    ${Object.entries(imports)
      .map(([entry, found]) => `const { ${found.join(", ")} } = require("@upykit/${entry}");`)
      .join("\n")}
    ${allEntries.map((entry) => `require("@upykit/${entry}");`).join("\n")}
    ${job}
    main({ ${names} }).then(console.log);`,
  );
  vite(tarballs);

  function trial(kind, manifest, file, program) {
    const path = project(kind, manifest, tarballs.concat(board));
    writeFileSync(join(path, file), program);
    expectHello(kind, run(process.execPath, [file], path));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function importLines() {
  return Object.entries(imports)
    .map(([entry, found]) => `import { ${found.join(", ")} } from "@upykit/${entry}";`)
    .join("\n");
}

/** Bundles a page that uses the neutral entries; that it runs in a browser is the business of examples/browser. */
function vite(tarballs) {
  const path = project("vite", { type: "module" }, [...tarballs, board, "vite@8"]);
  writeFileSync(join(path, "index.html"), `<script type="module" src="/main.js"></script>`);
  writeFileSync(
    join(path, "main.js"),
    `${importLines()}
    import { openWebSerial } from "@upykit/transport-webserial";
    ${job}
    main({ ${names} }).then((text) => document.body.append(text, String(openWebSerial)));`,
  );
  run(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "error"], path);
  const built = readdirSync(join(path, "dist/assets"));
  console.log(`vite: ${built.length} files built`);
}

function project(kind, manifest, packages) {
  const path = join(folder, kind);
  mkdirSync(path);
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: kind, private: true, ...manifest }));
  run(
    "npm",
    ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel", "error", ...packages],
    path,
  );
  return path;
}

function pack(name) {
  const [{ filename }] = JSON.parse(
    run("npm", ["pack", "--json", "--pack-destination", folder, `./packages/${name}`], "."),
  );
  return join(folder, filename);
}

function expectHello(kind, output) {
  if (output.trim() !== "hello packed, 1 package") throw new Error(`${kind}: ${output}`);
  console.log(`${kind}: ${output.trim()}`);
}

function run(command, args, cwd) {
  return execFileSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  });
}
