// SHA-256 by the platform's own WebCrypto, as hex digits.

/** The SHA-256 of `content` as 64 lower-case hex digits. */
export async function sha256Hex(content: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", content.slice());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
