// A small mip index (v2) over loopback HTTP: the packages beside this file, as .py and compiled to .mpy.
// Layout: index.json, package/{py|6}/NAME/VERSION.json, file/ab/abcdef01 (the hash's first bytes).
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { compile } from "@upykit/compiler";

const folder = fileURLToPath(new URL("packages/", import.meta.url));

/**
 * Serves the index until `close()`. Always at the same port if it is free, so that the addresses in a lockfile are still
 * right the next time.
 */
export async function serveIndex({ port = 48266 } = {}) {
  const pages = buildPages();
  const server = createServer((request, response) => {
    const page = pages.get(request.url.slice(1));
    response.writeHead(page === undefined ? 404 : 200);
    response.end(page);
  });
  await listen(server, port).catch(() => listen(server, 0));
  const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server.off("error", reject)));
  });
}

function buildPages() {
  const pages = new Map();
  const listed = readdirSync(folder)
    .sort()
    .map((name) => addPackage(pages, name));
  pages.set("index.json", JSON.stringify({ v: 2, updated: 0, packages: listed }));
  return pages;
}

function addPackage(pages, name) {
  const { deps = [], ...about } = JSON.parse(readFileSync(`${folder}${name}/package.json`, "utf8"));
  const sources = filesBelow(`${folder}${name}`).filter((path) => path.endsWith(".py"));
  const versions = {};
  for (const variant of ["py", "6"]) {
    const hashes = sources.map((path) =>
      addFile(pages, variant, { path, source: readFileSync(`${folder}${name}/${path}`) }),
    );
    const page = JSON.stringify({ v: 1, version: about.version, hashes, deps });
    for (const version of [about.version, "latest"])
      pages.set(`package/${variant}/${name}/${version}.json`, page);
    versions[variant] = [about.version];
  }
  return { ...about, versions };
}

function addFile(pages, variant, { path, source }) {
  const isCompiled = variant !== "py";
  const content = isCompiled ? compile(source, { filename: path }).mpy : source;
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  pages.set(`file/${hash.slice(0, 2)}/${hash}`, content);
  return [isCompiled ? path.replace(/\.py$/, ".mpy") : path, hash];
}

function filesBelow(root, prefix = "") {
  return readdirSync(`${root}/${prefix}`)
    .sort()
    .flatMap((name) => {
      const path = prefix + name;
      return statSync(`${root}/${path}`).isDirectory() ? filesBelow(root, `${path}/`) : [path];
    });
}
