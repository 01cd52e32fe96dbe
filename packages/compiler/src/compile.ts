// Source to .mpy: the stages in a row. Each stage is a folder beside this file.

import type { MpyArchitecture } from "@upykit/core";
import { UpyError } from "@upykit/core/errors";
import { readMpy, type MpyFile } from "@upykit/core/mpy";
import { Lexer, ParseTree, PythonSyntaxError, type NameTable } from "@upykit/core/python";
import { CompileError, codeFrameOf, excerptOf } from "./compile-error.js";
import { FoldingParser } from "./fold/folding-parser.js";
import { writeModule } from "./emit/write-module.js";
import { FoldingParser5 } from "./mpy5/folding-parser5.js";
import { ModulePass5 } from "./mpy5/module-pass5.js";
import { writeModule5 } from "./mpy5/write-module5.js";
import { ModulePass } from "./passes/module-pass.js";
import { SourceError } from "./source-error.js";
import { isTimeForSample, SAMPLE } from "./warm-up.js";
import { inWorkspace, type Workspace } from "./workspace.js";

/** Whose .mpy files are written: MicroPython's (mpy v6.3, 1.19 and later), or CircuitPython's (from 9 on). */
export type CompileTarget = "micropython" | "circuitpython";

/** How to compile. */
export interface CompileOptions {
  /** The source's name, as tracebacks on the board show it. */
  readonly filename: string;
  /** "micropython" where it is not given. */
  readonly target?: CompileTarget | undefined;
  /**
   * The version of the format: 6 (the default), or 5 for MicroPython 1.12 to 1.18 and CircuitPython 7, as mpy-cross 1.18
   * and CircuitPython 7.3.3's write it.
   */
  readonly mpyVersion?: 5 | 6 | undefined;
  /**
   * 0 keeps everything (the default); from 1 on `assert` is left out and `__debug__` is False; 3 leaves line numbers out.
   */
  readonly optimize?: 0 | 1 | 2 | 3 | undefined;
  /** For native code; there is no emitter for it here, see `nativeBackend`. "none" where it is not given. */
  readonly arch?: MpyArchitecture | undefined;
  /** Bits of a small integer, sign included: 31 (the default) suits all boards with 32 bits. */
  readonly smallIntBits?: number | undefined;
}

/** What came of it. */
export interface CompileResult {
  /** The .mpy file. */
  readonly mpy: Uint8Array;
  /** The same as a value, read from it when it is asked for. @throws UpyError `incompatible-mpy` for version 5, which is not read. */
  readonly file: MpyFile;
}

const encoder = new TextEncoder();

/**
 * Compiles Python to bytecode, byte for byte as mpy-cross 1.28.0 (or CircuitPython 10.2.1's mpy-cross) does.
 * @throws CompileError where MicroPython's compiler refuses the source
 * @throws UpyError `invalid-argument` for options out of range, `unsupported` for native code
 */
export function compile(source: string | Uint8Array, options: CompileOptions): CompileResult {
  const settings = checkOptions(options);
  const bytes = typeof source === "string" ? encoder.encode(source) : source;
  if (isTimeForSample(bytes.length)) compileSample(options);
  const mpy = inWorkspace(bytes.length, (workspace) =>
    compileIn(workspace, bytes, settings, options.filename),
  );
  return {
    mpy,
    get file() {
      return readMpy(mpy);
    },
  };
}

/** With the caller's options: what they do not use, the engine need not see. */
function compileSample(options: CompileOptions): void {
  try {
    compile(SAMPLE, { ...options, filename: "sample.py" });
  } catch {
    // The caller has left little of the stack. The sample only saves time.
  }
}

function compileIn(
  workspace: Workspace,
  bytes: Uint8Array,
  settings: Settings,
  filename: string,
): Uint8Array {
  const names = workspace.names(settings.target, settings.mpyVersion);
  const sourceName = internFilename(names, filename);
  const at: { current?: Lexer } = {};
  try {
    return compileBytes(bytes, { names, sourceName, workspace }, settings, at);
  } catch (error) {
    throw toCompileError(error, bytes, filename, at);
  }
}

interface Settings {
  readonly target: CompileTarget;
  readonly mpyVersion: 5 | 6;
  readonly optimize: number;
  readonly smallIntBits: number;
  readonly hasArchitecture: boolean;
}

function checkOptions(options: CompileOptions): Settings {
  const { target = "micropython", optimize = 0, arch = "none", smallIntBits = 31, mpyVersion = 6 } = options;
  if (![5, 6].includes(mpyVersion)) {
    throw new UpyError("invalid-argument", `mpyVersion is ${String(mpyVersion)}; it must be 5 or 6.`);
  }
  if (!Number.isInteger(smallIntBits) || smallIntBits < 8 || smallIntBits > 63) {
    throw new UpyError(
      "invalid-argument",
      `smallIntBits is ${smallIntBits}; it must be a whole number from 8 to 63.`,
    );
  }
  if (!Number.isInteger(optimize) || optimize < 0 || optimize > 3) {
    throw new UpyError("invalid-argument", `optimize is ${String(optimize)}; it must be 0, 1, 2 or 3.`);
  }
  return { target, mpyVersion, optimize, smallIntBits, hasArchitecture: arch !== "none" };
}

function internFilename(names: NameTable, filename: string): number {
  const bytes = encoder.encode(filename);
  if (bytes.length > 255) {
    throw new UpyError(
      "invalid-argument",
      `The file name has ${bytes.length} bytes; an .mpy file can hold 255.`,
    );
  }
  return names.intern(bytes, 0, bytes.length);
}

function compileBytes(
  bytes: Uint8Array,
  {
    names,
    sourceName,
    workspace,
  }: { readonly names: NameTable; readonly sourceName: number; readonly workspace: Workspace },
  settings: Settings,
  at: { current?: Lexer },
): Uint8Array {
  const { target, mpyVersion, optimize, smallIntBits, hasArchitecture } = settings;
  const templateStrings = target === "micropython" && mpyVersion === 6;
  const lexer = new Lexer(bytes, names, { debug: optimize === 0, templateStrings }, workspace);
  at.current = lexer;
  const tree = new ParseTree(names, workspace);
  const parsing = { smallIntBits, dropConstants: true, keepAtoms: false };
  // No spread: the engine gives each object made so a shape of its own.
  const passing = { target, optimize, smallIntBits, hasArchitecture, workspace };
  if (mpyVersion === 5) {
    new FoldingParser5(lexer, tree, parsing).parseFile();
    return writeModule5(new ModulePass5(tree, passing).compile5(sourceName), settings);
  }
  const parser = new FoldingParser(lexer, tree, parsing);
  parser.parseFile();
  const pass = new ModulePass(tree, passing);
  const compiled = pass.compile(sourceName);
  workspace.keepAlive(bytes.length, [parser, pass, compiled.code]);
  const header = {
    implementation: target,
    version: 6,
    subVersion: 0,
    architecture: "none",
    archFlags: 0,
    smallIntBits,
  } as const;
  return writeModule(header, compiled, workspace.writer);
}

/** Gives an error its lines; an error that is none of the source's is passed on. */
function toCompileError(
  error: unknown,
  bytes: Uint8Array,
  filename: string,
  at: { readonly current?: Lexer },
): unknown {
  if (error instanceof SourceError) {
    const line = at.current?.lines[error.place] ?? 0;
    const column = at.current?.columns[error.place] ?? 0;
    return makeError(error, { line, column, type: error.type, hint: undefined }, bytes, filename);
  }
  if (error instanceof PythonSyntaxError) return makeError(error, error, bytes, filename);
  if (error instanceof RangeError) return makeError(tooDeep(error), tooDeep(error), bytes, filename);
  return error;
}

/** The parser bounds nesting, but the caller may have left little of the stack. */
function tooDeep(cause: RangeError): PythonSyntaxError {
  return new PythonSyntaxError("too deeply nested", { line: 0, column: 0, cause });
}

function makeError(
  cause: Error,
  where: Pick<PythonSyntaxError, "line" | "column" | "type" | "hint">,
  bytes: Uint8Array,
  filename: string,
): CompileError {
  const { line, type, hint } = where;
  const excerpt = excerptOf(bytes, line);
  const column = characterColumn(excerpt.lines[line - excerpt.first] ?? "", where.column);
  const codeFrame = codeFrameOf(excerpt, line, column);
  return new CompileError(cause.message, { filename, line, column, type, codeFrame, hint, cause });
}

/** Bytes to characters. */
function characterColumn(text: string, column: number): number {
  if (column <= 1) return column;
  const bytes = encoder.encode(text).subarray(0, column - 1);
  return new TextDecoder().decode(bytes).length + 1;
}
