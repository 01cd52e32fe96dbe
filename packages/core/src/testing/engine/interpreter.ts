// Loads MicroPython's WebAssembly port (PyScript variant, 1.23 to 1.29) and gives access to what its JavaScript face
// hides: the imports of the module, its memory and its exports. It does not know boards.

import { withSharedMemory } from "./wasm-memory.js";

/** The functions the interpreter imports, by name, whatever their module. */
export type Imports = Record<string, (...args: number[]) => number>;

/** What of Emscripten's FS is used here. */
export interface EmscriptenFs {
  readonly streams: ({ fd: number; node: FsNode; position: number; flags: number } | null)[];
  lookupPath(path: string, options?: object): { node: FsNode };
  readdir(path: string): string[];
  readFile(path: string): Uint8Array;
  writeFile(path: string, data: Uint8Array): void;
  mkdir(path: string): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  chdir(path: string): void;
  truncate(path: string, size: number): void;
  close(stream: object): void;
}

/** A file or directory of Emscripten's memory file system. */
export interface FsNode {
  readonly mode: number;
  readonly name: string;
  readonly parent: FsNode;
  contents: Record<string, FsNode> | ArrayLike<number> | null;
  usedBytes?: number;
}

/** A loaded interpreter. */
export interface Interpreter {
  readonly fs: EmscriptenFs;
  /** The memory; its buffer changes when it grows. */
  readonly memory: WebAssembly.Memory;
  readonly exports: Record<string, (...args: number[]) => number>;
  /** Runs code outside of the REPL. @throws when the code raises */
  runPython(code: string): unknown;
  /** The value of an expression that is a number. */
  evaluate(expression: string): number;
}

/** How to load. */
export interface LoadOptions {
  /** Address of `micropython.mjs`. */
  readonly module: string;
  /** Address of `micropython.wasm`; beside the module by default. */
  readonly wasm: string | undefined;
  /** Bytes of the first heap; it grows by itself. */
  readonly heapSize: number;
  /** Whether another thread must be able to reach the memory. */
  readonly shared: boolean;
  /** Changes the imports before the module is instantiated. */
  readonly hook: (imports: Imports) => void;
}

interface LoadedModule {
  readonly FS: EmscriptenFs;
  readonly globals: { get(name: string): unknown };
  runPython(code: string): unknown;
}

type LoadMicroPython = (options: object) => Promise<LoadedModule>;

/** Loads the interpreter. Not to be called twice at once in a realm: the way in is a global function. */
export async function loadInterpreter(options: LoadOptions): Promise<Interpreter> {
  const { loadMicroPython } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ options.module)) as {
    loadMicroPython: LoadMicroPython;
  };
  const captured = captureInstance(options);
  try {
    const loaded = await loadMicroPython({
      heapsize: options.heapSize,
      linebuffer: false,
      ...(options.wasm === undefined ? {} : { url: options.wasm }),
      stdin: () => null,
      stdout: () => undefined,
      stderr: () => undefined,
    });
    // Finalizers of an earlier run must not touch the memory of a later one: objects that Python lent to JavaScript
    // stay until the next reset.
    Object.assign(globalThis, { pyProxyFinalizationRegistry: { register: () => undefined } });
    const exports = captured.exports();
    return {
      fs: loaded.FS,
      memory: exports["memory"] as unknown as WebAssembly.Memory,
      exports: exports as Interpreter["exports"],
      runPython: (code) => loaded.runPython(code),
      evaluate(expression) {
        loaded.runPython(`_value = ${expression}`);
        const value = Number(loaded.globals.get("_value"));
        loaded.runPython("del _value");
        return value;
      },
    };
  } finally {
    captured.restore();
  }
}

/**
 * The module's imports and exports are closed over by Emscripten's code; the one place where both pass by is
 * WebAssembly.instantiate, which is replaced while the interpreter loads.
 */
function captureInstance(options: LoadOptions): { exports(): WebAssembly.Exports; restore(): void } {
  const { instantiate, instantiateStreaming } = WebAssembly;
  let exports: WebAssembly.Exports | undefined;
  const hooked = async (source: BufferSource, imports: WebAssembly.Imports) => {
    const bytes = new Uint8Array("buffer" in source ? source.buffer.slice(0) : source.slice(0));
    for (const functions of new Set(Object.values(imports))) options.hook(functions as Imports);
    const result = await instantiate(options.shared ? withSharedMemory(bytes) : bytes, imports);
    exports = result.instance.exports;
    return result;
  };
  Object.assign(WebAssembly, {
    instantiate: hooked,
    instantiateStreaming: async (response: PromiseLike<Response>, imports: WebAssembly.Imports) =>
      hooked(await (await response).arrayBuffer(), imports),
  });
  return {
    exports() {
      if (exports === undefined) throw new Error("the interpreter was not instantiated");
      return exports;
    },
    restore: () => Object.assign(WebAssembly, { instantiate, instantiateStreaming }),
  };
}
