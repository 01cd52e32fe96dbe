// Node's own zlib, where it is: its compiled code needs no warming up, which counts for the few files of an install.

/** What of `node:zlib` is used. */
export interface PlatformZlib {
  inflateRawSync(
    packed: Uint8Array,
    limits: { readonly maxOutputLength: number; readonly chunkSize: number },
  ): Uint8Array;
  /** Not in the first releases of Node 20. */
  crc32?(content: Uint8Array): number;
}

interface ZlibProcess {
  getBuiltinModule?(name: "node:zlib"): PlatformZlib | undefined;
}

/** Undefined in a browser. */
export function platformZlib(): PlatformZlib | undefined {
  return (globalThis as { readonly process?: ZlibProcess }).process?.getBuiltinModule?.("node:zlib");
}
