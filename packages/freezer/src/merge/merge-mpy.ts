// Several .mpy files as one that runs each in turn, in one namespace. Source: merge_mpy of tools/mpy-tool.py, MicroPython 1.28.

import { UpyError } from "@upykit/core/errors";
import {
  ByteWriter,
  type MpyFile,
  type MpyHeader,
  opcode,
  type RawCode,
  readMpy,
  writeMpy,
} from "@upykit/core/mpy";
import { withPath } from "../frozen-c/with-path.js";
import { relocateCode } from "./relocate-bytecode.js";

/** Options of {@link mergeMpy}. */
export interface MergeOptions {
  /** Keep the line numbers of all files; mpy-tool.py keeps only those of the first. */
  readonly keepLineInfo?: boolean | undefined;
}

/**
 * Merges .mpy files. One file comes back as it is. A file with machine code goes first, and there can be only one.
 * @throws `invalid-argument` without files; `incompatible-mpy` for files of different implementations or with machine
 *   code in two; `invalid-mpy`, with the number of the file that is damaged
 */
export function mergeMpy(contents: readonly Uint8Array[], options: MergeOptions = {}): Uint8Array {
  const [only] = contents;
  if (only === undefined) throw new UpyError("invalid-argument", "There are no .mpy files to merge.");
  const read = contents.map((content, at) =>
    withPath(`File ${at + 1} of ${contents.length}`, () => readMpy(content)),
  );
  const files = nativeFirst(read);
  return contents.length === 1 ? only.slice() : writeMpy(mergeFiles(files, options.keepLineInfo ?? false));
}

function mergeFiles(files: readonly MpyFile[], keepLineInfo: boolean): MpyFile {
  let qstrs = 0;
  let objects = 0;
  const children = files.map((file) => {
    const isFirst = qstrs === 0 && objects === 0;
    const code = isFirst
      ? file.code
      : withPath(file.qstrs[0] ?? "", () => relocateCode(file.code, { qstrs, objects, keepLineInfo }));
    qstrs += file.qstrs.length;
    objects += file.objects.length;
    return code;
  });
  return {
    header: mergedHeader(files),
    qstrs: files.flatMap((file) => file.qstrs),
    objects: files.flatMap((file) => file.objects),
    code: outerCode(children),
  };
}

/** A module that calls each of its children. */
function outerCode(children: readonly RawCode[]): RawCode {
  const writer = new ByteWriter();
  writer.bytes([0b00000000, 0b00000010, 0]); // prelude: signature, sizes, the name (the first file's)
  children.forEach((_, index) => {
    writer.byte(opcode.MAKE_FUNCTION);
    writer.uint(index);
    writer.bytes([opcode.CALL_FUNCTION, 0, opcode.POP_TOP]);
  });
  writer.bytes([opcode.LOAD_CONST_NONE, opcode.RETURN_VALUE]);
  return { kind: "bytecode", data: writer.finish(), children };
}

function mergedHeader(files: readonly MpyFile[]): MpyHeader {
  const first = files[0]?.header;
  if (first === undefined) throw new UpyError("invalid-argument", "There are no .mpy files to merge.");
  const stranger = files.find((file) => file.header.implementation !== first.implementation);
  if (stranger !== undefined) {
    throw new UpyError(
      "incompatible-mpy",
      `${stranger.qstrs[0] ?? ""} is for another implementation than the first file.`,
      {
        hint: "Compile all files for the same implementation.",
      },
    );
  }
  const isNative = first.architecture !== "none";
  const smallIntBits = Math.max(...files.map((file) => file.header.smallIntBits));
  return { ...first, subVersion: isNative ? first.subVersion : 0, smallIntBits };
}

function nativeFirst(files: readonly MpyFile[]): MpyFile[] {
  const native = files.filter((file) => file.header.architecture !== "none");
  if (native.length > 1) {
    const names = native.map((file) => file.qstrs[0] ?? "").join(", ");
    throw new UpyError("incompatible-mpy", `Only one file can have machine code: ${names}.`, {
      hint: "Compile all but one without native code.",
    });
  }
  return [...native, ...files.filter((file) => file.header.architecture === "none")];
}
