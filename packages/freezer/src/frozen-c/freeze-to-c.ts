// Files to frozen_content.c: the bytes that makemanifest.py and mpy-tool.py 1.28 write for the same files.
// The stages stand in files of their own: compile, load and name, then one emitter for each part of the C file.

import { UpyError } from "@upykit/core/errors";
import { type MpyObject, parseComplex, parseFloatText, tagSource } from "@upykit/core/mpy";
import { compileSource } from "../files/compile-source.js";
import { checkFreezeFiles, checkNames, checkRequired } from "./check-files.js";
import { emitModule, emitModuleTables } from "./emit-modules.js";
import { emitHead, emitPool } from "./emit-pool.js";
import { emitStrings, noFrozenMpy } from "./emit-strings.js";
import type {
  CompileFunction,
  CompileSettings,
  FreezeFile,
  PythonFile,
  CompiledFile,
  TextFile,
} from "../files/freeze-file.js";
import type { FreezeContext, LongIntegers } from "./freeze-context.js";
import { type FrozenModule, loadModule } from "./frozen-module.js";
import { FrozenNames } from "./frozen-names.js";
import { emitSizes, type FrozenSizes, noSizes, totalSize } from "./frozen-sizes.js";
import { GlobalQstrs } from "./global-qstrs.js";
import { placed } from "../files/placed-error.js";
import { parseQstrHeader, staticFirmwareQstrs } from "./qstr-header.js";
import { withPath } from "../files/with-path.js";

/** Options of {@link freezeToC}; each has MicroPython's default. */
export interface FreezeOptions extends CompileSettings {
  /** The text of the firmware's `genhdr/qstrdefs.preprocessed.h`; absent: what mpy-tool.py does without `-q`. */
  readonly qstrs?: string | undefined;
  /** How the port stores large integers (`-mlongint-impl`); "mpz". */
  readonly longIntegers?: LongIntegers | undefined;
  /** Bits of a digit of "mpz" (`-mmpz-dig-size`, the port's MPZ_DIG_SIZE); 16. */
  readonly mpzDigitSize?: 8 | 16 | 32 | undefined;
  /** The build folder that comments name; "build". */
  readonly buildDirectory?: string | undefined;
  /** False for what mpy-tool.py alone writes: no frozen text, no heading. */
  readonly withStrings?: boolean | undefined;
  /** Modules that have to be among the frozen ones, dotted; a missing one is an error. */
  readonly requiredModules?: readonly string[] | undefined;
  /** What compiles sources; `@upykit/compiler` where not set. */
  readonly compile?: CompileFunction | undefined;
}

/** What {@link freezeToC} gives. Files frozen as text are in `c` only. */
export interface FrozenContent {
  /** The text of frozen_content.c. */
  readonly c: string;
  /** The names that `import` finds, in order, like "aioble/core.py". */
  readonly modules: readonly string[];
  /** `total` is in bytes, for a 32-bit board. */
  readonly sizes: Readonly<FrozenSizes> & { readonly total: number };
}

/**
 * Freezes files, in the order given: the C that makemanifest.py and mpy-tool.py of MicroPython 1.28 write for them.
 * @throws `conflict` for two files of one name, `invalid-path` for names that cannot be frozen, `not-found` for a
 *   required module, `invalid-mpy`, `incompatible-mpy`, `syntax-error`; `unsupported` for machine code with relocations or
 *   without a back end, and for integers and names that the firmware cannot hold; `invalid-argument` for `qstrs` that are
 *   no qstr header; there is no partial result
 */
export function freezeToC(files: readonly FreezeFile[], options: FreezeOptions = {}): FrozenContent {
  checkFreezeFiles(files);
  const qstrs = new GlobalQstrs(
    options.qstrs === undefined ? staticFirmwareQstrs() : parseQstrHeader(options.qstrs),
  );
  const names = new FrozenNames();
  const modules = files.filter(isModule).map((file): FrozenModule => {
    const load = () => loadModule(mpyOf(file, options), mpyPath(file, options), qstrs, names);
    return { ...placed(file, load), place: file.place };
  });
  const texts = files.filter((file): file is TextFile => file.kind === "str");
  checkNames(modules, texts, options.target ?? "micropython");
  checkRequired(modules, texts, options.requiredModules ?? []);
  const context = newContext(qstrs, names, options);
  const mpyPart = modules.length > 0 ? emitAll(context, modules) : noFrozenMpy;
  return {
    c: options.withStrings === false ? mpyPart : withStrings(texts, mpyPart),
    modules: modules.map((module) => module.sourceName),
    sizes: { ...context.sizes, total: totalSize(context.sizes) },
  };
}

function isModule(file: FreezeFile): file is PythonFile | CompiledFile {
  return file.kind !== "str";
}

function mpyOf(file: PythonFile | CompiledFile, options: FreezeOptions): Uint8Array {
  if (file.kind === "mpy") return file.content;
  const { arch, smallIntBits, target } = options;
  const optimize = file.optimize ?? options.optimize;
  const settings = { filename: file.path, target, optimize, arch, smallIntBits };
  return compileSource(tagSource(file.content, file.version), settings, options.compile);
}

function mpyPath(file: PythonFile | CompiledFile, options: FreezeOptions): string {
  if (file.kind === "mpy") return file.source ?? file.path;
  return `${options.buildDirectory ?? "build"}/frozen_mpy/${file.path.slice(0, -3)}.mpy`;
}

function newContext(qstrs: GlobalQstrs, names: FrozenNames, options: FreezeOptions): FreezeContext {
  const { mpzDigitSize = 16 } = options;
  if (![8, 16, 32].includes(mpzDigitSize)) {
    throw new UpyError(
      "invalid-argument",
      `mpzDigitSize is ${String(mpzDigitSize)}; it must be 8, 16 or 32.`,
      {
        hint: "Take the MPZ_DIG_SIZE of the port.",
      },
    );
  }
  return {
    out: [],
    qstrs,
    names,
    sizes: noSizes(),
    target: options.target ?? "micropython",
    longIntegers: options.longIntegers ?? "mpz",
    mpzDigitSize,
  };
}

function emitAll(context: FreezeContext, modules: readonly FrozenModule[]): string {
  const needsMath = modules.some((module) => module.file.objects.some(isInfinite));
  const parts: string[] = [];
  // The lines of a part become one text at once: thousands of them need not be kept until the end.
  const finishPart = (): void => {
    parts.push(context.out.join("\n"), "\n");
    context.out.length = 0;
  };
  emitHead(context, needsMath);
  emitPool(context);
  finishPart();
  for (const module of modules) {
    placed(module, () => {
      withPath(module.path, () => {
        emitModule(context, module);
      });
    });
    finishPart();
  }
  emitModuleTables(context, modules);
  emitSizes(context.out, context.sizes);
  finishPart();
  return parts.join("");
}

/** Whether a constant needs the macros of math.h; mpy-tool.py writes C for it that does not compile. */
function isInfinite(object: MpyObject): boolean {
  if (object.type === "tuple") return object.items.some(isInfinite);
  if (object.type === "float") return !Number.isFinite(parseFloatText(object.value));
  if (object.type !== "complex") return false;
  const { real, imaginary } = parseComplex(object.value);
  return !Number.isFinite(real) || !Number.isFinite(imaginary);
}

function withStrings(texts: readonly TextFile[], mpyPart: string): string {
  const strings = emitStrings(texts);
  return `//\n// Content for MICROPY_MODULE_FROZEN_STR\n//\n${strings}//\n// Content for MICROPY_MODULE_FROZEN_MPY\n//\n${mpyPart}`;
}
