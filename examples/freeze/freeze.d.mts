/** Writes frozen_content.c, image.romfs and image.uf2 into `output`; resolves with their sizes. */
export function freeze(options: {
  manifest: string;
  output: string;
  variables?: Record<string, string>;
  qstrs?: string;
  address?: number;
}): Promise<{ modules: readonly string[]; sizes: { c: number; image: number; uf2: number } }>;
