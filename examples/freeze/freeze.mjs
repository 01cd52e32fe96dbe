// A manifest.py to what a firmware build takes (frozen_content.c), and to what needs no build at all: a ROMFS image, and
// the same as UF2, to be dropped onto an RP2 board in its boot loader.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { nodeFileSystem, toPosixPath } from "@upykit/core/node/file-system";
import { buildManifestRomfs, freezeManifest, romfsToUf2, uf2Families } from "@upykit/freezer";

/** Where the firmware has its ROMFS partition: as MICROPY_HW_ROMFS_BYTES and the flash layout of the board say. */
const defaultAddress = 0x10180000;

/** Writes three files into `output`; resolves with their sizes. `qstrs` is the text of the build's qstrdefs.preprocessed.h. */
export async function freeze({ manifest, output, variables = {}, qstrs, address = defaultAddress }) {
  const path = toPosixPath(manifest);
  const options = { fileSystem: nodeFileSystem(dirname(manifest)), variables };
  const { c, modules } = await freezeManifest(path, { ...options, qstrs });
  const { image } = await buildManifestRomfs(path, options);
  const uf2 = romfsToUf2(image, { address, familyId: uf2Families.rp2040 });
  await mkdir(output, { recursive: true });
  await writeFile(join(output, "frozen_content.c"), c);
  await writeFile(join(output, "image.romfs"), image);
  await writeFile(join(output, "image.uf2"), uf2);
  return { modules, sizes: { c: c.length, image: image.length, uf2: uf2.length } };
}
