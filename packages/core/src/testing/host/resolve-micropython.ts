// Where the interpreter is: the optional peer dependency beside this package in Node, an address given by the caller
// in a browser.

import { UpyError } from "../../errors.js";

const packageName = "@micropython/micropython-webassembly-pyscript";

interface NodeModules {
  readonly createRequire: (base: string) => { resolve(name: string): string };
}
interface NodeUrls {
  readonly pathToFileURL: (path: string) => URL;
}

declare const process: { getBuiltinModule?(name: string): unknown } | undefined;
declare const __filename: string | undefined;

/**
 * The address of `micropython.mjs`.
 * @param asked - an address, or the name of an installed package (Node only).
 * @throws `not-found` where the package is not installed, or where there is no way to look for it.
 */
export function resolveMicroPython(asked: string | URL = packageName): string {
  const text = String(asked);
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return text;
  if (typeof process === "undefined" || process.getBuiltinModule === undefined) return inBrowser(text);
  const { createRequire } = process.getBuiltinModule("node:module") as NodeModules;
  const { pathToFileURL } = process.getBuiltinModule("node:url") as NodeUrls;
  const here = typeof __filename === "string" ? __filename : import.meta.url;
  try {
    return pathToFileURL(createRequire(here).resolve(text)).href;
  } catch (cause) {
    throw new UpyError("not-found", `MicroPython for WebAssembly (${text}) is not installed`, {
      hint: `Install it: npm install --save-dev ${packageName}`,
      cause,
    });
  }
}

function inBrowser(text: string): string {
  if (/^[./]/.test(text))
    return new URL(text, (globalThis as { location?: { href: string } }).location?.href).href;
  throw new UpyError("not-found", "In a browser, the address of micropython.mjs has to be given", {
    hint: "Pass `micropython: url`; with Vite: import url from '@micropython/micropython-webassembly-pyscript/micropython.mjs?url'.",
  });
}
