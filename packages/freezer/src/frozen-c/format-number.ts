// Numbers as C's printf writes them.

/** `%.16g`. Infinite and undefined numbers become the macros of math.h. */
export function formatG16(value: number): string {
  if (Number.isNaN(value)) return "NAN";
  if (!Number.isFinite(value)) return value > 0 ? "INFINITY" : "-INFINITY";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [digits, exponent] = sixteenDigits(Math.abs(value));
  const sign = value < 0 ? "-" : "";
  return sign + (exponent < -4 || exponent >= 16 ? scientific(digits, exponent) : plain(digits, exponent));
}

/** 16 significant digits, rounded half to even as C does (toExponential rounds half up), and the decimal exponent. */
function sixteenDigits(value: number): [digits: string, exponent: number] {
  const [mantissa = "", exponent = "0"] = value.toExponential(15).split("e");
  const digits = mantissa.replace(".", "");
  const longer = value.toExponential(60).split("e")[0]?.replace(".", "") ?? "";
  const isTie = /^.{15}[02468]50*$/.test(longer);
  return isTie ? [longer.slice(0, 16), Number(exponent)] : [digits, Number(exponent)];
}

function scientific(digits: string, exponent: number): string {
  const sign = exponent < 0 ? "-" : "+";
  const point = digits.replace(/0+$/, "");
  const mantissa = point.length > 1 ? `${point.slice(0, 1)}.${point.slice(1)}` : point;
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function plain(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`.replace(/0+$/, "");
  const whole = digits.slice(0, exponent + 1);
  const fraction = digits.slice(exponent + 1).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Two hexadecimal digits. */
export function hex2(byte: number): string {
  return hexBytes[byte] ?? "";
}

const cBytes = hexBytes.map((digits) => `0x${digits},`);

/** A byte of a C array with its comma: `0x0a,`. */
export function cByte(byte: number): string {
  return cBytes[byte] ?? "";
}

/** Bytes as the inside of a C string: `\x01\x02`. */
export function cStringBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += `\\x${hex2(byte)}`;
  return text;
}
