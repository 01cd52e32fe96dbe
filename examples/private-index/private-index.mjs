// A mip index of one's own: folders with a manifest.py become static files, which any web server can serve.
// `publish` builds or updates the folder; `serve` stands for the web server.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join, normalize } from "node:path";
import { manifestPackages } from "@upykit/core/manifest";
import { nodeFileSystem, toPosixPath } from "@upykit/core/node/file-system";
import { buildIndex, circuitPythonBytecode } from "@upykit/freezer";

const bytecode = [{ key: "6", target: "micropython" }, circuitPythonBytecode];
const stateFile = "build-state.json";

/** Builds the index of `packages` in `output`, or what has changed since the last time. Locked versions stay as they are. */
export async function publish(packages, output) {
  const root = toPosixPath(packages);
  const sources = await manifestPackages(root, { fileSystem: nodeFileSystem(packages), folders: ["."] });
  const previous = (path) => readIfThere(join(output, path));
  const state = (await previous(stateFile))?.toString();
  const build = await buildIndex(sources, { bytecode, previous, state });
  // index.json comes last: whoever reads meanwhile finds all that it lists.
  const files = [...build.files].filter(([path]) => path !== "index.json");
  for (const [path, content] of files) await write(join(output, path), content);
  const index = build.files.get("index.json");
  if (index !== undefined) await write(join(output, "index.json"), index);
  await write(join(output, stateFile), build.state);
  return build;
}

async function readIfThere(path) {
  try {
    return await readFile(path);
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "EISDIR") return null;
    throw error;
  }
}

/** A file is there whole or as it was, whenever this breaks off. */
async function write(path, content) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

/** Serves a folder on this machine until `close()`. */
export async function serve(folder, port = 0) {
  const read = async (url) =>
    readIfThere(join(folder, normalize(decodeURIComponent(new URL(url, "http://index").pathname))));
  const server = createServer(async (request, response) => {
    const content = await read(request.url).catch(() => null);
    response.writeHead(content === null ? 404 : 200).end(content);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}
