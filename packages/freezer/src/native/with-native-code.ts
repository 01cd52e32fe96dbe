// Native, viper and assembler functions in sources: they are compiled by a mpy-cross, which has to be waited for, while
// freezing and images are made at once. So the sources that need it are found by a first run, and a second one has them.

import { compile } from "@upykit/compiler";
import { isUpyError } from "@upykit/core/errors";
import type { CompileFunction, CompileSettings } from "../files/freeze-file.js";

/** Compiles machine code too: what `nativeBackend()` of `@upykit/compiler/node` gives. */
export interface NativeCompiler {
  compile(
    source: Uint8Array,
    options: CompileSettings & { readonly filename: string; readonly signal?: AbortSignal | undefined },
  ): Promise<{ readonly mpy: Uint8Array }>;
}

/** What {@link withNativeCode} takes besides the back end and what to build. */
export interface NativeCodeOptions {
  /** What compiles all other sources; `@upykit/compiler` where not set. */
  readonly compile?: CompileFunction | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls `build` with a `compile` for `freezeToC` or `buildRomfs` that knows native, viper and assembler functions: what
 * cannot be compiled here is compiled by `backend`, for the `arch` that `build` passes on, and `build` is called again
 * (no source is compiled twice). So `build` must not do anything but build.
 * @throws what `build` throws; `syntax-error` where the back end refuses a source; `signal.reason` when aborted
 */
export async function withNativeCode<T>(
  backend: NativeCompiler,
  build: (compile: CompileFunction) => T,
  options: NativeCodeOptions = {},
): Promise<T> {
  const compiler = new TwoPassCompiler(options.compile ?? compile);
  const built = build(compiler.compile);
  if (compiler.missing.size === 0) return built;
  for (const [key, { source, settings }] of compiler.missing) {
    options.signal?.throwIfAborted();
    compiler.known.set(key, await outcome(backend.compile(source, { ...settings, signal: options.signal })));
  }
  options.signal?.throwIfAborted();
  return build(compiler.compile);
}

/** The option of calls that can wait for a back end. */
export interface NativeBackendOption {
  /**
   * Compiles sources with native, viper or assembler functions, for `arch`: what `nativeBackend()` of
   * `@upykit/compiler/node` gives. Without it they are `unsupported`.
   */
  readonly nativeBackend?: NativeCompiler | undefined;
}

/** Builds with the `compile` that the options ask for: with native code where there is a back end and sources are compiled. */
export async function compilingNativeCode<
  Options extends NativeBackendOption & {
    readonly compile?: CompileFunction | false | undefined;
    readonly signal?: AbortSignal | undefined;
  },
  T,
>(options: Options, build: (options: Options) => T): Promise<T> {
  const { nativeBackend, compile: ordinary, signal } = options;
  if (nativeBackend === undefined || ordinary === false) return build(options);
  const settings = { compile: ordinary, signal };
  return withNativeCode(nativeBackend, (compiling) => build({ ...options, compile: compiling }), settings);
}

type Settings = Parameters<CompileFunction>[1];
type Outcome = () => { readonly mpy: Uint8Array };

class TwoPassCompiler {
  /** What came of each source, by all that went into it. */
  readonly known = new Map<string, Outcome>();
  readonly missing = new Map<string, { readonly source: Uint8Array; readonly settings: Settings }>();

  constructor(private readonly ordinary: CompileFunction) {}

  readonly compile: CompileFunction = (source, settings) => {
    const key = JSON.stringify([settings, new TextDecoder("latin1").decode(source)]);
    const known = this.known.get(key);
    if (known !== undefined) return known();
    try {
      const result = this.ordinary(source, settings);
      this.known.set(key, () => result);
      return result;
    } catch (error) {
      if (!isUpyError(error, "unsupported")) throw error;
      this.missing.set(key, { source, settings });
      // Stands in until the second run, under the same name.
      return this.ordinary(new Uint8Array(), settings);
    }
  };
}

/** What became of a promise, to be had at once: an error is thrown where the file's place in a manifest is known. */
async function outcome(compiled: Promise<{ readonly mpy: Uint8Array }>): Promise<Outcome> {
  try {
    const result = await compiled;
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
