// node cli.mjs DIRECTORY PACKAGE[==VERSION] …
// Installs into DIRECTORY/modules, and writes DIRECTORY/frozen_content.c and DIRECTORY/lib.romfs from what is there.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isUpyError } from "@upykit/core";
import { crossInstall, freezeDirectory, romfsOfDirectory } from "./low-memory.mjs";

const [directory = "build", ...packages] = process.argv.slice(2);
const modules = join(directory, "modules");
try {
  await crossInstall(modules, packages);
  const { c, modules: names, sizes } = await freezeDirectory(modules);
  await writeFile(join(directory, "frozen_content.c"), c);
  await writeFile(join(directory, "lib.romfs"), await romfsOfDirectory(modules));
  console.log(`${names.length} modules, ${sizes.total} bytes in ROM`);
} catch (error) {
  console.error(isUpyError(error) ? `${error.code}: ${error.message}\n  ${error.hint ?? ""}` : String(error));
  process.exitCode = 1;
}
