// How much memory a module takes on a board, in each form that it can have there: frozen, .mpy, .py, in a ROM file
// system. Each form is imported by a fresh interpreter, from a directory of its own that goes away again.

import type { Board } from "../device/board.js";
import { UpyError } from "../errors.js";

/** One form of a module. */
export type ImportVariant =
  /** Frozen into the firmware. */
  | { readonly form: "frozen" }
  /** What is in a directory on the board already, like "/rom/lib". */
  | { readonly form: string; readonly directory: string }
  /** Files that are written for the time of the measurement. Paths are relative: "foo.mpy", "pkg/__init__.py". */
  | {
      readonly form: string;
      readonly files: readonly { readonly path: string; readonly content: Uint8Array }[];
    }
  /** A ROM file system, mounted from memory for the time of the measurement (MicroPython 1.28 and later). */
  | { readonly form: string; readonly romfs: Uint8Array };

/** What the import of one form costs. */
export interface ImportCost {
  readonly form: string;
  /** Bytes of heap that stay taken after a collection, modules that it imports included; null when the import fails. */
  readonly ram: number | null;
  /** Type of the exception, like "MemoryError"; "elsewhere" when the module is not in this form there, and another is loaded; null when all went well. */
  readonly problem: string | null;
}

/** What {@link measureImport} takes. */
export interface MeasureOptions {
  readonly signal?: AbortSignal | undefined;
  /** A directory to make for the time of the measurement. "/upykit-measure" by default. */
  readonly directory?: string | undefined;
  /** Called after each form. */
  readonly onProgress?:
    | ((progress: { readonly type: "measured"; readonly done: number; readonly total: number }) => void)
    | undefined;
}

const image = "image.romfs";

/**
 * Measures what importing a module costs, form by form. The interpreter is reset for each one and at the end: variables
 * are lost, and boot.py runs. Modules that the module imports are found as always, and count.
 * @throws `file-exists` when the directory is there; `read-only`, `no-space` when files cannot be written
 */
export async function measureImport(
  board: Pick<Board, "exec" | "fs" | "softReset">,
  module: string,
  variants: readonly ImportVariant[],
  options: MeasureOptions = {},
): Promise<ImportCost[]> {
  if (!/^[\p{ID_Continue}.]+$/u.test(module))
    throw new UpyError("invalid-argument", `${module} is no module's name.`);
  const { signal, directory = "/upykit-measure" } = options;
  const [there] = await board.fs.stat([directory], { signal });
  if (there) {
    throw new UpyError("file-exists", `${directory} is on the board already.`, {
      hint: "It is left from a measurement that was cut off, or yours: remove it, or name another directory.",
    });
  }
  const costs: ImportCost[] = [];
  for (const variant of variants) {
    signal?.throwIfAborted();
    costs.push(await measureOne(board, module, { variant, directory, signal }));
    options.onProgress?.({ type: "measured", done: costs.length, total: variants.length });
  }
  return costs;
}

interface Measurement {
  readonly variant: ImportVariant;
  readonly directory: string;
  readonly signal: AbortSignal | undefined;
}

async function measureOne(
  board: Pick<Board, "exec" | "fs" | "softReset">,
  module: string,
  { variant, directory, signal }: Measurement,
): Promise<ImportCost> {
  const files = filesOf(variant).map(({ path, content }) => ({ path: `${directory}/${path}`, content }));
  try {
    if (files.length > 0) await board.fs.writeFiles(files, { signal });
    await board.softReset({ signal });
    return {
      form: variant.form,
      ...parseCost(await board.exec(script(module, variant, directory), { signal })),
    };
  } finally {
    await cleanUp(board, directory);
  }
}

/** Whatever has happened, and whoever has cancelled: what was written goes away, and so does what was imported. */
async function cleanUp(board: Pick<Board, "fs" | "softReset">, directory: string): Promise<void> {
  try {
    await board.softReset();
  } finally {
    await board.fs.removeTree(directory);
  }
}

function filesOf(variant: ImportVariant): readonly { path: string; content: Uint8Array }[] {
  if ("files" in variant) return variant.files;
  return "romfs" in variant ? [{ path: image, content: variant.romfs }] : [];
}

/** Allocated bytes are counted: on a heap that grows by itself, free ones tell nothing. */
function script(module: string, variant: ImportVariant, directory: string): string {
  const place =
    "directory" in variant ? variant.directory : "romfs" in variant ? `${directory}/rom` : directory;
  const entry = JSON.stringify(
    filesOf(variant).length === 0 && !("directory" in variant) ? ".frozen" : place,
  );
  const mount = `
import vfs
with open(${JSON.stringify(`${directory}/${image}`)}, 'rb') as f:
    rom = f.read()
vfs.mount(vfs.VfsRom(rom), ${JSON.stringify(place)})
`;
  return `
import sys, gc
${"romfs" in variant ? mount : ""}
sys.path.insert(0, ${entry})
def used():
    for i in range(3):
        gc.collect()
    return gc.mem_alloc()
def is_meant(module):
    place = getattr(module, '__path__', None) or getattr(module, '__file__', '')
    if ${entry} != '.frozen':
        return place.startswith(${entry} + '/')
    try:
        __import__('os').stat(place)
        return False
    except OSError:
        return place != ''
def measure():
    before = used()
    try:
        __import__(${JSON.stringify(module)}, None, None, ('x',))
    except Exception as error:
        return None, type(error).__name__
    after = used()
    if not is_meant(sys.modules.get(${JSON.stringify(module.split(".")[0])})):
        return None, 'elsewhere'
    return after - before, None
print('\\n' + 'ram', *measure())
${"romfs" in variant ? `vfs.umount(${JSON.stringify(place)})` : ""}
`;
}

function parseCost(output: string): Pick<ImportCost, "ram" | "problem"> {
  const [, ram, problem] = /^ram (\S+) (\S+)\s*$/mu.exec(output) ?? [];
  if (ram === undefined) throw new UpyError("protocol", "The board did not tell how much memory is used.");
  return { ram: ram === "None" ? null : Number(ram), problem: problem === "None" ? null : (problem ?? null) };
}
