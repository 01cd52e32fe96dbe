// What the serial driver says, as the errors of upykit. The driver has no codes: its texts are those of
// @serialport/bindings-cpp 13 (strerror on Linux and macOS, its own words on Windows).
import { UpyError, type UpyErrorCode } from "@upykit/core/errors";

interface Meaning {
  readonly pattern: RegExp;
  readonly code: UpyErrorCode;
  readonly says: (name: string) => string;
  readonly hint: string;
}

const busyHint = "Close the other program (a serial monitor, an IDE, mpremote) or the other connection.";

const permissionHint =
  "On Linux: ls -l tells its group (dialout, uucp on Arch): sudo usermod -a -G dialout $USER, then log in again.";

const mayNotOpen = (name: string) => `This user may not open ${name}`;

const meanings: readonly Meaning[] = [
  {
    pattern: /cannot lock|temporarily unavailable|resource busy|\bEBUSY\b|in use|port is locked/i,
    code: "link-busy",
    says: (name) => `Another program holds ${name}`,
    hint: busyHint,
  },
  // Windows answers so when another program has it open; there are no permissions to lack.
  {
    pattern: /^opening .*access denied/i,
    code: "link-busy",
    says: (name) => `Another program holds ${name}`,
    hint: busyHint,
  },
  {
    pattern: /permission denied|access denied|\bEACCES\b|\bEPERM\b|not permitted/i,
    code: "access-denied",
    says: mayNotOpen,
    hint: permissionHint,
  },
  {
    pattern: /no such file|file not found|no such device|does not exist|\bENOENT\b|\bENXIO\b|\bENODEV\b/i,
    code: "file-not-found",
    says: (name) => `There is no serial port ${name}`,
    hint: "Is the board plugged in? listPorts() tells which ports there are.",
  },
  {
    pattern: /inappropriate ioctl|not a typewriter|\bENOTTY\b|not supported|invalid argument/i,
    code: "unsupported",
    says: (name) => `The driver of ${name} cannot do this`,
    hint: "A pseudo terminal or a simple adapter has no such line or speed.",
  },
];

/** An error of the driver as a UpyError; `name` is what it was about. */
export function portError(name: string, cause: unknown): UpyError {
  if (cause instanceof UpyError) return cause;
  const text = cause instanceof Error ? cause.message.replace(/^Error: /, "") : String(cause);
  const meaning = meanings.find(({ pattern }) => pattern.test(text));
  if (!meaning) return new UpyError("io-error", `${name}: ${text}`, { cause });
  return new UpyError(meaning.code, meaning.says(name), { hint: meaning.hint, cause });
}

/** A port that is there and may not be opened. */
export function noPermission(name: string): UpyError {
  return new UpyError("access-denied", mayNotOpen(name), { hint: permissionHint });
}
