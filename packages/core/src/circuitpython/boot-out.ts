// boot_out.txt, the file in which CircuitPython says what it is: from its text to plain data.
// It does not know the file's place. Format: main.c (run_boot_py) and port_boot_info of CircuitPython 3 to 10.

/** What a boot_out.txt says. */
export interface BootOut {
  readonly implementation: "circuitpython";
  /** As the build names itself: "9.2.8", "10.0.0-dirty", "9.1.0-beta.3-76-g2f62612186-dirty". */
  readonly version: string;
  /** The day of the build, "2025-05-28"; null when the line lacks it. */
  readonly date: string | null;
  /** For people: "Raspberry Pi Pico W"; null when the line lacks it. */
  readonly boardName: string | null;
  /** The microcontroller: "rp2040", "ESP32S3"; null when the line lacks it. */
  readonly chip: string | null;
  /** The name at circuitpython.org: "raspberry_pi_pico_w"; null before CircuitPython 7. */
  readonly boardId: string | null;
  /** The chip's own number in hexadecimal digits; null before CircuitPython 8. */
  readonly uid: string | null;
  /** The Wi-Fi address, "28:CD:C1:00:00:00"; null on boards that do not tell. */
  readonly mac: string | null;
  /** What boot.py printed, without the line above it (which is in the board's language); null when it did not run. */
  readonly bootOutput: string | null;
}

/** CircuitPython caps the file at 512 bytes; a longer one is not its own. */
const longestText = 16_384;

const banner =
  /^(?:Adafruit )?CircuitPython (?<version>\d+\.\d[^\s;]*)(?: on (?<date>\d{4}-\d\d-\d\d))?(?:; *(?<machine>\S.*))?$/u;

/** What a boot_out.txt says; null when the text is none. */
export function parseBootOut(text: string): BootOut | null {
  const lines = text
    .slice(0, longestText)
    .replace(/^[\uFEFF\s]+/u, "")
    .split(/\r\n|\n|\r/u);
  const { version, date, machine } = banner.exec((lines[0] ?? "").trimEnd())?.groups ?? {};
  if (version === undefined) return null;
  const { fields, rest } = readFields(lines.slice(1));
  return {
    implementation: "circuitpython",
    version,
    date: date ?? null,
    ...splitMachine(machine ?? null),
    boardId: fields.get("Board ID") ?? null,
    uid: fields.get("UID") ?? null,
    mac: fields.get("MAC") ?? null,
    bootOutput: outputOf(rest),
  };
}

/** Board names have " with " in them too; names of chips do not. */
function splitMachine(machine: string | null): Pick<BootOut, "boardName" | "chip"> {
  const at = machine?.lastIndexOf(" with ") ?? -1;
  if (machine === null || at < 0) return { boardName: machine, chip: null };
  return { boardName: machine.slice(0, at).trim(), chip: machine.slice(at + 6).trim() };
}

const patterns: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Board ID", /^Board ID: *([\w.-]+)$/u],
  ["UID", /^UID: *([0-9A-Fa-f]+)$/u],
  ["MAC", /^MAC: *((?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})$/u],
];

/** The lines of CircuitPython itself end at the first that is none of them: boot.py can print anything. */
function readFields(lines: readonly string[]): { fields: Map<string, string>; rest: readonly string[] } {
  const fields = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const found = patterns.find(([name, pattern]) => !fields.has(name) && pattern.test(line.trimEnd()));
    if (found === undefined) return { fields, rest: lines.slice(index) };
    fields.set(found[0], found[1].exec(line.trimEnd())?.[1] ?? "");
  }
  return { fields, rest: [] };
}

function outputOf(lines: readonly string[]): string | null {
  const start = lines.findIndex((line) => line.trim() !== "");
  if (start < 0) return null;
  const hasHeading = /^(?:boot|code)\.(?:py|txt)\b/u.test(lines[start] ?? "");
  return lines.slice(hasHeading ? start + 1 : start).join("\n");
}
