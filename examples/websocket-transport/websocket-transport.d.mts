import type { Transport } from "@upykit/core/transport";

/** Connects to a server that passes binary messages on to a board, and the board's bytes back. */
export function openWebSocket(url: string, options?: { signal?: AbortSignal }): Promise<Transport>;
