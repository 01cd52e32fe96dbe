// Which qstrs a firmware has: the text of qstrdefs.preprocessed.h, as the build of MicroPython makes it.
// Source: parse_input_headers of py/makeqstrdata.py, MicroPython 1.28.

import { UpyError } from "@upykit/core/errors";
import { staticQstrs } from "@upykit/core/mpy";
import { escapeQstr } from "./qstr-escape.js";

/** What the firmware brings along. */
export interface FirmwareQstrs {
  /** C identifier (less its prefix) to text. */
  readonly idents: ReadonlyMap<string, string>;
  /** Bytes of a qstr's length field: 1 or 2. */
  readonly bytesInLength: number;
  /** Bytes of a qstr's hash: 0, 1 or 2. */
  readonly bytesInHash: number;
}

/** The qstrs that every firmware has; what mpy-tool.py assumes when it is given no header. */
export function staticFirmwareQstrs(): FirmwareQstrs {
  return {
    idents: new Map(staticQstrs.map((text) => [escapeQstr(text), text])),
    bytesInLength: 1,
    bytesInHash: 1,
  };
}

/**
 * Reads the text of `qstrdefs.preprocessed.h`.
 * @throws `invalid-argument` when there is no configuration in it, or one that no firmware has
 */
export function parseQstrHeader(header: string): FirmwareQstrs {
  const idents = new Map(staticFirmwareQstrs().idents);
  const config = new Map<string, string>();
  for (const written of header.split("\n")) {
    const line = written.trim();
    if (line.startsWith("Q(") && line.endsWith(")")) addQstr(idents, line.slice(2, -1));
    else if (line.startsWith("QCFG(")) addSetting(config, line);
  }
  return {
    idents,
    bytesInLength: configNumber(config, "BYTES_IN_LEN", /^[12]$/),
    bytesInHash: configNumber(config, "BYTES_IN_HASH", /^[012]$/),
  };
}

function addSetting(config: Map<string, string>, line: string): void {
  const [, name, value] = /^QCFG\((.+), (.+)\)/.exec(line) ?? [];
  if (name !== undefined && value !== undefined) config.set(name, value.replace(/^\((.*)\)$/, "$1"));
}

function addQstr(idents: Map<string, string>, written: string): void {
  const text = written === "\\n" ? "\n" : written === "\\r\\n" ? "\r\n" : written;
  const ident = escapeQstr(text);
  if (!idents.has(ident)) idents.set(ident, text);
}

function configNumber(config: ReadonlyMap<string, string>, name: string, known: RegExp): number {
  const value = config.get(name)?.trim();
  if (value !== undefined && known.test(value)) return Number(value);
  const what =
    value === undefined ? `no QCFG(${name}, …) line` : `QCFG(${name}, ${value}), which no firmware has`;
  throw new UpyError("invalid-argument", `The qstr header has ${what}.`, {
    hint: "Pass the text of genhdr/qstrdefs.preprocessed.h from the firmware's build folder.",
  });
}
