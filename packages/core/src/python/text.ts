// Text to UTF-8 and back. It knows no Python.

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** UTF-8 bytes of a text. */
export function textToBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; bytes that are no UTF-8 become U+FFFD. */
export function bytesToText(bytes: Uint8Array): string {
  if (bytes.length > 24) return decoder.decode(bytes);
  let text = "";
  for (const byte of bytes) {
    if (byte > 0x7f) return decoder.decode(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}
