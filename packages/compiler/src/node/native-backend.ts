// A mpy-cross on this machine, for what is not compiled here: native, viper and assembler functions. Its version is
// checked before it is used, and source and result go through pipes.

import { spawn } from "node:child_process";
import { UpyError } from "@upykit/core/errors";
import { readMpy } from "@upykit/core/mpy";
import type { PythonErrorType } from "@upykit/core/python";
import { CompileError, codeFrameOf, excerptOf } from "../compile-error.js";
import type { CompileOptions, CompileResult, CompileTarget } from "../compile.js";

/** Which mpy-cross. */
export interface NativeBackendOptions {
  /** "mpy-cross" on the path where it is not given. */
  readonly path?: string | undefined;
  /** Asked for exactly, such as "1.28.0"; any that writes .mpy version 6 where it is not given. */
  readonly version?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A mpy-cross that was looked at and found fit. */
export interface NativeBackend {
  readonly target: CompileTarget;
  /** Such as "1.28.0". */
  readonly version: string;
  /** Such as "6.3". */
  readonly mpyVersion: string;
  /**
   * Compiles as `compile` does, native code too.
   * @throws CompileError where the source is refused
   * @throws UpyError `invalid-argument` where another target is asked for
   */
  compile(
    source: string | Uint8Array,
    options: CompileOptions & { readonly signal?: AbortSignal | undefined },
  ): Promise<CompileResult>;
}

/**
 * Finds out what a mpy-cross is.
 * @throws UpyError `not-found` where there is none, `unsupported` where it is of another version
 */
export async function nativeBackend(options: NativeBackendOptions = {}): Promise<NativeBackend> {
  const { path = "mpy-cross", signal } = options;
  const { stdout } = await run(path, ["--version"], new Uint8Array(), signal);
  const text = new TextDecoder().decode(stdout);
  const match = /^(MicroPython|CircuitPython|Adafruit CircuitPython) v?(\S+) .*mpy v(6\.\d+)/.exec(text);
  const [, implementation, version, mpyVersion] = match ?? [];
  if (implementation === undefined || version === undefined || mpyVersion === undefined) {
    throw new UpyError("unsupported", `${path} is no mpy-cross that writes .mpy version 6: ${text.trim()}`);
  }
  if (options.version !== undefined && options.version !== version) {
    throw new UpyError("unsupported", `${path} is version ${version}; ${options.version} is asked for.`);
  }
  const target = implementation === "MicroPython" ? "micropython" : "circuitpython";
  return {
    target,
    version,
    mpyVersion,
    compile: (source, wanted) => compileWith(path, target, source, wanted),
  };
}

async function compileWith(
  path: string,
  target: CompileTarget,
  source: string | Uint8Array,
  options: CompileOptions & { readonly signal?: AbortSignal | undefined },
): Promise<CompileResult> {
  if ((options.target ?? "micropython") !== target) {
    throw new UpyError(
      "invalid-argument",
      `${path} compiles for ${target}, not for ${String(options.target)}.`,
    );
  }
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  const { stdout, stderr, code } = await run(path, argumentsFor(options), bytes, options.signal);
  if (code !== 0) throw errorOf(new TextDecoder().decode(stderr), bytes, options.filename);
  return { mpy: stdout, file: readMpy(stdout) };
}

function argumentsFor(options: CompileOptions): string[] {
  const { filename, optimize = 0, smallIntBits = 31, arch = "none" } = options;
  const args = ["-s", filename, `-O${optimize}`, `-msmall-int-bits=${smallIntBits}`];
  if (arch !== "none") args.push(`-march=${arch}`);
  return [...args, "-o", "-", "-"];
}

/** What mpy-cross prints: a traceback, then the exception. */
function errorOf(text: string, bytes: Uint8Array, filename: string): UpyError {
  const last = text.trim().split("\n").at(-1) ?? "";
  const exception = /^(\w+): (.*)$/.exec(last);
  if (exception === null) return new UpyError("unsupported", `mpy-cross failed: ${text.trim()}`);
  const line = Number([...text.matchAll(/, line (\d+)/g)].at(-1)?.[1] ?? 0);
  return new CompileError(exception[2] ?? "", {
    filename,
    line,
    column: 0,
    type: exception[1] as PythonErrorType,
    codeFrame: codeFrameOf(excerptOf(bytes, line), line, 0),
    hint: undefined,
    cause: undefined,
  });
}

interface RunResult {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly code: number | null;
}

function run(
  path: string,
  args: readonly string[],
  input: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(path, args, signal === undefined ? {} : { signal });
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    child.stdout.on("data", (chunk: Uint8Array) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Uint8Array) => stderr.push(chunk));
    // A compiler that refuses its input early closes the pipe; its message says why.
    child.stdin.on("error", () => undefined);
    child.on("error", (error) =>
      reject(signal?.aborted === true ? (signal.reason as Error) : startError(path, error)),
    );
    child.on("close", (code) => resolve({ stdout: joined(stdout), stderr: joined(stderr), code }));
    child.stdin.end(input);
  });
}

function startError(path: string, cause: Error): UpyError {
  return new UpyError("not-found", `${path} could not be run: ${cause.message}`, {
    hint: "Install mpy-cross, or give its path.",
    cause,
  });
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
