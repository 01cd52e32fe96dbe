// A compiled module to the bytes of an .mpy file of format 5. Names are written where they are used, a name used lately as
// its place in a window of 32. Follows py/persistentcode.c, MicroPython 1.18.

import { ByteWriter, staticQstrs } from "@upykit/core/mpy";
import type { Constant, NameId, NameTable } from "@upykit/core/python";
import type { Scope } from "../scope/scope.js";
import { formatFloat5 } from "./format-float5.js";
import type { Scope5 } from "./scope-code5.js";

const VERSION = 5;
/** Set where strings are Unicode. */
const UNICODE = 2;
const WINDOW_SIZE = 32;

/** What a module has been compiled to. */
export interface CompiledModule5 {
  readonly names: NameTable;
  readonly scopes: ReadonlyMap<Scope, Scope5>;
  /** The module's own scope. */
  readonly scope: Scope;
}

/** The bytes of an .mpy file. */
export function writeModule5(
  module: CompiledModule5,
  options: { readonly target: "micropython" | "circuitpython"; readonly smallIntBits: number },
): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(options.target === "circuitpython" ? 0x43 : 0x4d);
  writer.byte(VERSION);
  writer.byte(UNICODE);
  writer.byte(options.smallIntBits);
  writer.uint(WINDOW_SIZE);
  new Module5Writer(writer, module).scope(module.scope);
  return writer.finish();
}

class Module5Writer {
  private readonly window = new Int32Array(WINDOW_SIZE);
  private head = 0;

  constructor(
    private readonly writer: ByteWriter,
    private readonly module: CompiledModule5,
  ) {}

  scope(scope: Scope): void {
    const { writer } = this;
    const code = this.module.scopes.get(scope) as Scope5;
    writer.uint(code.size * 4);
    this.code(code);
    writer.uint(code.constants.length);
    writer.uint(scope.children.length);
    for (const name of code.arguments) this.name(name);
    for (const constant of code.constants) this.constant(constant);
    for (const child of scope.children) this.scope(child);
  }

  private code({ bytes, names }: Scope5): void {
    let from = 0;
    for (const { at, name } of names) {
      this.writer.bytes(bytes.subarray(from, at));
      this.name(name);
      from = at;
    }
    this.writer.bytes(bytes.subarray(from));
  }

  /** The compiler's table of names starts with those that .mpy files number: see names.ts. */
  private name(name: NameId): void {
    const { writer } = this;
    if (name <= staticQstrs.length) {
      writer.byte(0);
      writer.byte(name);
      return;
    }
    const distance = this.pull(name);
    if (distance !== undefined) {
      writer.uint(distance * 2 + 1);
      return;
    }
    const bytes = this.module.names.bytes(name);
    writer.uint(bytes.length * 2);
    writer.bytes(bytes);
  }

  /** Moves a name to the head of the window; its distance from there before, undefined where it was not in it. */
  private pull(name: NameId): number | undefined {
    const { window } = this;
    const index = window.indexOf(name);
    if (index === -1) {
      this.head = (this.head + 1) % WINDOW_SIZE;
      window[this.head] = name;
      return undefined;
    }
    const distance = (this.head + WINDOW_SIZE - index) % WINDOW_SIZE;
    for (let i = index; i !== this.head; i = (i + 1) % WINDOW_SIZE) {
      window[i] = window[(i + 1) % WINDOW_SIZE] as number;
    }
    window[this.head] = name;
    return distance;
  }

  private constant(constant: Constant): void {
    switch (constant.type) {
      case "str":
        this.text("s", constant.value);
        return;
      case "bytes":
        this.text("b", constant.value);
        return;
      case "int":
        this.text("i", ascii(constant.value.toString()));
        return;
      case "float":
        this.text("f", ascii(formatFloat5(constant.value)));
        return;
      case "complex":
        this.text("c", ascii(`${formatFloat5(constant.imaginary, false)}j`));
        return;
      default:
        // Of what is left only `...` is a constant here.
        this.writer.byte(0x65);
    }
  }

  private text(type: string, bytes: Uint8Array): void {
    this.writer.byte(type.charCodeAt(0));
    this.writer.uint(bytes.length);
    this.writer.bytes(bytes);
  }
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
