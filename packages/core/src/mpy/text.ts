// UTF-8 to text and back without losing a byte. MicroPython keeps what a source file or an escape like "\ud800" gives,
// well-formed or not, so a byte that is not UTF-8 becomes U+DC00 plus that byte (Python calls this "surrogateescape").

/** From here on the platform's encoder is worth its call. */
const longText = 200;

const strict: { decoder?: TextDecoder } = {};

/** Text of UTF-8 bytes; each byte that is not well-formed UTF-8 becomes the lone surrogate U+DC00 + byte. */
export function decodeText(bytes: Uint8Array): string {
  return asciiText(bytes) ?? decodeStrictly(bytes) ?? decodeEscaping(bytes);
}

/**
 * UTF-8 bytes of a text: the exact inverse of {@link decodeText}. A lone surrogate outside U+DC80–U+DCFF becomes the
 * three bytes that MicroPython writes for it.
 */
export function encodeText(text: string): Uint8Array {
  if (text.length > longText && !hasEscapedBytes(text)) return new TextEncoder().encode(text);
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      bytes[length++] = unit;
    } else if (isEscapedByte(unit)) {
      bytes[length++] = unit & 0xff;
    } else {
      const point = text.codePointAt(index) ?? unit;
      if (point > 0xffff) index++;
      length = putCodePoint(bytes, length, point);
    }
  }
  return bytes.slice(0, length);
}

/** Whether a text has bytes in it that are not UTF-8 (see {@link decodeText}). */
function hasEscapedBytes(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function asciiText(bytes: Uint8Array): string | undefined {
  if (bytes.length > 64) return undefined;
  let text = "";
  for (const byte of bytes) {
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  strict.decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return strict.decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeEscaping(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (let index = 0; index < bytes.length;) {
    const size = sequenceSize(bytes[index] ?? 0);
    const decoded = decoder.decode(bytes.subarray(index, index + size));
    // What is not well-formed becomes two characters or more, unless the end cuts it off.
    const isWhole = index + size <= bytes.length && Array.from(decoded).length === 1;
    text += isWhole ? decoded : String.fromCharCode(0xdc00 + (bytes[index] ?? 0));
    index += isWhole ? size : 1;
  }
  return text;
}

function sequenceSize(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

function isEscapedByte(unit: number): boolean {
  return unit >= 0xdc80 && unit <= 0xdcff;
}

function putCodePoint(bytes: Uint8Array, at: number, point: number): number {
  if (point < 0x800) {
    bytes[at++] = 0xc0 | (point >> 6);
  } else {
    if (point < 0x10000) {
      bytes[at++] = 0xe0 | (point >> 12);
    } else {
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
    }
    bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
  }
  bytes[at++] = 0x80 | (point & 0x3f);
  return at;
}
