// The names that the compiler starts with: those that .mpy files number, and those that mpy-cross has by itself, since a
// long string becomes a qstr only where its text is one already. From the builds of mpy-cross 1.28.0 and CircuitPython 10.2.1.

import { staticQstrs } from "@upykit/core/mpy";
import { NameTable, type NameId } from "@upykit/core/python";

const COMMON =
  "__contains__ StopAsyncIteration UnicodeError ViperTypeError __build_class__ __repl_print__ __reversed__ __traceback__ bound_method " +
  "difference_update intersection intersection_update symmetric_difference symmetric_difference_update unpack_from " +
  "vcvt_f32_s32 vcvt_s32_f32";
const MICROPYTHON =
  "__complex__ Interpolation __template__ format_spec heap_unlock interpolations string.templatelib templatelib " +
  "maximum\u0000recursion\u0000depth\u0000exceeded";
const CIRCUITPYTHON = "__complex__ BrokenPipeError ConnectionError ReloadException TimeoutError __context__";

// Of mpy-cross 1.18 and CircuitPython 7.3.3, which write format 5.
const MICROPYTHON_5 = "heap_unlock maximum\u0000recursion\u0000depth\u0000exceeded";
const CIRCUITPYTHON_5 =
  "BrokenPipeError ConnectionError ReloadException TimeoutError protocol_stream " +
  "maximum\u0000recursion\u0000depth\u0000exceeded";

/** Names that the compiler uses and .mpy files do not number. */
const OWN =
  "<lambda> <listcomp> <dictcomp> <setcomp> <genexpr> __aiter__ __anext__ __aenter__ __aexit__ __await__";

const longNames = {
  micropython: { 5: MICROPYTHON_5, 6: MICROPYTHON },
  circuitpython: { 5: CIRCUITPYTHON_5, 6: CIRCUITPYTHON },
};
let known: KnownNames | undefined;

/** A table with the names that the target's mpy-cross for this version of the format starts with. */
export function startingNames(target: "micropython" | "circuitpython", version: 5 | 6): NameTable {
  const own = `${OWN} ${COMMON} ${longNames[target][version]}`;
  const long = own.split(" ").map((name) => name.replaceAll("\u0000", " "));
  return new NameTable([...staticQstrs, ...long]);
}

/** The names that the compiler itself uses: the same numbers in every table that starts so. */
export function knownNames(): KnownNames {
  return (known ??= new KnownNames(startingNames("micropython", 6)));
}

/** Names that the compiler itself uses. */
export class KnownNames {
  readonly empty: NameId;
  readonly star: NameId;
  readonly module: NameId;
  readonly lambda: NameId;
  readonly listComp: NameId;
  readonly dictComp: NameId;
  readonly setComp: NameId;
  readonly genExpr: NameId;
  readonly class: NameId;
  readonly name: NameId;
  readonly moduleAttribute: NameId;
  readonly qualname: NameId;
  readonly super: NameId;
  readonly range: NameId;
  readonly micropython: NameId;
  readonly bytecode: NameId;
  readonly assertionError: NameId;
  readonly baseException: NameId;
  readonly stopAsyncIteration: NameId;
  readonly aiter: NameId;
  readonly anext: NameId;
  readonly aenter: NameId;
  readonly aexit: NameId;
  readonly await: NameId;

  constructor(names: NameTable) {
    const get = (text: string): NameId => names.internText(text);
    this.empty = get("");
    this.star = get("*");
    this.module = get("<module>");
    this.lambda = get("<lambda>");
    this.listComp = get("<listcomp>");
    this.dictComp = get("<dictcomp>");
    this.setComp = get("<setcomp>");
    this.genExpr = get("<genexpr>");
    this.class = get("__class__");
    this.name = get("__name__");
    this.moduleAttribute = get("__module__");
    this.qualname = get("__qualname__");
    this.super = get("super");
    this.range = get("range");
    this.micropython = get("micropython");
    this.bytecode = get("bytecode");
    this.assertionError = get("AssertionError");
    this.baseException = get("BaseException");
    this.stopAsyncIteration = get("StopAsyncIteration");
    this.aiter = get("__aiter__");
    this.anext = get("__anext__");
    this.aenter = get("__aenter__");
    this.aexit = get("__aexit__");
    this.await = get("__await__");
  }
}
