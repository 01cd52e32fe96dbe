// Several .mpy files as one that runs each in turn, in one namespace. Source: merge_mpy of tools/mpy-tool.py, MicroPython 1.28.

import { UpyError } from "@upykit/core/errors";
import {
  ByteWriter,
  inspect,
  type MpyFile,
  type MpyHeader,
  opcode,
  type RawCode,
  readMpy,
  writeMpy,
} from "@upykit/core/mpy";
import { withPath } from "../files/with-path.js";
import { relocateCode } from "./relocate-bytecode.js";

/** Options of {@link mergeMpy}. */
export interface MergeOptions {
  /** Keep the line numbers of all files; mpy-tool.py keeps only those of the first. */
  readonly keepLineInfo?: boolean | undefined;
}

/**
 * Merges .mpy files of version 6 into one, as `mpy-tool.py --merge` of MicroPython 1.28 does: a module that runs each in
 * turn, in one namespace. One file comes back as it is. A file with machine code goes, and runs, first; there can be one.
 * @throws `invalid-argument` without files; `incompatible-mpy` for files of different implementations or with machine
 *   code in two; `invalid-mpy`, with the number or the source name of the file that is damaged; `unsupported` where a jump
 *   becomes too long
 */
export function mergeMpy(contents: readonly Uint8Array[], options: MergeOptions = {}): Uint8Array {
  const read = contents.map((content, at) =>
    withPath(`File ${at + 1} of ${contents.length}`, () => {
      inspect(content); // An index beyond the tables of a damaged file would be one into those of the next.
      return readMpy(content);
    }),
  );
  const [only] = contents;
  const [first, ...others] = nativeFirst(read);
  if (only === undefined || first === undefined) {
    throw new UpyError("invalid-argument", "There are no .mpy files to merge.", {
      hint: "Pass at least one.",
    });
  }
  return others.length === 0
    ? only.slice()
    : writeMpy(mergeFiles(first, others, options.keepLineInfo ?? false));
}

function mergeFiles(first: MpyFile, others: readonly MpyFile[], keepLineInfo: boolean): MpyFile {
  let qstrs = first.qstrs.length;
  let objects = first.objects.length;
  const moved = others.map((file) => {
    const code = withPath(file.qstrs[0] ?? "", () =>
      relocateCode(file.code, { qstrs, objects, keepLineInfo }),
    );
    qstrs += file.qstrs.length;
    objects += file.objects.length;
    return code;
  });
  const files = [first, ...others];
  return {
    header: mergedHeader(first.header, others),
    qstrs: files.flatMap((file) => file.qstrs),
    objects: files.flatMap((file) => file.objects),
    code: outerCode([first.code, ...moved]),
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

function mergedHeader(first: MpyHeader, others: readonly MpyFile[]): MpyHeader {
  const stranger = others.find((file) => file.header.implementation !== first.implementation);
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
  const smallIntBits = Math.max(first.smallIntBits, ...others.map((file) => file.header.smallIntBits));
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
