// upip's documented way for boards with little memory, without a unix port and without a board: cross-install into a
// directory, then freeze it into the firmware, or put it in a ROMFS image. Each step is a call of its own.
import { install } from "@upykit/core";
import { directoryTarget } from "@upykit/core/node";
import { pypiIndex } from "@upykit/core/pypi";
import { buildRomfs, freezeToC } from "@upykit/freezer";

/** `upip install -p DIRECTORY PACKAGE…`. */
export async function crossInstall(directory, packages, options = {}) {
  const sources = [pypiIndex()];
  return install(directoryTarget(directory), packages, { sources, root: "/", mpy: "never", ...options });
}

/** The frozen_content.c of a directory of modules, as `make` in a port makes it. */
export async function freezeDirectory(directory) {
  const modules = await modulesOf(directory);
  return freezeToC(modules.map(({ path, content }) => ({ kind: "py", path, content })));
}

/** A ROMFS image of the same modules, compiled, below "lib". */
export async function romfsOfDirectory(directory) {
  const modules = await modulesOf(directory);
  return buildRomfs(modules.map(({ path, content }) => ({ path: `lib/${path}`, content })));
}

async function modulesOf(directory) {
  const { fs } = directoryTarget(directory);
  const entries = (await fs.walk("/")).filter(({ type, path }) => type === "file" && path.endsWith(".py"));
  return Promise.all(
    entries.map(async ({ path }) => ({ path: path.slice(1), content: await fs.readFile(path) })),
  );
}
