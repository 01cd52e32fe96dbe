/** Serves the index until `close()`. */
export function serveIndex(options?: { port?: number }): Promise<{ url: string; close(): Promise<void> }>;
