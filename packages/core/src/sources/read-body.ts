// Reads a response's body, stopping as soon as it is larger than allowed, and noticing when it is only half.

import { UpyError } from "../errors.js";
import { abortable, type IdleWatch } from "../abortable.js";

/** The whole body. @throws `too-large`, and a plain Error when it is shorter than the server said. */
export async function readBody(
  response: Response,
  url: string,
  { limit, watch }: { limit: number; watch: IdleWatch },
): Promise<Uint8Array> {
  const declared = declaredLength(response);
  if (declared !== null && declared > limit) {
    await discard(response);
    throw tooLarge(url, limit);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  try {
    while (reader !== undefined) {
      const { done, value } = await abortable(reader.read(), watch.signal);
      if (done) break;
      watch.touch();
      size += value.length;
      if (size > limit) throw tooLarge(url, limit);
      chunks.push(value);
    }
  } catch (error) {
    reader?.cancel().catch(() => undefined);
    throw error;
  }
  if (declared !== null && size < declared)
    throw new Error(`the answer broke off after ${size} of ${declared} bytes`);
  return concatenate(chunks, size);
}

/** Lets go of a body that nobody will read. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/** The error for what exceeds {@link DownloadOptions.maxFileSize}. */
export function tooLarge(url: string, limit: number): UpyError {
  return new UpyError("too-large", `${url} is larger than ${limit} bytes`, {
    hint: "Raise maxFileSize if you trust this source.",
  });
}

/** Content-Length, where it counts the very bytes of the body: not when encoded, and a cross-origin answer hides that. */
function declaredLength(response: Response): number | null {
  if (response.headers.has("content-encoding") || response.type === "cors") return null;
  const text = response.headers.get("content-length");
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
